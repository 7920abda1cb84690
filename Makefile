# The only task list of the house. `make help` prints it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export MUSTER_HOME ?= $(CURDIR)/.muster

.PHONY: help setup setup-dev run test test-long test-spark check bench docs pins clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# uv downloads side by side, which is quicker; pip does the same where only pip knows the way to an index.
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes --requirement $(1) \
  || $(PIP) install --require-hashes --requirement $(1)

$(VENV)/uv.stamp: requirements/install.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement $<
	touch $@

$(VENV)/run.stamp: requirements/run.txt pyproject.toml $(VENV)/uv.stamp
	$(call INSTALL,$<)
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(call INSTALL,$<)
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

SPARK := .venv-spark

$(SPARK)/stamp: requirements/spark.txt pyproject.toml $(VENV)/uv.stamp
	test -x $(SPARK)/bin/python || $(PYTHON) -m venv $(SPARK)
	$(BIN)/uv pip install --quiet --python $(SPARK)/bin/python --require-hashes --requirement $< \
	  || $(SPARK)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	$(SPARK)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	touch $@

test-spark: $(SPARK)/stamp ## the checks on a real Spark cluster (Java 17; an environment of its own)
	$(SPARK)/bin/python -m pytest -q -c tools/spark/pytest.ini tools/spark

check: setup-dev ## lint, types, floors, templates, translations, spec table
	tools/check.sh

bench: setup-dev ## measure speed and memory (PEERS=1: beside other tools, in environments of their own)
	PYTHONPATH=tools:src $(BIN)/python -m bench

docs: setup-dev ## regenerate the reference pages and the spec table
	$(BIN)/python tools/make_docs.py

PIN = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links

pins: $(VENV)/uv.stamp ## pin every dependency anew, with hashes
	$(PIN) requirements/install.in --output-file requirements/install.txt
	$(PIN) pyproject.toml requirements/build.in --extra example --output-file requirements/run.txt
	$(PIN) pyproject.toml requirements/build.in --extra dev --output-file requirements/dev.txt
	$(PIN) pyproject.toml requirements/build.in requirements/spark.in --extra spark --output-file requirements/spark.txt

clean: ## remove the environment and what tools left behind (never your data)
	rm -rf $(VENV) $(SPARK) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
