# Two commands: `make run` and `make test`. Both set everything up first and are quick the second time.
SHELL := /bin/sh
# The first Python that is new enough; or say which: make run PYTHON=/path/to/python3
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: run test lint benchmark clean python

run: python
	@$(PYTHON) bot/bootstrap.py
	@.venv/bin/yuban run

test: python
	@$(PYTHON) bot/bootstrap.py --dev
	@.venv/bin/yuban train --if-needed
	.venv/bin/python -m pytest -m "not system and not browser"
	cd bot/widget && PATH="$$(cd ../.. && .venv/bin/python bot/bootstrap.py --node-directory):$$PATH" npm test --silent
	cd bot/dialogue && ../../.venv-rasa/bin/python -m pytest ../../tests/dialogue
	.venv/bin/python -m pytest -m "system or browser"

lint: python
	@$(PYTHON) bot/bootstrap.py --dev --no-widget
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

clean:
	rm -rf .venv .venv-rasa var bot/widget/node_modules bot/widget/dist

python:
	@test -n "$(PYTHON)" || { echo "Yuban needs Python 3.11 or newer. Install it, or: make run PYTHON=/path/to/python3"; exit 1; }
