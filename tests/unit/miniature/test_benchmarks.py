"""Benchmark sets of the miniature: solvable, in the real formats, and held out from mining."""

import json
import logging
import runpy
from random import Random
from types import SimpleNamespace

import pytest
from data import ROOT

from warriorcoder.config.benchmarks import World
from warriorcoder.core import job
from warriorcoder.miniature import benchmarks, oracle, reasoning, world
from warriorcoder.miniature.families import FAMILIES

SCRIPT = ROOT / "scripts/build_miniature_benchmarks.py"
SIZES = {"humaneval": 60, "mbpp": 60, "cruxeval": 30, "ds1000": 20}


@pytest.fixture(scope="module")
def sets():
    return benchmarks.build(11, SIZES)


def test_sizes_are_as_asked_and_the_same_seed_gives_the_same_bytes(sets):
    assert {name: len(rows) for name, rows in sets.items()} == SIZES
    assert json.dumps(benchmarks.build(11, SIZES)) == json.dumps(sets)
    assert json.dumps(benchmarks.build(12, SIZES)) != json.dumps(sets)


@pytest.mark.parametrize("name", SIZES)
def test_every_size_that_the_config_allows_can_be_built(name):
    [bound] = (each.le for each in World.model_fields[name].metadata if hasattr(each, "le"))
    assert len(getattr(benchmarks, name)(Random(3), bound)) == bound


def test_unknown_sets_are_refused_by_name():
    with pytest.raises(ValueError, match="apps"):
        benchmarks.build(1, {"apps": 3})


class Output(dict):
    __getattr__ = dict.__getitem__


def test_a_set_is_renamed_into_place_when_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(job, "start", logging.getLogger)
    path, reader = tmp_path / "ds1000.jsonl", tmp_path / "reader"
    path.write_text("old")
    reader.hardlink_to(path)
    snakemake = SimpleNamespace(
        log=["log"],
        params=SimpleNamespace(record={"seed": 1, "world": {"ds1000": 2}}),
        output=Output(ds1000=path, made=tmp_path / "made.json"),
    )
    runpy.run_path(str(SCRIPT), {"snakemake": snakemake})
    assert reader.read_text() == "old" and path.read_text().count("\n") == 2


def test_humaneval_solutions_pass_their_own_test(sets):
    for number, row in enumerate(sets["humaneval"]):
        assert row["task_id"] == f"HumanEval/{number}"
        namespace = {}
        exec(row["prompt"] + row["canonical_solution"] + row["test"], namespace)
        namespace["check"](namespace[row["entry_point"]])


def test_mbpp_solutions_pass_their_assertions_and_fulfil_the_contract(sets):
    for row in sets["mbpp"]:
        exec(row["prompt"] + row["canonical_solution"] + row["assertion"], {})
        head, body = row["canonical_solution"].lstrip("\n").split("\n", 1)
        source = f"{head}{row['contract']}{body}"
        inputs = row["base_input"] + row["plus_input"]
        assert oracle.run_trusted(source, row["entry_point"], inputs) is not None, source


def test_plus_inputs_catch_every_bug_of_a_family(sets):
    for row in sets["humaneval"]:
        task = oracle.parse(row["prompt"])
        inputs = row["base_input"] + row["plus_input"]
        right = oracle.run_trusted(row["prompt"] + row["canonical_solution"], task.name, inputs)
        for seed in range(6):
            wrong = world.solution(Random(seed), task, right=False)
            outputs = oracle.run_trusted(wrong, task.name, inputs)
            assert outputs is None or oracle.canonical(outputs) != oracle.canonical(right), wrong


def test_cruxeval_outputs_are_what_the_call_returns(sets):
    for row in sets["cruxeval"]:
        exec(f"{row['code']}\nassert f({row['input']}) == {row['output']}", {})


def test_ds1000_references_pass_and_others_fail(sets):
    pytest.importorskip("numpy")
    for row in sets["ds1000"]:
        namespace = {}
        exec(row["code_context"], namespace)
        namespace["test_execution"](row["reference_code"])
        with pytest.raises(AssertionError):
            namespace["test_execution"]("result = -12345")


def test_problems_are_said_in_held_out_wordings_only(sets):
    held_out = {family.held_out for family in FAMILIES}
    for row in sets["humaneval"]:
        assert oracle.parse(row["prompt"]).wording in held_out


def test_families_weigh_the_same(sets):
    keys = [oracle.parse(row["prompt"]).family.key for row in sets["humaneval"]]
    assert {keys.count(family.key) for family in FAMILIES} == {2}


def test_puzzles_have_wrong_outputs_that_are_wrong():
    rng = Random(1)
    for _ in range(300):
        puzzle = reasoning.sample(rng)
        assert reasoning.wrong_output(puzzle, rng) != puzzle.output
