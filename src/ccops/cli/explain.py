"""`ccops explain`: why a number is what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from ccops.cli import output
from ccops.cli.figures import Tuning, tuned
from ccops.cli.options import Clock, Selection, Shared

if TYPE_CHECKING:
    from ccops.explain import ContactStory, MetricStory, Variant
    from ccops.labels import Lang


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
            metric = workspace.explain_metric(name, scope, **tuned(tuning))
            output.answer("explain", metric, shared.json, lambda: told_metric(metric, shared.language))
        else:
            contact = workspace.explain_contact(name)
            output.answer("explain", contact, shared.json, lambda: told_contact(contact))


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
        sides = (shown(side, Unit.NUMBER, lang) for side in (variant.numerator, variant.denominator))
        return [f"{variant.name}{' *' * variant.chosen}", shown(variant.value, Unit(story.unit), lang), *sides]

    return output.table(["variant", "value", "numerator", "denominator"], map(row, story.variants))


def told_contact(story: ContactStory) -> str:
    """Its time line, how each metric counted it, and the lines of the exports behind it."""
    facts = ", ".join(f"{name} {output.plain_value(value)}" for name, value in story.contact.items())
    moments = [
        [moment.at.strftime("%Y-%m-%d %H:%M:%S"), moment.what, moment.queue, moment.agent, moment.seconds]
        for moment in story.timeline
    ]
    counted = [[variant.name, variant.value, variant.numerator, variant.denominator] for variant in story.counted]
    return "\n".join([
        f"contact {story.contact_id}: {facts}", "",
        output.table(["at", "what", "queue", "agent", "seconds"], moments), "",
        output.table(["metric", "value", "numerator", "denominator"], counted), "",
        *(f"{file}:{line}" for file, line in story.lines),
    ])
