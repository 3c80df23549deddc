"""vLLM on a CPU, on the shipped weights: `make test-vllm`."""

from importlib.util import find_spec

import pytest
from vllm_cpu.shipped import model

from warriorcoder.models.model import Model

# It has an environment of its own; elsewhere there is nothing to collect.
collect_ignore_glob = [] if find_spec("vllm") else ["test_*.py"]


@pytest.fixture(scope="session")
def athene(tmp_path_factory) -> Model:
    """One loaded expert with a row cache that the tests fill."""
    return model(tmp_path_factory.mktemp("athene") / "rows.sqlite")


@pytest.fixture
def fresh(athene, tmp_path):
    """The loaded expert with an empty row cache, as another job would have it."""

    def make(name: str = "rows") -> Model:
        one = model(tmp_path / f"{name}.sqlite")
        one.__dict__["_loaded"] = athene._loaded
        return one

    return make
