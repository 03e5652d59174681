# Thin aliases for developers; nothing in the product needs make.
PYTHON ?= python3
BIN := .venv/bin
# Settings demand a secret; the checks read the models and touch no data.
SETTINGS := SECRET_KEY=for-these-checks-only-no-data-is-touched RISK_NO_BOOTSTRAP=1

.DEFAULT_GOAL := help
.PHONY: help environment check lint types imports migrations screens test bench

help:  ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | expand -t 12

environment:
	@$(PYTHON) -m riskplatform.bootstrap

check: lint types imports migrations  ## everything a machine can check without running the suite

lint: environment  ## ruff: style and format
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: environment  ## mypy, strict
	$(SETTINGS) $(BIN)/python -m mypy

imports: environment  ## import-linter: who may import whom
	$(BIN)/lint-imports

migrations: environment  ## models and migrations agree
	$(SETTINGS) $(BIN)/python manage.py makemigrations --check --dry-run

screens:  ## the React screens: checks, tests and the bundle (needs Node)
	cd frontend && npm install && npm run types && npm run check && npm run build
	git diff --exit-code -- frontend/src/api/schema.d.ts static/app/sources.json

test:  ## the suite, as in the README
	$(PYTHON) manage.py test

bench:  ## the speed table of docs/benchmarks.md
	$(PYTHON) manage.py bench
