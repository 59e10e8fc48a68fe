"""The laws of the house: where a thing belongs, how large it may grow, what it may import, what comes with it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "ccops"
MODULES = sorted(SRC.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# A room may import rooms of a lower rank only; rooms of one rank do not know each other.
RANKS = {
    "errors": 0, "safe_text": 0,
    "wording": 1, "notebook": 1, "progress": 1, "toml_file": 1, "csv_rows": 1,
    "labels": 2, "clock": 2,
    "settings": 3, "periods": 3, "remark": 3,
    "model": 4,
    "source": 5,
    "store": 6, "sources": 6,
    "intake": 7, "metrics": 7,
    "people": 8, "quality": 8,
    "workforce": 9,
    "cost": 10,
    "recommend": 11,
    "reports": 12,
    "explain": 13, "export": 13, "starting": 13, "planning": 13, "operations": 13,
    "workspace": 14, "frames": 14, "demo": 14,
    "doctor": 15, "privacy": 15,
    "cli": 16,
}
FACADE = ("__init__", "__main__")  # the public names and `python -m ccops` may reach every room
LONGEST = 400
LONGER: dict[str, str] = {}  # path -> why it may be longer
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "core"}


def room(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a file, lazily or for types included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the room"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    here = room(path)
    if here in FACADE:
        return
    assert here in RANKS, f"give the room {here} a rank"
    for name in imports(parsed(path)):
        if name.startswith("ccops.") and (there := name.split(".")[1]) != here and there in RANKS:
            assert RANKS[there] < RANKS[here], f"{name_of(path)} imports {name}"


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("duckdb", ("src/ccops/store/",)),
        ("typer", ("src/ccops/cli/",)),
        ("rich", ("src/ccops/cli/", "src/ccops/reports/render_terminal.py")),
        ("fastexcel", ("src/ccops/sources/",)),
        ("highspy", ("src/ccops/workforce/schedule/",)),
        ("numba", ("src/ccops/workforce/simulation/",)),
        ("ortools", ("src/ccops/workforce/roster/",)),
        ("holidays", ("src/ccops/workforce/forecast/",)),
        ("click", ()),
        ("pyarrow", ()),
        ("pandas", ()),
        ("yaml", ()),
        ("pickle", ()),
        ("socket", ()),
        ("urllib", ()),
        ("requests", ()),
    ],
)
def test_a_library_stays_in_its_room(library: str, allowed: tuple[str, ...]) -> None:
    for path in MODULES:
        if not name_of(path).startswith(allowed or ("nowhere",)):
            found = [name for name in imports(parsed(path)) if name.split(".")[0] == library]
            assert not found, f"{name_of(path)} imports {library}"


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=name_of)
def test_files_stay_small(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LONGEST or name_of(path) in LONGER, f"{lines} lines: split it, or say in LONGER why not"


def test_every_exception_is_still_one() -> None:
    for name, reason in LONGER.items():
        assert reason
        assert len((ROOT / name).read_text("utf-8").splitlines()) > LONGEST, f"{name} is no longer long"


def test_names_say_what_a_module_is_about() -> None:
    parts = {part.removesuffix(".py") for path in MODULES for part in path.relative_to(SRC).parts}
    assert not parts & FORBIDDEN_NAMES


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in [*MODULES, *TESTS] if path.stat().st_size and not ast.get_docstring(parsed(path))]
    assert not silent


def test_only_the_command_line_prints() -> None:
    for path in MODULES:
        if room(path) != "cli":
            calls = [node.func for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
            names = [call.id for call in calls if isinstance(call, ast.Name)]
            assert "print" not in names, f"{name_of(path)} prints"


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in parsed(path).body if isinstance(node, ast.FunctionDef))


def _statements(function: ast.FunctionDef) -> int:
    """Statements of a function, nested ones included; its docstring and imports do not count."""
    nodes = [node for child in function.body for node in ast.walk(child) if isinstance(node, ast.stmt)]
    counted = [n for n in nodes if not isinstance(n, ast.Import | ast.ImportFrom)]
    return len(counted) - (1 if ast.get_docstring(function) else 0)


@pytest.mark.parametrize("path", sorted((SRC / "cli").glob("*.py")), ids=name_of)
def test_commands_are_thin(path: Path) -> None:
    from ccops.cli.app import functions

    commands = {(command.__module__, command.__name__) for command in functions().values()}
    module = ".".join(path.relative_to(SRC.parent).with_suffix("").parts)
    for function in _functions(path):
        if (module, function.name) in commands:
            assert _statements(function) <= 10, f"{function.name} has {_statements(function)} statements"


# Where the command line may catch: the one handler, and a question to a codec that has no other form.
CATCHERS = {("main", "run"), ("output", "_encodable")}


def test_only_main_catches() -> None:
    for path in sorted((SRC / "cli").glob("*.py")):
        catching = {
            (path.stem, function.name)
            for function in ast.walk(parsed(path))
            if isinstance(function, ast.FunctionDef) and any(isinstance(n, ast.Try) for n in ast.walk(function))
        }
        assert catching <= CATCHERS, f"{name_of(path)} catches"


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from ccops.cli.main import run; code = run(['--help']); "
        "heavy = {'polars', 'duckdb', 'pydantic', 'fastexcel', 'rich', 'numpy', 'scipy', 'numba', 'highspy', "
        "'holidays', 'ortools', 'xlsxwriter'} & set(sys.modules); "
        "sys.exit(f'{code} {sorted(heavy)}' if code or heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Usage: ccops" in done.stdout


def test_importing_ccops_loads_nothing_heavy() -> None:
    script = "import sys, ccops; print(*sorted({'polars', 'duckdb', 'pydantic', 'typer'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# The public names: growing the list is a decision, shrinking it breaks somebody's script.
PUBLIC = {
    "CcopsError", "FileResult", "FindingsError", "Report", "Scope", "Settings", "SettingsError", "Slice", "SourceError",
    "StoreError", "UsageError", "Workspace", "__version__", "erlang_a", "erlang_b", "erlang_c", "generate_demo",
    "in_memory", "kpis", "open",
}


def test_the_public_names_are_pinned_and_load() -> None:
    import ccops

    assert set(ccops.__all__) == PUBLIC == set(dir(ccops))
    assert all(getattr(ccops, name) for name in PUBLIC)
    assert not hasattr(ccops, "Store")


def _public_functions(folder: str, returns: str) -> set[str]:
    """Functions of a room whose signature says that they make one."""
    return {
        f"{path.stem}.{function.name}"
        for path in sorted((SRC / folder).glob("*.py"))
        for function in _functions(path)
        if isinstance(function.returns, ast.Name) and function.returns.id == returns and function.name[0] != "_"
    }


def test_every_metric_is_in_the_catalogue() -> None:
    from ccops.metrics.catalogue import FUNCTIONS, METRICS

    listed = {f"{function.__module__.rsplit('.', 1)[1]}.{function.__name__}" for function in FUNCTIONS}
    assert listed == _public_functions("metrics", "Metric")
    assert len(METRICS) == len(FUNCTIONS)


def test_every_metric_is_in_a_test() -> None:
    from ccops.metrics.catalogue import METRICS

    words = set(re.findall(r"\w+", "".join(path.read_text("utf-8") for path in TESTS if path.name != "test_house.py")))
    assert not set(METRICS) - words


def test_every_source_is_registered_with_a_sample_and_a_test() -> None:
    from ccops.sources import RECOGNISED, SOURCES, profiles

    made = {
        target.id
        for path in sorted((SRC / "sources").glob("*.py"))
        for node in parsed(path).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name) and node.value.func.id == "Source"
        for target in node.targets if isinstance(target, ast.Name)
    }
    assert made == {source.name.upper() for source in RECOGNISED}
    assert len({source.name for source in SOURCES}) == len(SOURCES)
    text = "".join(path.read_text("utf-8") for path in TESTS)
    for source in (*RECOGNISED, *(source for source, _ in profiles())):
        assert (ROOT / "sample_logs" / source.sample).is_file(), f"{source.name} has no sample"
        assert source.name in text, f"{source.name} is in no test"


def test_every_sample_is_recognised_by_the_source_that_names_it(tmp_path: Path) -> None:
    from ccops.intake import detect
    from ccops.settings import load
    from ccops.sources import candidates, front_end

    known = candidates(load(environ={}, start=tmp_path))
    for source in (source for source in known.all if source.sample):
        scan = front_end.scan(ROOT / "sample_logs" / source.sample, tmp_path)
        found, _ = detect(front_end.sample(scan), scan.name, known)
        assert found.name == source.name
