"""`ccops quality scores`: how well contacts are handled, how sure that is, and whether evaluators judge alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output
from ccops.cli.options import DaysAndQueues, Names, Shared
from ccops.cli.told import UNKNOWN, few, figure, percent, percents

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.quality.evaluators import Leniency
    from ccops.quality.scores import Scores

_QUESTIONS = 5


def scores(
    days: DaysAndQueues,
    shared: Shared,
    by: Annotated[str, Option(metavar="agent|team|queue|evaluator|form|week", help="What a row is.")] = "agent",
    team: Annotated[Names, Option(metavar="NAME", help="Only this team; repeatable.")] = None,
    agent: Annotated[Names, Option(metavar="NAME", help="Only this agent; repeatable.")] = None,
    out: frames.Out = None,
) -> None:
    """Quality scores with what is known of them: critical errors apart, groups told apart only where they can be.

    Sections and questions count by their weights, what does not apply is left out, and a critical error marks an
    evaluation without changing its score. Calibration sessions are left out.

    Example: ccops quality scores -d last-month --by team
    """
    from dataclasses import replace

    frames.check_format(out)
    with shared.workspace() as workspace:
        scope = replace(days.scope(workspace.settings), teams=tuple(team or ()), agents=tuple(agent or ()))
        found = workspace.quality_scores(scope, by)
    if out:
        frames.write(found.frame, out, "quality", shared, notes(found, shared.language))
    else:
        output.answer("quality", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: Scores, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    rows = [_row({found.by: row.pop(found.by)}, row) for row in found.frame.to_dicts()]
    return {
        "rows": rows, "total": _row({}, found.total.row(0, named=True)), "questions": found.questions.to_dicts(),
        "evaluators": [asdict(one) for one in found.evaluators], "unsure": found.unsure,
        "notes": [note.text(lang) for note in found.notes],
    }


def _row(by: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    from dataclasses import fields

    from ccops.cli.contract_quality import ScoreRow

    return {"by": by} | {field.name: values.get(field.name) for field in fields(ScoreRow) if field.name != "by"}


def told(found: Scores, lang: Lang) -> str:
    """The verdict, the groups, the questions that cost most, and what it rests on."""
    said = map(output.wrapped, notes(found, lang))
    return "\n".join([
        *map(output.wrapped, verdict(found, lang)), "", _groups(found, lang), "", _questions(found, lang), "", *said,
    ])


def verdict(found: Scores, lang: Lang) -> list[str]:
    """How good it is, where most points are lost, who judges differently."""
    from ccops.labels import text

    total = found.total.row(0, named=True)
    said = [text("qs_verdict_all", lang, n=total["n"], score=percent(total["score"]), lo=percent(total["score_lo"]),
                 hi=percent(total["score_hi"]), fail=percent(total["fail_rate"]),
                 fail_lo=percent(total["fail_rate_lo"]), fail_hi=percent(total["fail_rate_hi"]))]
    if found.questions.height:
        worst = found.questions.row(0, named=True)
        said.append(text("qs_most_lost", lang, question=worst["question"], costs=percent(worst["costs"])))
    apart = [one for one in found.evaluators if one.stands_out]
    return said + ([_apart(one, lang) for one in apart] or [text("qs_alike", lang)] * bool(found.evaluators))


def _apart(one: Leniency, lang: Lang) -> str:
    from ccops.labels import text

    key = "qs_lenient" if one.effect > 0 else "qs_strict"
    low, high = sorted((abs(one.lo), abs(one.hi)))
    return text(key, lang, evaluator=one.evaluator, points=percent(abs(one.effect)), lo=percent(low), hi=percent(high))


def _groups(found: Scores, lang: Lang) -> str:
    from ccops.labels import label

    own = label(found.by if found.by in ("agent", "team", "queue") else f"qs_{found.by}", lang)
    heads = ("n", "score", "range", "estimate", "verdict", "fail", "customer", "business", "compliance")
    rows = [
        [row[found.by] or UNKNOWN, figure(row["n"], 0), percent(row["score"]),
         percents(row["score_lo"], row["score_hi"], 0), percent(row["estimate"]),
         label(f"qs_{row['verdict']}", lang) if row["verdict"] else UNKNOWN, percent(row["fail_rate"]),
         *(percent(row[f"{kind}_accuracy"], 0) for kind in ("customer", "business", "compliance"))]
        for row in found.frame.to_dicts()
    ]
    return output.table([own, *(label(f"qs_{name}", lang) for name in heads)], rows, figures_from=1)


def _questions(found: Scores, lang: Lang) -> str:
    from ccops.labels import label

    rows = [
        [row["section"] or UNKNOWN, row["question"], figure(row["n"], 0), percent(row["share"]), percent(row["costs"])]
        for row in found.questions.head(_QUESTIONS).to_dicts()
    ]
    return output.table([label(f"qs_{name}", lang) for name in ("section", "question", "asked", "given", "costs")],
                        rows, figures_from=2)


def notes(found: Scores, lang: Lang) -> list[str]:
    """How sure it is, and what was left out."""
    from ccops.labels import text

    said = [text("qs_unsure", lang, n=len(found.unsure), all=found.frame.height, names=few(found.unsure))] * bool(
        found.unsure)
    return [*said, text("qs_method", lang), *(note.text(lang) for note in found.notes)]
