# make run: the demo in the browser. make test: everything that CI checks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q install

.PHONY: run test check system-packages clean

run: $(VENV)/.runtime
	$(BIN)/python -m bot demo

test: system-packages check
	$(BIN)/python -m pytest

# What needs no database and no browser.
check: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# PostgreSQL, Chromium and fonts for the tests, where the system lets us; without them those tests are skipped.
system-packages:
	@sh tests/system-packages.sh

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + \
	    ". Name another one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt $(VENV)/.made
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.tests: tests/requirements.txt $(VENV)/.runtime
	$(PIP) -r tests/requirements.txt
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
