"""Every command of the pages is run, in order, and what they show of its output is in its output.

A fenced block in a page is a terminal (`console`: `$ ` begins a command, `...` stands for anything), Python, or, after
`<!-- file: NAME [ENCODING] -->`, a file that the commands below it find in their folder.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ccops.cli.main import run
from ccops.cost.offer_file import OfferFile
from ccops.people.incentives_scheme import parse_scheme
from ccops.settings import Settings
from ccops.sources.mapping import parse_mapping
from ccops.workforce.roster.rules_file import parse_rules
from ccops.workforce.schedule.patterns import parse_patterns

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "README.zh-CN.md", "docs/tutorial.md", *(
    f"docs/how-to/{name}.md"
    for name in (
        "import-your-export", "match-the-switch", "agents-and-teams", "privacy", "python-api", "adherence", "forecast",
        "tariffs", "attrition-and-hiring", "quality", "cost-report", "what-if", "sourcing", "cost-economics",
        "queueing-calculator", "schedule", "staff-a-week", "capacity", "simulate-a-day", "roster",
        "incentives", "satisfaction", "recommend", "people-and-quality-data",
    )
))
DEMO = "ccops demo"
GAP = "..."
FENCED = re.compile(r"(?:^<!-- file: (\S+)(?: (\S+))? -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Step:
    """A command of a page and the lines that the page shows of its output."""

    place: str
    command: str
    shown: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(line.startswith("ccops: error:") for line in self.shown)


@dataclass
class Script:
    """Python that a page shows."""

    place: str
    text: str


@dataclass
class Text:
    """A file that a page shows."""

    name: str
    encoding: str
    text: str


def steps(page: str) -> Iterator[Step | Script | Text]:
    text = (ROOT / page).read_text("utf-8")
    for block in FENCED.finditer(text):
        name, encoding, language, body = block.groups()
        first = text.count("\n", 0, block.start(4)) + 1
        if name:
            yield Text(name, encoding or "utf-8", body)
        elif language == "python":
            yield Script(f"{page}:{first}", body)
        elif language == "console":
            yield from typed(page, first, body)


def typed(page: str, first: int, body: str) -> Iterator[Step]:
    step: Step | None = None
    for number, line in enumerate(body.splitlines(), first):
        if line.startswith("$ "):
            if step:
                yield step
            step = Step(f"{page}:{number}", line.removeprefix("$ "))
        else:
            assert step, f"{page}:{number}: output without a command"
            step.shown.append(line.rstrip())
    assert step, f"{page}:{first}: a block without a command"
    yield step


def recipe(target: str) -> str:
    """What `make target` runs."""
    found = re.search(rf"^{target}:.*\n\t@(.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert found, f"the Makefile has no {target}"
    return found[1].replace(".venv/bin/", "")


@dataclass
class Terminal:
    """A folder like a fresh clone, in which commands change the directory for those that follow."""

    here: Path
    demo: tuple[Path, str]  # the demo's files and what it printed, made once for all pages
    names: dict[str, object] = field(default_factory=dict)  # what the page's Python has defined

    def meet(self, step: Step | Script | Text) -> str | None:
        """Does what a step says; what is wrong with it, or None."""
        if isinstance(step, Text):
            (self.here / step.name).write_text(step.text, step.encoding)
            return None
        if isinstance(step, Script):
            with inside(self.here):
                exec(compile(step.text, step.place, "exec"), self.names)  # noqa: S102  our own pages
            return None
        code, output = self.type(step.command)
        if bool(code) is not step.refused:
            return f"{step.place}: exit code {code}: {step.command}\n{output}"
        found = unlike(step.shown, output)
        return found and f"{step.place}: {step.command}\n    {found}"

    def type(self, command: str) -> tuple[int, str]:
        match shlex.split(command):
            case ["make", "demo"]:
                assert recipe("demo") == DEMO
                shutil.copytree(self.demo[0], self.here / self.demo[0].name, dirs_exist_ok=True)
                return 0, self.demo[1]
            case ["make", "test"]:  # the tests cannot run themselves
                assert recipe("test").startswith("$(RUN) -m pytest")
                return 0, ""
            case [".", ".venv/bin/activate"]:
                return 0, ""
            case ["cd", folder]:
                self.here = (self.here / folder).resolve()
                return 0, ""
            case ["mkdir", folder]:
                (self.here / folder).mkdir()
                return 0, ""
            case ["ccops", *arguments]:
                return called(arguments, self.here)
        pytest.fail(f"the pages use a command that this test does not know: {command}")


@contextmanager
def inside(folder: Path) -> Iterator[io.StringIO]:
    """Another working folder for a while, both streams caught as a terminal mixes them."""
    both, before = io.StringIO(), Path.cwd()
    os.chdir(folder)
    try:
        with redirect_stdout(both), redirect_stderr(both):
            yield both
    finally:
        os.chdir(before)


def called(arguments: list[str], folder: Path) -> tuple[int, str]:
    """The exit code and the output of a command."""
    with inside(folder) as both:
        code = run(arguments)
    return code, both.getvalue()


def unlike(shown: list[str], output: str) -> str | None:
    """The first shown line that the output does not have in its place; `...` stands for any lines or letters."""
    lines = [line for line in map(plain, output.splitlines()) if line]
    groups: list[list[str]] = [[]]
    for line in filter(None, map(plain, shown)):
        if line == GAP:
            groups.append([])
        else:
            groups[-1].append(line)
    place = 0
    for number, group in enumerate(groups):
        last = len(lines) - len(group)
        first = last if group and 0 < number == len(groups) - 1 else place
        starts = range(first, (place if number == 0 else last) + 1)
        agreeing = {start: agreement(group, lines[start:]) for start in starts if start >= place}
        best = max(agreeing, key=lambda start: agreeing[start], default=place)
        if agreeing.get(best) != len(group):
            wrong = agreeing.get(best, 0)
            return f"shown:  {group[wrong]}\n    output: {''.join(lines[best + wrong :][:1]) or '(ended)'}"
        place = best + len(group)
    return None if len(groups) > 1 or place == len(lines) else f"not shown: {lines[place]}"


def plain(line: str) -> str:
    """The line without its alignment, which the widest cell of a column decides, shown or not."""
    return re.sub(r"(-|─){2,}", r"\1\1", " ".join(line.split()))


def agreement(group: list[str], lines: list[str]) -> int:
    """How many lines from the first on are as shown."""
    patterns = (".*".join(map(re.escape, line.split(GAP))) for line in group)
    agree = [re.fullmatch(pattern, line) is not None for pattern, line in zip(patterns, lines, strict=False)]
    return [*agree, False].index(False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Made by the worker that comes first; the others wait for it."""
    worker = "PYTEST_XDIST_WORKER" in os.environ
    made = tmp_path_factory.getbasetemp().joinpath("..", "made") if worker else tmp_path_factory.mktemp("made") / "here"
    done = made / "printed.txt"
    try:
        made.mkdir()
    except FileExistsError:
        for _ in range(600):
            if done.exists():
                break
            time.sleep(0.5)
        return made / "ccops-demo", done.read_text("utf-8")
    code, printed = called(shlex.split(DEMO)[1:], made)
    assert code == 0, printed
    done.with_suffix(".part").write_text(printed, "utf-8")
    done.with_suffix(".part").rename(done)
    return made / "ccops-demo", printed


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_a_page_do_what_it_says(tmp_path: Path, demo: tuple[Path, str], page: str) -> None:
    shutil.copytree(ROOT / "sample_logs", tmp_path / "sample_logs")
    terminal, found = Terminal(tmp_path, demo), list(steps(page))
    assert len(found) >= 3
    if any(isinstance(step, Script) for step in found):
        terminal.type("make demo")
        terminal.type("cd ccops-demo")
    wrong = [problem for step in found if (problem := terminal.meet(step))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        (["a", "b", "c"], True),
        (["a", GAP, "c"], True),
        ([GAP, "b", GAP], True),
        ([GAP, "b"], False),
        (["b", GAP], False),
        (["a", "c", GAP], False),
        (["a", GAP], True),
        ([GAP], True),
        ([], False),
        ([GAP, "c", GAP, "a", GAP], False),
        (["a", "...b...", "c"], True),
    ],
)
def test_what_a_page_shows_is_compared(shown: list[str], fits: bool) -> None:
    assert (unlike(shown, "a\n\nb \nc\n") is None) is fits


EVERY_PAGE = sorted(
    path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
)


def test_settings_and_mappings_in_pages_are_valid() -> None:
    found = [
        (page, block[4]) for page in EVERY_PAGE for block in FENCED.finditer((ROOT / page).read_text("utf-8"))
        if block[3] == "toml"
    ]
    for page, text in found:
        if "[columns]" in text:
            parse_mapping(text, page)
        elif "between_shifts" in text:
            parse_rules(text, page)
        elif "[[measure]]" in text:
            parse_scheme(text, page)
        elif "[[offer]]" in text:
            OfferFile.model_validate(tomllib.loads(text))
        elif "[[shift]]" in text:
            parse_patterns(text, page)
        else:
            Settings.model_validate(tomllib.loads(text))
    assert len(found) >= 3


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_links_lead_somewhere(page: str) -> None:
    file = ROOT / page
    for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text("utf-8")):
        if not target.startswith(("http", "#")):
            assert (file.parent / target.split("#")[0]).exists(), target
