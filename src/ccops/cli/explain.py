"""`ccops explain`: why a number is what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from ccops.cli import output
from ccops.cli.figures import Tuning, asked, headings, remark, total, tuned
from ccops.cli.naming import metric_key
from ccops.cli.options import Clock, Selection, Shared

if TYPE_CHECKING:
    from ccops.explain import ContactStory, MetricStory, Variant
    from ccops.labels import Lang


# Columns of a contact that say how it is kept, not what it was.
OURS = ("contact_id", "customer_key", "file_id", "line", "day", "quarter")


def explain(
    selection: Selection,
    shared: Shared,
    name: Annotated[str, Argument(metavar="METRIC|CONTACT", help="A metric, or the id of one contact.")],
    clock: Clock = "arrival",
    tuning: Tuning = None,
) -> None:
    """Why a number is what it is: every formula, or one contact.

    For a metric: formula, unit, clock, numbers and every variant side by side. For a contact: its time line and
    how each metric counted it.

    Example: ccops explain service_level -d 2026-11-20
    """
    from ccops.metrics.catalogue import METRICS

    name = metric_key(name)
    with shared.workspace() as workspace:
        scope = replace(selection.scope(workspace.settings), clock=clock)
        if name in METRICS:
            metric = workspace.explain_metric(name, asked(workspace, scope, shared), **tuned(tuning))
            output.answer("explain", metric, shared.json, lambda: told_metric(metric, shared.language))
        else:
            contact = workspace.explain_contact(name)
            output.answer("explain", contact, shared.json, lambda: told_contact(contact, shared.language))


def told_metric(story: MetricStory, lang: Lang) -> str:
    """The variants as a table, then what each of them means."""
    from ccops.labels import label

    parameters = ", ".join(f"{name}={value}" for name, value in story.parameters.items())
    unit, clock = label(f"unit_{story.unit}", lang), label(f"told_{story.clock}", lang)
    title = f"{story.metric}: {label(story.metric, lang)} ({unit}, {clock}"
    lines = [f"{title}; {parameters})" if parameters else f"{title})", "", _compared(story, lang), ""]
    lines += [output.wrapped(f"{_way(variant, lang)}: {variant.definition}") for variant in story.variants]
    [needed] = headings(lang, "needs")
    notes = dict.fromkeys(remark(story.metric, v.note, lang) for v in story.variants if v.note)
    return "\n".join([*lines, *notes, *([f"{needed} {', '.join(story.needs)}"] if story.needs else [])])


def _compared(story: MetricStory, lang: Lang) -> str:
    from ccops.reports.document import Unit
    from ccops.reports.formats import shown

    def row(variant: Variant) -> list[str]:
        value = shown(variant.value, Unit(story.unit), lang)
        return [
            f"{_way(variant, lang)}{' *' * variant.chosen}", value, total(variant.numerator), total(variant.denominator)
        ]

    heads = headings(lang, "variant", "value", "numerator", "denominator")
    return output.table(heads, map(row, story.variants), figures_from=1)


def _way(variant: Variant, lang: Lang) -> str:
    return headings(lang, "configured")[0] if variant.chosen else variant.name


def told_contact(story: ContactStory, lang: Lang) -> str:
    """Its time line, how each metric counted it, and the lines of the exports behind it."""
    from ccops.metrics.catalogue import METRICS
    from ccops.reports.document import Unit
    from ccops.reports.formats import shown

    facts = [[_fact(name, lang), value] for name, value in story.contact.items() if name not in OURS]
    moments = [
        [moment.at.strftime("%Y-%m-%d %H:%M:%S"), _event(moment.what, lang), moment.queue, moment.agent, moment.seconds]
        for moment in story.timeline
    ]
    counted = [
        [one.name, shown(one.value, Unit(METRICS[one.name]().unit), lang), total(one.numerator), total(one.denominator)]
        for one in story.counted
    ]
    [contact, lines] = headings(lang, "contact", "lines")
    return "\n".join([
        output.table([contact, story.contact_id], facts), "",
        output.table(headings(lang, "at", "what", "queue", "agent", "seconds"), moments), "",
        output.table(headings(lang, "metric", "value", "numerator", "denominator"), counted, figures_from=1), "",
        f"{lines}:", *(f"  {file}:{line}" for file, line in story.lines),
    ])


def _fact(name: str, lang: Lang) -> str:
    """A column's name; people who ask in Chinese get its label."""
    from ccops.labels import NAMES, label

    known = "customer" if name == "customer_mask" else name
    return label(known, lang) if lang == "zh" and known in NAMES else name


def _event(what: str, lang: Lang) -> str:
    """What happened, in words: a moment of our own, an outcome, or a stretch of an agent's time."""
    from ccops.labels import NAMES, label

    keys = (f"{kind}_{what}" for kind in ("moment", "outcome", "state"))
    return next((label(key, lang) for key in keys if key in NAMES), what)
