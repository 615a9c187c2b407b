# Posthouse: `make run` shows it, `make test` checks it. Everything installs what it needs first.
SHELL := /bin/bash
VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint fix bench services import

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## Make the virtual environment and install the pinned packages

$(VENV)/.installed: requirements.txt
	@scripts/venv.sh requirements.txt
	@touch $@

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt
	@scripts/venv.sh requirements-dev.txt
	@touch $(VENV)/.installed $@

run: install ## Start Posthouse with a demonstration site (PORT=8000)
	@exec $(PYTHON) -m scripts.run

test: install-dev ## Check everything CI checks; ARGS="-k word" goes to pytest
	@exec $(PYTHON) -m scripts.test $(ARGS)

lint: install-dev ## Style, types, import contracts
	@exec $(PYTHON) -m scripts.test --only lint

fix: install-dev ## Mend style where a machine can
	@$(PYTHON) -m ruff check --fix . ; $(PYTHON) -m ruff format .

bench: install-dev ## Measure every figure the README claims
	@POSTHOUSE_FSYNC=$${POSTHOUSE_FSYNC:-on} exec $(PYTHON) -m scripts.services exec -- $(PYTHON) -m benchmarks $(ARGS)

services: install-dev ## Start a private PostgreSQL and Redis, print their addresses, wait for Ctrl-C
	@exec $(PYTHON) -m scripts.services

import: install ## Import an archive: make import GROUP=name FILE=path [OWNER=address]
	@test -n "$(GROUP)" -a -n "$(FILE)" || { echo 'Say which: make import GROUP=name FILE=path [OWNER=address]'; exit 1; }
	@$(PYTHON) manage.py migrate --verbosity 0
	@exec $(PYTHON) manage.py import_archive "$(GROUP)" "$(FILE)" --create $(if $(OWNER),--owner "$(OWNER)")
