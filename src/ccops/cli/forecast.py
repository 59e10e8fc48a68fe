"""`ccops forecast`: how many will call when, how sure that is, and how well each method would have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import chart, frames, output, quantities
from ccops.cli.options import Names, Shared
from ccops.cli.told import figure, percent
from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.remark import Remark
    from ccops.workforce.forecast.backtest import Score
    from ccops.workforce.forecast.result import Backtest, Forecast, LeftOut, QueueForecast

_WIDTH, _HEIGHT, _WEEK = 78, 6, 7
_MARGIN = 9  # of the chart: its scale


@dataclass(frozen=True)
class Asked:
    """What the forecast is of, and from when on."""

    queue: Annotated[
        Names, Option(metavar="NAME", help="Only this queue, repeatable; of --series the column with the queues.")
    ] = None
    interval: Annotated[
        int | None, Option(metavar="15|30|60", help="Minutes per interval; else [report] interval.")
    ] = None
    as_of: Annotated[str | None, Option(metavar="TIME", help="Forecast from this day or local time on.")] = None
    series: Annotated[
        Path | None, Option(metavar="FILE", help="A CSV of counts over time instead of the store; - is stdin.")
    ] = None
    time: Annotated[
        Names, Option(metavar="COLUMN", help="Its column of times; twice for a date and a time of day.")
    ] = None
    value: Annotated[str | None, Option(metavar="COLUMN", help="Its column of counts.")] = None

    def interval_min(self) -> int | None:
        """The interval. Raises UsageError for one that no day divides into."""
        if self.interval not in (None, 15, 30, 60):
            raise UsageError(f"no intervals of {self.interval} minutes", fix="--interval 15, 30 or 60")
        return self.interval


def forecast(
    asked: Asked,
    shared: Shared,
    horizon: Annotated[str, Option(metavar="DAYS", help="How far ahead: 14d, 2w.")] = "14d",
    backtest: Annotated[bool, Option("--backtest", help="Print how well each method would have done.")] = False,
    out: frames.Out = None,
) -> None:
    """Calls to expect per queue and interval, with the range they will lie in, from at least three weeks of calls.

    The method is chosen per queue by how it would have done. A series from elsewhere needs no store.

    Example: ccops forecast --horizon 14d --queue sales
    """
    frames.check_format(out)
    days, made = quantities.days(horizon, "--horizon"), _from_series if asked.series else _from_store
    result, remarks = made(asked, shared, None if backtest else days)
    if out:
        frames.write(result.frame, out, "forecast", shared, _notes(result, remarks, shared.language))
    else:
        nested = _document(result, remarks, shared.language)
        output.answer("forecast", nested, shared.json, lambda: _told(result, remarks, shared.language))


Made = tuple["Forecast | Backtest", "tuple[Remark, ...]"]


def _from_store(asked: Asked, shared: Shared, days: int | None) -> Made:
    """A forecast, or without days a backtest, of the store's queues."""
    if asked.time or asked.value:
        raise UsageError("--time and --value name columns of a file", fix="give the file: --series calls.csv")
    progress = output.progress(shared.quiet)
    with shared.workspace() as workspace:
        queues = tuple(asked.queue or ())
        if days is None:
            return workspace.backtest(asked.interval_min(), queues, as_of=asked.as_of, progress=progress), ()
        return workspace.forecast(days, asked.interval_min(), queues, as_of=asked.as_of, progress=progress), ()


def _from_series(asked: Asked, shared: Shared, days: int | None) -> Made:
    """The same of a file of counts."""
    import sys

    from ccops.workforce.forecast import making, series

    if len(asked.queue or ()) > 1:
        raise UsageError("--queue names the one column of --series that has the queues", fix="give it once")
    settings = shared.loaded.settings
    until = making.moment_of(asked.as_of, settings)
    found = series.read(
        asked.series or "-", settings, time=asked.time or (), value=asked.value, interval_min=asked.interval_min(),
        queue=next(iter(asked.queue or ()), None), until=until, stdin=sys.stdin.buffer,
    )
    progress = output.progress(shared.quiet)
    if days is None:
        return making.league(found.histories, settings=settings, progress=progress), found.remarks
    made = making.forecast(found.histories, horizon_days=days, settings=settings, as_of=until, progress=progress)
    return made, found.remarks


def _document(result: Forecast | Backtest, remarks: Sequence[Remark], lang: Lang) -> dict[str, Any]:
    from ccops.workforce.forecast.result import Backtest

    told = [remark.text(lang) for remark in (*remarks, *result.remarks)]
    shared = {"left_out": result.left_out, "remarks": told}
    if isinstance(result, Backtest):
        return {
            "methods": [_score(score) for score in result.scores], "chosen": result.chosen,
            "queues": [{
                "queue": each.queue, "chosen": each.chosen, "days": each.tried_days,
                "methods": [_score(score) for score in each.scores],
            } for each in result.queues],
        } | shared
    return {
        "interval_min": result.interval_min, "rows": result.frame.to_dicts(), "days": result.days.to_dicts(),
        "queues": [_queue(each, lang) for each in result.queues],
    } | shared


def _score(score: Score) -> dict[str, Any]:
    return {"name": score.name, "horizon_days": score.horizon_days, "wape": score.wape, "bias": score.bias,
            "coverage80": score.coverage80}


