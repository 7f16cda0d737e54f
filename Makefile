# Every word here is the same on your machine and in CI. `make` alone lists them.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
SOURCES := reconciler tests bench docs constraints
COUNTS  := .pytest_cache/reliability
PYTEST  := pytest -q -n 3 --dist worksteal --durations=20 --durations-min=2

# What tries much rather than one thing is slow; without it, the tests take some three minutes. Some of that
# is waiting for servers and disks, so more of them run at a time than there are cores.
SLOW := canary laws reliability \
  $(addprefix acceptance/,test_kept_before_a_delete.py ledger_in_artifacts test_renamed_outside.py \
    test_names_exchanged.py)
PAGES := README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md LICENSE examples 'docs/*.md' 'docs/*.json'
# An early aiohttp leaves connections open that a later one closes: said, and no failure there.
LEAKS  := -W default::pytest.PytestUnraisableExceptionWarning
FAST := -n 4 --hypothesis-profile=dev $(SLOW:%=--ignore=tests/%)

# What was compiled is kept, whatever the environment says: hundreds of processes would do it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo dev browser test test-fast test-lowest test-newest lint format docs check-docs site bench crash-sweep \
  mutants constraints clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 13

demo: $(VENV)/.installed ## apply an example, change it by hand, write that back; on this machine alone
	@bash examples/demo.sh $(BIN)/reconciler $(BIN)/python

dev: $(VENV)/.installed-dev ## make the environment for everything below

browser: ## install Chromium, in which pages are tried, where there is neither that nor Chrome
	@command -v chromium || command -v google-chrome || { \
	  root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$root apt-get update -q && \
	  $$root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium fonts-dejavu-core; }

test: $(VENV)/.installed-dev ## run the whole test suite, and say what is slow in it
	$(BIN)/$(PYTEST) $(if $(CI),--hypothesis-profile=ci)

test-fast: $(VENV)/.installed-dev ## run what takes some three minutes of it
	$(BIN)/$(PYTEST) $(FAST)

test-lowest: $(VENV)/lowest/.installed ## the same with the lowest versions that pyproject.toml declares
	$(VENV)/lowest/bin/$(PYTEST) $(FAST) $(LEAKS)

test-newest: ## the same with the newest versions there are today
	$(PYTHON) -m venv --clear $(VENV)/newest
	$(VENV)/newest/$(INSTALL) '.[test]'
	@echo 'Other than in constraints/pinned.txt:'
	@$(VENV)/newest/bin/pip freeze --exclude-editable | grep -vxFf constraints/pinned.txt || echo nothing
	$(VENV)/newest/bin/$(PYTEST) $(FAST)

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

site: $(VENV)/site/.installed ## build the site of docs/ in build/site/html, and check its links
	rm -rf build/site && mkdir -p build/site/pages
	git ls-files --cached --others --exclude-standard -- $(PAGES) | xargs cp --parents -t build/site/pages
	NO_MKDOCS_2_WARNING=1 $(VENV)/site/bin/mkdocs build --quiet --strict
	$(VENV)/site/bin/python -m docs.built_site build/site/html

bench: $(VENV)/users/.installed ## measure what runs cost, against their targets; half an hour, writes docs/performance.md
	$(VENV)/users/bin/python -m bench --write

crash-sweep: $(VENV)/.installed-dev ## kill an apply at every call, try every fault; half an hour, writes docs/reliability.md
	rm -rf $(COUNTS)
	$(BIN)/python -m bench.crash_sweep $(COUNTS)
	RECONCILER_TEST_COUNTS=$(COUNTS) $(BIN)/pytest -q tests/reliability
	$(BIN)/python -m docs.measured $(COUNTS)

mutants: $(VENV)/.installed-dev ## change the program at random, and see whether the tests notice; two hours
	$(BIN)/python -m bench.mutants $(if $(SECONDS),--seconds $(SECONDS)) .mutants

constraints: ## write anew which versions of other packages are installed, from what is newest today
	$(PYTHON) -m constraints.write

clean: ## remove the virtual environment, all caches and whatever was built
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .mutants
	rm -rf build dist *.egg-info reconciler/_version.py

# An environment is made anew when other versions are to be in it: what it had before and lacks now would
# be missed on a new machine. pip takes constraints from variables, so that they hold for builds, too.
INSTALL := bin/pip install --quiet --quiet --disable-pip-version-check --editable
pinned = PIP_CONSTRAINT=constraints/$(1).txt PIP_BUILD_CONSTRAINT=constraints/$(1).txt

$(VENV)/.made: constraints/pinned.txt
	rm -rf *.egg-info
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.made
	$(call pinned,pinned) $(VENV)/$(INSTALL) .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.made
	$(call pinned,pinned) $(VENV)/$(INSTALL) '.[dev]'
	@touch $@ $(VENV)/.installed

# As users have it: without what only we need, some of which httpx would import.
$(VENV)/users/.installed: pyproject.toml $(VENV)/.made
	$(PYTHON) -m venv --clear $(VENV)/users
	$(call pinned,pinned) $(VENV)/users/$(INSTALL) .
	@touch $@

# By itself: nothing else may use what it brings.
$(VENV)/site/.installed: pyproject.toml $(VENV)/.made
	$(PYTHON) -m venv --clear $(VENV)/site
	$(call pinned,pinned) $(VENV)/site/$(INSTALL) '.[site]'
	@touch $@

$(VENV)/lowest/.installed: pyproject.toml constraints/lowest.txt $(VENV)/.made
	$(PYTHON) -m venv --clear $(VENV)/lowest
	$(call pinned,lowest) $(VENV)/lowest/$(INSTALL) '.[test]'
	@touch $@
