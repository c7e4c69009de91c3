# Every check has one command; .ci/run calls these. The logic is in Python, not here.
PORT ?= 8000
PY = .venv/bin/python
export UV_PYTHON_DOWNLOADS = never

.PHONY: setup demo test check test-postgres browser bench docs frontend clean

setup: .venv/ready

# uv is quicker; where it cannot be had, plain pip reads the same locked file.
.venv/ready: requirements/dev.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Holdfast needs Python 3.11 or newer."; exit 1; }
	@test -x $(PY) || { echo "Making a virtual environment in .venv"; python3 -m venv .venv; }
	@echo "Installing what Holdfast needs (about a minute the first time)"
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock 2>/dev/null \
	  && .venv/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements/dev.lock \
	  || .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	@.venv/bin/holdfast demo --port $(PORT)

# A file's tests stay together: what a file builds once (a house of its own, a database) is built once.
TOGETHER = -n 2 --dist loadfile --no-loadscope-reorder

test: setup
	@$(PY) -m pytest $(TOGETHER) -m "not browser and not postgres" tests

check: setup
	@.venv/bin/ruff check src tests tools
	@.venv/bin/ruff format --check src tests tools
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/mypy
	@.venv/bin/deptry src
	@.venv/bin/holdfast manage makemigrations --check --dry-run

test-postgres: setup
	@HOLDFAST_TEST_POSTGRES=1 $(PY) -m pytest $(TOGETHER) -m "not browser" tests

browser: setup
	@$(PY) -m pytest $(TOGETHER) -m browser tests/browser

bench: setup
	@$(PY) tools/bench.py

docs: setup
	@$(PY) tools/docs.py
	@PYTHONPATH=.:src $(PY) tests/spec/duties/test_duty_scenes.py
	@PYTHONPATH=.:src $(PY) tests/duties/test_duties_reference.py

frontend:
	@python3 tools/frontend/build.py

clean:
	@rm -rf .venv build var
