import os

# Before torch is imported: threads that wait must not spin, tests share the cores.
os.environ |= {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
os.environ |= {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

from hypothesis import Phase, settings  # noqa: E402

# No deadline: the machine may be shared. The same examples in every run: a red test stays red.
settings.register_profile("reproducible", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("reproducible")
# `make mutants` runs the tests 200 times for a file, and asks only whether one fails.
settings.register_profile("mutants", max_examples=20, phases=[Phase.explicit, Phase.generate])


def pytest_collection_modifyitems(items) -> None:
    """Start with the pipeline, whose files take minutes: the workers then end together."""
    items.sort(key=lambda item: item.path.parent.name != "workflow")