def _queue(each: QueueForecast, lang: Lang) -> dict[str, Any]:
    return {
        "queue": each.queue, "method": each.method, "wape": each.wape, "wape_vendor": each.wape_vendor,
        "dispersion": each.dispersion, "history_from": each.history_from, "history_to": each.history_to,
        "tried_days": each.tried_days, "remarks": [remark.text(lang) for remark in each.remarks],
    }


def _told(result: Forecast | Backtest, remarks: Sequence[Remark], lang: Lang) -> str:
    from ccops.workforce.forecast.result import Backtest

    parts = _league(result, lang) if isinstance(result, Backtest) else _forecasts(result, lang)
    return "\n\n".join([*parts, "\n".join(map(output.wrapped, _notes(result, remarks, lang)))])


def _notes(result: Forecast | Backtest, remarks: Sequence[Remark], lang: Lang) -> list[str]:
    """What was assumed, and which queues are left out."""
    said = [remark.text(lang) for remark in (*remarks, *result.remarks)]
    return said + [_left_out(each, lang) for each in result.left_out]


def _left_out(each: LeftOut, lang: Lang) -> str:
    from ccops.labels import text

    return text("forecast_left_out", lang, queue=each.queue, days=each.days, needs=each.needs_days)


def _forecasts(result: Forecast, lang: Lang) -> list[str]:
    """Per queue what it rests on, its days, its next week as a chart, and what was assumed."""
    from ccops.labels import label, text

    parts = []
    for each in result.queues:
        made = text(
            "forecast_made", lang, queue=each.queue, method=label(f"method_{each.method}", lang),
            error=percent(each.wape), vendor=percent(each.wape_vendor), dispersion=f"{each.dispersion:.1f}",
            first=each.history_from, last=each.history_to,
        )
        notes = [remark.text(lang) for remark in each.remarks]
        parts += ["\n".join(map(output.wrapped, [made, *notes])), _by_day(result, each.queue, lang),
                  _next_week(result, each.queue, lang)]
    return parts


def _by_day(result: Forecast, queue: str, lang: Lang) -> str:
    from ccops.labels import label, weekday

    heads = [label(key, lang) for key in ("day", "weekday", "forecast_volume", "forecast_range", "forecast_busiest")]
    rows = [
        (row["day"], weekday(row["day"].isoweekday(), lang), _calls(row["volume"]),
         f"{_calls(row['p10'])}-{_calls(row['p90'])}", f"{row['busiest_at']:%H:%M} {_calls(row['busiest'])}")
        for row in result.days.to_dicts() if row["queue"] == queue
    ]
    shown = len(heads) - result.daily  # a day that is not cut has no busiest interval
    return output.table(heads[:shown], [row[:shown] for row in rows], figures_from=2)


def _calls(value: float) -> str:
    return figure(value, 0 if value >= 10 else 1)


def _next_week(result: Forecast, queue: str, lang: Lang) -> str:
    """The first seven days with calls, in as many columns a day as fit side by side."""
    import polars as pl

    from ccops.labels import text, weekday

    own = result.frame.filter(pl.col("queue") == queue).with_columns(day=pl.col("start_at").dt.date())
    days = own["day"].unique(maintain_order=True)[:_WEEK].to_list()
    if not days:
        return ""
    if result.daily:
        title = text("forecast_next_days", lang, first=days[0], last=days[-1])
        names = [weekday(day.isoweekday(), lang) for day in days]
        volumes = own["volume"].to_list()[: len(days)]
        return chart.lines([(title, volumes)], names, min(_WIDTH, output.columns()), _HEIGHT)
    room = (min(_WIDTH, output.columns()) - _MARGIN) // len(days)
    values: list[float | None] = []
    labels: list[str] = []
    for day in days:
        volumes = own.filter(pl.col("day") == day)["volume"].to_list()
        each = -(-len(volumes) // max(room - 1, 1))
        columns = [sum(part) / len(part) for n in range(0, len(volumes), each) if (part := volumes[n : n + each])]
        values += [*columns, None]
        labels += [weekday(day.isoweekday(), lang), *[""] * len(columns)]
    title = text("forecast_next_week", lang, minutes=result.interval_min, first=days[0], last=days[-1])
    return chart.lines([(title, values)], labels, min(_WIDTH, output.columns()), _HEIGHT)


def _league(result: Backtest, lang: Lang) -> list[str]:
    """The league table of every queue and, of several, of all together."""
    from ccops.labels import label

    tables = [(each.queue, each.scores, each.chosen) for each in result.queues]
    if len(tables) > 1:
        tables.append((label("forecast_all_queues", lang), result.scores, result.chosen or ""))
    return [f"{queue}\n{_scores(scores, chosen, lang)}" for queue, scores, chosen in tables]


def _scores(scores: Sequence[Score], chosen: str, lang: Lang) -> str:
    from ccops.labels import label

    heads = [label(key, lang) for key in (
        "forecast_method", "forecast_ahead", "forecast_error", "forecast_bias", "forecast_coverage", "forecast_tested",
        "forecast_chosen",
    )]
    rows = [
        (label(f"method_{score.name}", lang), score.horizon_days, percent(score.wape),
         percent(score.bias, sign=True), percent(score.coverage80), score.n,
         "●" if score.name == chosen else "")
        for score in scores
    ]
    return output.table(heads, rows, figures_from=1)
