"""`ccops quality calibrate`: whether evaluators of the same contact agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ccops.cli import frames, output, quantities
from ccops.cli.options import Days, Shared
from ccops.cli.told import UNKNOWN, figure, percent

if TYPE_CHECKING:
    from ccops.labels import Lang
    from ccops.quality.sessions import Calibration

_QUESTIONS = 5


def calibrate(
    days: Days,
    shared: Shared,
    tolerance: Annotated[
        str | None, Option(metavar="SHARE", help="Scores this close agree, such as 5%; else [quality] tolerance.")
    ] = None,
    out: frames.Out = None,
) -> None:
    """Whether evaluators judge the same contact alike.

    Agreement with the agreed score, bias, Cohen's kappa of failing, Krippendorff's alpha of scores and questions.

    Example: ccops quality calibrate -d last-month
    """
    frames.check_format(out)
    close = None if tolerance is None else quantities.share(tolerance, "--tolerance")
    with shared.workspace() as workspace:
        found = workspace.calibration(days.scope(workspace.settings), close)
    if out:
        frames.write(found.evaluators, out, "quality", shared, notes(found, shared.language))
    else:
        output.answer("quality", document(found, shared.language), shared.json, lambda: told(found, shared.language))


def document(found: Calibration, lang: Lang) -> dict[str, Any]:
    """The result as JSON has it."""
    own = ("sessions", "contacts", "tolerance", "alpha", "alpha_failed")
    return {name: getattr(found, name) for name in own} | {
        "rows": found.evaluators.to_dicts(), "questions": found.questions.to_dicts(),
        "notes": [note.text(lang) for note in found.notes],
    }


def told(found: Calibration, lang: Lang) -> str:
    """The verdict, the evaluators, the questions that divide them."""
    from ccops.labels import label

    people = output.table(
        [label(f"qs_{name}", lang) for name in ("evaluator", "n", "exact", "within", "bias", "mae", "kappa")],
        [[row["evaluator"] or UNKNOWN, figure(row["n"], 0), percent(row["exact"], 0), percent(row["within"], 0),
          percent(row["bias"], sign=True), percent(row["mae"]), figure(row["kappa_failed"], 2)]
         for row in found.evaluators.to_dicts()], figures_from=1)
    asked = output.table(
        [label(f"qs_{name}", lang) for name in ("section", "question", "n", "alpha", "spread")],
        [[row["section"] or UNKNOWN, row["question"], figure(row["n"], 0), figure(row["alpha"], 2),
          percent(row["spread"])] for row in found.questions.head(_QUESTIONS).to_dicts()], figures_from=2)
    said = map(output.wrapped, notes(found, lang))
    return "\n".join([*map(output.wrapped, verdict(found, lang)), "", people, "", asked, "", *said])


def verdict(found: Calibration, lang: Lang) -> list[str]:
    """How far evaluators agree, and what to do about it."""
    from ccops.labels import text

    said = [text("qs_calibrated", lang, sessions=found.sessions, contacts=found.contacts, alpha=figure(found.alpha, 2),
                 failed=figure(found.alpha_failed, 2))]
    if found.acceptable:
        said.append(text("qs_acceptable", lang))
    elif found.acceptable is not None and found.questions.height:
        said.append(text("qs_not_acceptable", lang, question=found.questions["question"][0]))
    return said


def notes(found: Calibration, lang: Lang) -> list[str]:
    """How the figures are meant, and what was left out."""
    from ccops.labels import text

    said = text("qs_agreement", lang, tolerance=percent(found.tolerance, 0))
    return [said, *(note.text(lang) for note in found.notes)]
