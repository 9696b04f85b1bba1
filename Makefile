# `make run` and `make test` are the whole set-up. Both need Python 3.11 or later and nothing else.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: run test test-deploy check audit package bench screenshots format lock clean

run: .venv/local.stamp
	@SITE_URL="$${SITE_URL:-http://127.0.0.1:$(PORT)}" $(BIN)/python manage.py run --port $(PORT)

test: check
	$(BIN)/python -m pytest --ignore-glob='*/test_deploy*'

# Four minutes: Zappa against an emulator, and the permissions against the calls that are made.
test-deploy: .venv/test.stamp
	$(BIN)/python -m pytest tests/test_deploy*.py

# Bandit's B703 is ruff's S308, which has a reason at each place.
check: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/bandit --quiet --recursive --severity-level medium --skip B703 accounts collector dctech deploy events groups
	$(BIN)/python manage.py check --fail-level WARNING
	env $$(cat tests/production.env) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	@if $(BIN)/python -c "$(PYPI_ANSWERS)" 2>/dev/null; then $(MAKE) --no-print-directory audit; \
	  else echo "Not audited: PyPI's vulnerability service does not answer here."; fi

PYPI_ANSWERS := import requests; requests.get('https://pypi.org/pypi/django/5.2/json', timeout=5).raise_for_status()

# Fails where PyPI's vulnerability service does not answer.
audit: .venv/test.stamp
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements/runtime.txt

# What Lambda gets, for the Python of .venv: build/prod.zip.
STAGE ?= prod
package: .venv/local.stamp
	$(BIN)/python -m deploy package $(STAGE)

bench: .venv/test.stamp
	$(BIN)/python -m benchmarks

screenshots: .venv/local.stamp
	$(BIN)/python docs/screenshots/make.py

format: .venv/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The stamps are written last: an installation that was cut short is done again.
.venv/local.stamp: requirements/local.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/local.txt
	@touch $@

.venv/test.stamp: requirements/test.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@if command -v npm >/dev/null; then npm ci --prefix tests/node --silent --no-audit --no-fund; fi
	@touch $@ .venv/local.stamp

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; name it: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

# Pin anew what pyproject.toml asks for. Needs uv.
lock:
	uv pip compile pyproject.toml --extra local --extra test -o requirements/test.txt $(LOCK)
	uv pip compile pyproject.toml --extra local -c requirements/test.txt -o requirements/local.txt $(LOCK)
	uv pip compile pyproject.toml -c requirements/test.txt -o requirements/runtime.txt $(LOCK)
	uv pip compile requirements/deploy.in --allow-unsafe -c requirements/test.txt -o requirements/deploy.txt $(LOCK)

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache tests/node/node_modules
