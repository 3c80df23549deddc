"""All of DS-1000 in its own environment: `make test-ds1000`. Installs 3 GB once, then minutes."""

import gzip
import shutil
from collections import Counter
from pathlib import Path

import pytest
from data import shared

from warriorcoder.environments import interpreters
from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import assets, ds1000
from warriorcoder.evaluation.sandbox import Sandbox

pytestmark = pytest.mark.ds1000
ROOT = Path(__file__).parents[2]
LIBRARIES = {
    "Pandas": 291,
    "Numpy": 220,
    "Matplotlib": 155,
    "Sklearn": 115,
    "Scipy": 106,
    "Pytorch": 68,
    "Tensorflow": 45,
}


@pytest.fixture(scope="session")
def room():
    """Interpreter and tables, the tables from the reference data instead of their sources."""
    cache = ROOT / ".cache/environments"
    tables = ROOT / ".cache/ds1000"
    tables.mkdir(parents=True, exist_ok=True)
    for table in shared("ds1000_assets").glob("*.csv"):
        shutil.copy(table, tables)
    housing = tables / "cal_housing.data"
    housing.write_bytes(gzip.decompress(shared(f"ds1000_assets/{housing.name}.gz").read_bytes()))
    assets.pack_housing(housing, tables / assets.HOUSING)
    folders = dict.fromkeys(assets.VARIABLES, tables)
    interpreters.prepare(ROOT / "envs/ds1000.txt", cache, folders).save(cache / "test.json")
    return interpreters.room(cache / "test.json", ds1000.HEAVY)


@pytest.fixture(scope="session")
def problems():
    return benchmarks.load("ds1000", shared("benchmarks/ds1000.jsonl.gz"))


def passed(room: dict, problems: list[dict], solution) -> Counter:
    """Count the passing `solution(problem)` per library, and print the statuses of the others."""
    with Sandbox(memory_mb=8192, seconds=120, workers=2, **room) as sandbox:
        pairs = [(problem, solution(problem)) for problem in problems]
        verdicts = ds1000.judge("ds1000", pairs, sandbox)
    count = Counter()
    for problem, verdict in zip(problems, verdicts, strict=True):
        count[problem["metadata"]["library"]] += verdict["ds1000"] == "pass"
        if verdict["ds1000"] != "pass":
            print(problem["task_id"], verdict)
    return count


def test_every_reference_solution_passes(room, problems):
    assert passed(room, problems, lambda problem: problem["reference_code"]) == LIBRARIES


@pytest.mark.parametrize("solution", ["", "result = None"])
def test_a_solution_that_does_nothing_passes_nowhere(room, problems, solution):
    assert passed(room, problems, lambda problem: solution).total() == 0


def test_a_program_that_finds_its_modules_loaded_ends_as_in_a_fresh_interpreter(room, problems):
    some = problems[::25]
    answers = [problem["reference_code"] for problem in some[::2]] + [""] * len(some[1::2])
    pairs = list(zip([*some[::2], *some[1::2]], answers, strict=True))
    ends = []
    for options in room, room | {"preload": ()}:
        with Sandbox(memory_mb=8192, seconds=120, workers=2, **options) as sandbox:
            ends.append(ds1000.judge("ds1000", pairs, sandbox))
    assert ends[0] == ends[1]
