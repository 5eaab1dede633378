# Everything a developer or an operator says to this project.  Needs only Python 3.11 or later and make.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-houses test-service check check-types check-templates check-house
.PHONY: format migrate translate lock bench

PY ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
NPM := $(shell command -v npm 2>/dev/null)
# Each tester has its own PostgreSQL and Valkey; the browser tests share one service, beside them.
TESTERS ?= 2
# `make check test` holds the house to its rules once: in check, without which test never begins.
CHECKED = $(if $(filter check,$(MAKECMDGOALS)),--ignore=tests/house)
TWO_AT_A_TIME = $(MAKE) --no-print-directory -j2
ifeq ($(NPM),)
NODE_REQUIREMENTS := -r requirements/node.txt
NPM := $(CURDIR)/$(BIN)/npm
endif
export PATH := $(CURDIR)/$(BIN):$(PATH)
# A run of the tests starts a hundred Pythons: none should compile the libraries anew.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/var/bytecode

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(BIN)/.run static/built/.done var/translations/.done ## start the whole service on this machine (Ctrl-C stops it)
	@hub up

test: $(BIN)/.test static/built/.done var/translations/.done var/chromium/.done var/kannel/.done ## run every test, browser tests included
	@$(TWO_AT_A_TIME) test-service test-houses CHECKED='$(CHECKED)'

test-houses:
	@pytest -q -n $(TESTERS) --dist worksteal -m 'not served' $(CHECKED) $(ARGS)

test-service:
	@pytest -q -m served $(ARGS) >var/test-service.log 2>&1; code=$$?; \
	echo; cat var/test-service.log; exit $$code

check: $(BIN)/.test static/built/.done var/translations/.done ## style, types, floor plan, templates, house rules, catalogues
	@ruff check . && ruff format --check .
	@lint-imports --no-logo
	@$(TWO_AT_A_TIME) --output-sync check-types check-house check-templates

check-types:
	@pyright --warnings

check-house:
	@pytest -q -n $(TESTERS) tests/house -m 'not served'

check-templates:
	@djlint --quiet --check --lint templates

format: $(BIN)/.test ## put code and templates into shape
	@ruff check --fix-only . ; ruff format . ; djlint --quiet --reformat templates || true

migrate: $(BIN)/.test ## write a migration from the models: make migrate NAME=what_changes
	@python -m scripts.migrate "$(NAME)"

translate: $(BIN)/.test ## gather every string into both catalogues and compile them
	@python -m scripts.translate

bench: $(BIN)/.test static/built/.done var/translations/.done ## print every figure with its limit beside it
	@python -m bench $(ARGS)

lock: $(UV) ## resolve pyproject.toml into requirements/ again
	$(UV) pip compile pyproject.toml --group embedded --group build --universal --generate-hashes --no-annotate -q -o requirements/run.txt
	$(UV) pip compile pyproject.toml --group embedded --group build --group dev --universal --generate-hashes --no-annotate -q -c requirements/run.txt -o requirements/test.txt
	$(UV) pip compile --group node --universal --generate-hashes --no-annotate -q -o requirements/node.txt

$(UV):
	@$(PY) -m venv .venv && $(BIN)/python -m pip install -q --disable-pip-version-check uv==0.13.9

$(BIN)/.run: requirements/run.txt pyproject.toml | $(UV)
	@$(UV) pip install -q --require-hashes -r $< $(NODE_REQUIREMENTS)
	@$(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.test: requirements/test.txt $(BIN)/.run | $(UV)
	@$(UV) pip install -q --require-hashes -r $< && touch $@

node_modules/.run: package-lock.json | $(BIN)/.run
	@$(NPM) ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@

node_modules/.test: package-lock.json | $(BIN)/.test
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@

static/built/.done: package-lock.json scripts/assets.py static/icons.txt $(wildcard static/css/*.css) | $(BIN)/.run
	@test -d node_modules/bootstrap || $(MAKE) --no-print-directory node_modules/.run
	@python -m scripts.assets && touch $@

var/translations/.done: $(wildcard translations/*/*.po) scripts/translate.py | $(BIN)/.run
	@python -m scripts.translate --compile && touch $@

var/chromium/.done: node_modules/.test scripts/chromium.mjs
	@node scripts/chromium.mjs && touch $@

var/kannel/.done: scripts/kannel.py | $(BIN)/.run
	@python -m scripts.kannel && touch $@
