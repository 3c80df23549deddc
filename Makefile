# `make run` and `make test` are all a fresh machine needs; they install what is missing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
LOCK := envs/miniature.txt
REPORT := results/report/report.html
# Two jobs share two cores better with one thread each.
export OMP_NUM_THREADS ?= 1
export HF_HUB_OFFLINE ?= 1

.PHONY: run test lint schema lock system clean

run: $(VENV)/.installed system
	$(BIN)/snakemake --cores all --quiet host
	@$(MAKE) --no-print-directory $(REPORT)
	@$(BIN)/python scripts/print_headline.py results/report/summary.json
	@echo "report: $(REPORT)"

$(REPORT): results/report/summary.json
	$(BIN)/snakemake --quiet all --report $@
	@touch $@

test: $(VENV)/.installed system
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/snakemake --lint

schema: $(VENV)/.installed
	PYTHONPATH=scripts $(BIN)/python -m warriorcoder.reference

# Every package with its hash. PyPI has no CPU build of torch: elsewhere it is PyTorch's own index.
$(VENV)/.installed: $(LOCK)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-deps --require-hashes -r $(LOCK) \
	  || $(BIN)/pip install --quiet --no-deps --require-hashes -r $(LOCK) \
	       --extra-index-url https://download.pytorch.org/whl/cpu
	@touch $@

# bubblewrap keeps model-written programs in.
system:
	@command -v bwrap >/dev/null || { \
	  echo "installing bubblewrap"; \
	  sudo=$$([ $$(id -u) = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq bubblewrap; \
	} || echo "bubblewrap is missing; programs will not run without it (README: limits)"

lock:
	uv pip compile --python-version 3.11 --generate-hashes envs/miniature.in -o $(LOCK)

clean:
	rm -rf results .snakemake .cache
