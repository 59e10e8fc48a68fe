"""`ccops explain`: why a number is what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from ccops.cli import output
from ccops.cli.figures import Tuning, tell_absence, total, tuned
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

    with shared.workspace() as workspace:
        scope = replace(selection.scope(workspace.settings), clock=clock)
        if name in METRICS:
            tell_absence(workspace, scope, shared)
            metric = workspace.explain_metric(name, scope, **tuned(tuning))
            output.answer("explain", metric, shared.json, lambda: told_metric(metric, shared.language))
        else:
            contact = workspace.explain_contact(name)
            output.answer("explain", contact, shared.json, lambda: told_contact(contact, shared.language))


def told_metric(story: MetricStory, lang: Lang) -> str:
    """The variants as a table, then what each of them means."""
    from ccops.labels import label

    parameters = ", ".join(f"{name}={value}" for name, value in story.parameters.items())
    title = f"{story.metric}: {label(story.metric, lang)} ({story.unit}, by {story.clock}"
    lines = [f"{title}; {parameters})" if parameters else f"{title})", "", _compared(story, lang), ""]
    lines += [f"{variant.name}: {variant.definition}" for variant in story.variants]
    lines += [f"note: {note}" for note in dict.fromkeys(v.note for v in story.variants if v.note)]
    if story.needs:
        lines.append(f"needs {', '.join(story.needs)}")
    return "\n".join(lines)


def _compared(story: MetricStory, lang: Lang) -> str:
    from ccops.reports.document import Unit
    from ccops.reports.formats import shown

    def row(variant: Variant) -> list[str]:
        value = shown(variant.value, Unit(story.unit), lang)
        return [f"{variant.name}{' *' * variant.chosen}", value, total(variant.numerator), total(variant.denominator)]

    return output.table(["variant", "value", "numerator", "denominator"], map(row, story.variants), figures_from=1)


def told_contact(story: ContactStory, lang: Lang) -> str:
    """Its time line, how each metric counted it, and the lines of the exports behind it."""
    from ccops.metrics.catalogue import METRICS
    from ccops.reports.document import Unit
    from ccops.reports.formats import shown

    facts = [[name, value] for name, value in story.contact.items() if name not in OURS]
    moments = [
        [moment.at.strftime("%Y-%m-%d %H:%M:%S"), moment.what, moment.queue, moment.agent, moment.seconds]
        for moment in story.timeline
    ]
    counted = [
        [one.name, shown(one.value, Unit(METRICS[one.name]().unit), lang), total(one.numerator), total(one.denominator)]
        for one in story.counted
    ]
    return "\n".join([
        output.table(["contact", story.contact_id], facts), "",
        output.table(["at", "what", "queue", "agent", "seconds"], moments), "",
        output.table(["metric", "value", "numerator", "denominator"], counted, figures_from=1), "",
        "lines of the exports:", *(f"  {file}:{line}" for file, line in story.lines),
    ])
