# Both commands of the README start here: each first sets up .venv, which takes a minute once and no time afterwards.
# Windows has no make: docs/how-to/windows.md says what to type instead.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
RUN := .venv/bin/python
READY := .venv/.ready
RIVALS := .venv-bench/.ready

.PHONY: demo test check bench docs clean

demo: $(READY)
	@.venv/bin/ccops demo

test: $(READY)
	@$(RUN) -m pytest -n auto

check: $(READY)
	@$(RUN) -m ruff check src tests docs
	@$(RUN) -m mypy
	@$(RUN) docs/generate.py --check

bench: $(RIVALS)
	@.venv-bench/bin/python -m pytest tests/benchmarks -o python_files='bench_*.py' -s

docs: $(READY)
	@$(RUN) docs/generate.py

clean:
	@rm -rf .venv .venv-bench build dist ccops-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "ccops needs Python 3.11 or newer; none was found (set PYTHON=/path/to/python3)" >&2; exit 1; }
	@test -x $(RUN) || { echo "setting up .venv (once, about a minute)"; $(PYTHON) -m venv .venv; }
	@$(RUN) -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# The libraries that ccops is measured against live apart: nothing that users or tests install needs them.
$(RIVALS): pyproject.toml tests/benchmarks/rivals.txt $(READY)
	@test -x .venv-bench/bin/python || { echo "setting up .venv-bench (once, some minutes)"; $(RUN) -m venv .venv-bench; }
	@.venv-bench/bin/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev]' -r tests/benchmarks/rivals.txt
	@touch $@
