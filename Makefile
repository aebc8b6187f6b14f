# Every target sets up first: it finds a Python, makes .venv and installs requirements.lock, once (tools/set-up).
# `make WOLSEY_PYTHON=... TARGET` uses that Python.

PY := .venv/bin/python
PLACE := ipswich
DRAWS := 50
SEEDS := 2
WORKERS := 2
PARTS :=

.DEFAULT_GOAL := help
.PHONY: help set-up run workshop test test-unit lint format bench lock

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target meaning; do \
		printf '  make %-9s %s\n' "$$target" "$$meaning"; done

set-up: ## make .venv ready, and do nothing where it is
	@tools/set-up

run: set-up ## are the goals within reach? the answer, and a report: PLACE=ipswich DRAWS=50 SEEDS=2
	.venv/bin/wolsey reach $(PLACE) --draws $(DRAWS) --seeds $(SEEDS)

workshop: set-up ## open the workshop page in the browser
	.venv/bin/wolsey workshop

# Groups: what drives a browser or kills processes runs one after another, in one worker (tests/conftest.py).
TESTS := -n $(WORKERS) --dist loadgroup --durations 25 --durations-min 3

test: lint ## lint, types and all tests: WORKERS=2
	$(PY) -m pytest $(TESTS)

test-unit: set-up ## the tests that live no town, in about a minute
	$(PY) -m pytest $(TESTS) -m unit

lint: set-up ## ruff, imports and mypy
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports
	$(PY) -m mypy

format: set-up ## put the code into ruff's form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: set-up ## time and memory of lives, sweeps and the workshop, beside what was to be reached: PARTS="town sweep"
	$(PY) -m benchmarks.run $(PARTS)

lock: ## remake requirements.lock from pyproject.toml: UPGRADE=1 takes the newest versions
	tools/lock $(if $(UPGRADE),--upgrade)
