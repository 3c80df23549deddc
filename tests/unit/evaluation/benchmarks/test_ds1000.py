"""DS-1000: official post-processing, and its own tests run whole in the sandbox."""

import gzip
import hashlib
import shutil
from pathlib import Path

import pytest
from data import shared
from sklearn.datasets import fetch_california_housing

from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import assets, ds1000, scoring
from warriorcoder.evaluation.benchmarks.suites import suite
from warriorcoder.evaluation.sandbox import Sandbox

KIND = "ds1000"


@pytest.mark.parametrize(
    "raw",
    [
        "result = 1\n</code>\nmore",
        "result = 1\n# SOLUTION END\nmore",
        "<code>\nresult = 1\n</code>",
        "```python\nresult = 1\n```\nmore",
        "result = 1\nEND SOLUTION",
    ],
)
@pytest.mark.parametrize("style", benchmarks.STYLES)
def test_solutions_are_cut_by_the_official_rules(raw, style):
    assert scoring.extract(KIND, {}, raw, style).strip() == "result = 1"


def test_a_task_whose_answer_is_drawn_is_named_beside_the_figure():
    drawn, other = {"task_id": "DS-1000/376"}, {"task_id": "DS-1000/1"}
    assert "DS-1000/376" in suite(KIND, [drawn, other]).notes()[0]
    assert not suite(KIND, [other]).notes()


def test_real_numpy_references_pass_and_a_constant_does_not():
    """Nearly all: the references were written for the NumPy of 2024."""
    every = benchmarks.load(KIND, shared("benchmarks/ds1000.jsonl.gz"))
    problems = [p for p in every if p["metadata"]["library"] == "Numpy"][::20]
    weak = not shutil.which("bwrap")
    with Sandbox(
        "process" if weak else "bubblewrap",
        weak,
        memory_mb=4096,
        seconds=60,
        workers=2,
        preload=("numpy", "pandas"),
    ) as sandbox:
        right = ds1000.judge(KIND, [(p, p["reference_code"]) for p in problems], sandbox)
        wrong = ds1000.judge(KIND, [(p, "result = 'no'") for p in problems], sandbox)
    assert all(set(verdict) == {"ds1000", "ds1000/Numpy"} for verdict in right)
    assert sum(verdict[KIND] == "pass" for verdict in right) >= len(problems) - 1
    assert sum(verdict[KIND] == "pass" for verdict in wrong) <= 1


def test_the_surface_form_test_runs_too():
    problem = {
        "code_context": "def test_execution(s):\n    exec(s)\n"
        "def test_string(s):\n    assert 'for' not in s\n",
        "metadata": {"library": "Numpy"},
    }
    weak = not shutil.which("bwrap")
    with Sandbox("process" if weak else "bubblewrap", weak) as sandbox:
        pairs = [(problem, "x = 1"), (problem, "for x in (): pass")]
        verdicts = ds1000.judge(KIND, pairs, sandbox)
    assert [verdict[KIND] for verdict in verdicts] == ["pass", "fail"]


def test_the_tables_that_programs_load_by_name_are_those_of_the_reference_data(tmp_path):
    folder = shared("ds1000_assets")
    for name, source in assets.SOURCES.items():
        file = folder / Path(name).name
        data = gzip.decompress(Path(f"{file}.gz").read_bytes()) if not file.exists() else None
        assert hashlib.sha256(data or file.read_bytes()).hexdigest() == source["sha256"], name


def test_scikit_learn_finds_california_housing_without_network(tmp_path):
    table = tmp_path / "cal_housing.data"
    table.write_bytes(gzip.decompress(shared("ds1000_assets/cal_housing.data.gz").read_bytes()))
    assets.pack_housing(table, tmp_path / assets.HOUSING)
    found = fetch_california_housing(data_home=tmp_path, download_if_missing=False)
    assert found.data.shape == (20640, 8)
    assert dict(zip(found.feature_names, found.data[0].round(4), strict=True)) == {
        "MedInc": 8.3252,
        "HouseAge": 41,
        "AveRooms": 6.9841,
        "AveBedrms": 1.0238,
        "Population": 322,
        "AveOccup": 2.5556,
        "Latitude": 37.88,
        "Longitude": -122.23,
    }
    table.write_text("1,2\n")
    with pytest.raises(ValueError, match="is not California housing"):
        assets.pack_housing(table, tmp_path / "x")
