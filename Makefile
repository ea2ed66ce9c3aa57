# `make run` sets up what is missing and starts the program; `make test` does the same and runs the tests.

BIN := .venv/bin
export PYTHON

.PHONY: setup run test check lint types imports core soak bench

setup:
	@scripts/setup.sh

run: setup
	@$(BIN)/insomnia $(ARGS)

test: setup
	$(BIN)/python -m pytest $(ARGS)

check: lint types imports core test

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

core: setup
	$(BIN)/python -m pytest -q -p no:pytest-qt -p tests.helpers.only_core tests/unit/core

soak: setup
	INSOMNIA_SOAK=1 $(BIN)/python -m pytest -m soak -s -q --timeout=0 $(ARGS)

bench: setup
	$(BIN)/python -m benchmarks.run $(ARGS)
