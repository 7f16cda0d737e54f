# Every word here is the same on your machine and in CI. `make` alone lists them.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
SOURCES := reconciler tests bench docs
COUNTS  := .pytest_cache/reliability

.PHONY: help demo dev test lint format docs check-docs bench crash-sweep clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.installed ## plan and apply the example organization, on this machine alone
	@bash examples/demo.sh $(BIN)/reconciler

dev: $(VENV)/.installed-dev ## make the environment for everything below

test: $(VENV)/.installed-dev ## run the whole test suite
	$(BIN)/pytest -q -n 2 $(if $(CI),--hypothesis-profile=ci)

lint: $(VENV)/.installed-dev ## style, types, and which layer may import which
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## rewrite the code in the project's style
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

docs: $(VENV)/.installed ## write the generated parts of docs/ anew
	$(BIN)/python -m docs.generate

check-docs: $(VENV)/.installed ## fail if a generated part of docs/ is out of date
	$(BIN)/python -m docs.generate --check

bench: $(VENV)/users/.installed ## measure a plan of 1000 objects that changes nothing
	$(VENV)/users/bin/python -m bench.noop_plan

crash-sweep: $(VENV)/.installed-dev ## kill an apply at every call, try every fault; half an hour, writes docs/reliability.md
	rm -rf $(COUNTS)
	$(BIN)/python -m bench.crash_sweep $(COUNTS)
	RECONCILER_TEST_COUNTS=$(COUNTS) $(BIN)/pytest -q tests/reliability
	$(BIN)/python -m docs.measured $(COUNTS)

clean: ## remove the virtual environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The stamps remember for which pyproject.toml an environment was made.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --quiet --disable-pip-version-check --editable .
	@touch $@

# As users have it: without what only we need, some of which httpx would import.
$(VENV)/users/.installed: pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)/users
	$(VENV)/users/bin/pip install --quiet --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed
