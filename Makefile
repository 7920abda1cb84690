# The only task list of the house. `make help` prints it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export MUSTER_HOME ?= $(CURDIR)/.muster

.PHONY: help setup setup-dev run test test-long check bench docs clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	touch $@

setup: $(VENV)/run.stamp ## make the environment that Muster runs in

setup-dev: $(VENV)/dev.stamp

run: setup ## start Muster with the living example (EMPTY=1: without it)
	$(BIN)/muster serve --open-example=$(if $(EMPTY),no,yes)

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

clean: ## remove the environment and what tools left behind (never your data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
