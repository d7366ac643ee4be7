# Every command here sets up what it needs first: system packages, .venv, pinned Python packages.
# The set-up itself is tools/set_up.py; it needs nothing but Python 3.11 or newer.

PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
VENV := .venv/bin
UV := $(VENV)/uv --no-config pip compile pyproject.toml \
	--universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-annotate --custom-compile-command "make lock" --quiet

.PHONY: run test test-servers check bench bench-vault bench-million bench-scale torture fuzz mutation rules vectors screenshots lock set-up-run set-up-test

run: set-up-run  ## the practice vault: a window where there is a display, else the whole story headless
	@$(VENV)/python tools/practice.py

test: set-up-test  ## lint, types, layers, budgets and every test
	@$(VENV)/python tools/check.py

test-servers: set-up-test  ## the stores on servers that are installed apart: Apache (Debian: apache2)
	@$(VENV)/python -m pytest -q -rs -p no:cacheprovider tests/servers

check:  ## the same without set-up
	@$(VENV)/python tools/check.py

bench: set-up-test  ## the figures, compared with bench/targets.toml
	@$(VENV)/python -m bench.run

bench-vault: set-up-test  ## the figures of vaults of up to 100,000 cases; half an hour the first time
	@$(VENV)/python -m bench.run bench_vault

bench-million: set-up-test  ## a million answers of a colleague taken in; half an hour
	@$(VENV)/python -m bench.run bench_million

bench-scale: set-up-test  ## many laptops over many days; twenty minutes, see bench/bench_scale.py for more
	@$(VENV)/python -m bench.run bench_scale

torture: set-up-test  ## the fault tests with large counts, half an hour; writes docs/figures/torture.json
	@$(VENV)/python tools/torture.py

mutation: set-up-test  ## small faults in what decides about passing on: tests must find each; five minutes
	@$(VENV)/python tools/mutation.py

rules: set-up-test  ## a fault for each rule of the domain guide: its test must find it; five minutes
	@$(VENV)/python tools/break_rules.py

fuzz: set-up-test  ## every parser of foreign bytes under a fuzzer, NRM_FUZZ_SECONDS each (Linux)
	@$(VENV)/python tools/fuzz.py

screenshots: set-up-test  ## draw docs/screenshots anew, by the program itself
	@$(VENV)/python tools/screenshots.py

vectors: set-up-test  ## write tests/vectors anew; they must come out byte for byte the same
	@$(VENV)/python tools/make_vectors.py

lock: set-up-test  ## pin everything anew: newest versions that pyproject.toml admits, for every platform
	$(UV) --upgrade --group dev --output-file requirements/test.lock
	$(UV) --group build --constraints requirements/test.lock --output-file requirements/run.lock
	$(subst pyproject.toml,,$(UV)) --upgrade --group fuzz --output-file requirements/fuzz.lock
	$(subst pyproject.toml,,$(UV)) --upgrade --group peers --output-file requirements/peers.lock
	$(subst pyproject.toml,,$(UV)) --upgrade --group mutation --output-file requirements/mutation.lock

set-up-run set-up-test: set-up-%:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found. On Debian or Ubuntu: sudo apt-get install python3"; exit 1; }
	@$(PYTHON) tools/set_up.py $*
