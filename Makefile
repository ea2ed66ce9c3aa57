# `make run` sets up what is missing and starts the program; `make test` does the same and runs the tests.

BIN := .venv/bin
export PYTHON

.PHONY: setup run test check lint types imports core soak bench screenshots bundle

setup:
	@scripts/setup.sh

run: setup
	@$(BIN)/insomnia $(ARGS)

test: setup
	$(BIN)/python -m pytest $(ARGS)

check:
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory imports
	@$(MAKE) --no-print-directory core
	@$(MAKE) --no-print-directory test

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

# The rooms below media are quick to test; the whole core is imported as well.
core: setup
	$(BIN)/python -m pytest -q -p no:pytest-qt -p tests.helpers.only_core $(addprefix tests/unit/core/,base jobs model edit)
	$(BIN)/python -m pytest -q tests/arch/test_core_by_itself.py

soak: setup
	INSOMNIA_SOAK=1 $(BIN)/python -m pytest -m soak -s -q --timeout=0 $(ARGS)

bench: setup
	$(BIN)/python -m benchmarks.run $(ARGS)

# Writes docs/pictures with the window as it is now.
screenshots: setup
	$(BIN)/python scripts/screenshots.py $(ARGS)

# One folder, dist/insomnia, that runs without Python: docs/packaging.md.
bundle: setup
	$(BIN)/python -m scripts.bundle
