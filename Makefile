# The only task list of the house. `make help` prints it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export MUSTER_HOME ?= $(CURDIR)/.muster

.PHONY: help setup setup-dev run test test-long check bench docs pins clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	touch $@

setup: $(VENV)/run.stamp ## make the environment that Muster runs in

setup-dev: $(VENV)/dev.stamp

PORT ?= 8000

run: setup ## start Muster with the living example (EMPTY=1: without it; PORT=8000)
	$(BIN)/muster serve --port $(PORT) --open-example $(if $(EMPTY),no,yes)

test: setup-dev ## every test: units, both databases, browser
	tools/test.sh

test-long: setup-dev ## longer campaigns: more random cases, larger logs
	tools/test.sh --long

check: setup-dev ## lint, types, floors, templates, translations, spec table
	tools/check.sh

bench: setup-dev ## measure speed and memory
	$(BIN)/python tools/bench.py

docs: setup-dev ## regenerate the reference pages and the spec table
	$(BIN)/python tools/make_docs.py

pins: ## pin every dependency anew, with hashes
	$(PIP) install uv
	for extra in run:example dev:dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url pyproject.toml requirements/build.in --extra $${extra#*:} \
	  --output-file requirements/$${extra%:*}.txt; done

clean: ## remove the environment and what tools left behind (never your data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
