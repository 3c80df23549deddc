"""Instructions and answers from files, for real: to the report, and re-runs of a changed file."""

import gzip
import json
import os
from pathlib import Path
from random import Random

import polars as pl
import pytest
from data import shared
from workflow.conftest import Project

from warriorcoder import cli
from warriorcoder.arena.tables import ANSWERS
from warriorcoder.core import tables
from warriorcoder.curation.tables import FUNNEL
from warriorcoder.miniature import world

pytestmark = pytest.mark.runs

INSTRUCTIONS, ANSWERED = "given/instructions.jsonl", "given/answers.parquet"
LONG = "Write a function that counts the words. " * 60
TARGETS = ("results/report/reproduction.html", "results/report/summary.json")
AFTER_ANSWERS = {
    *("judge_battles", "rate_experts", "crown_answers", "train_target", "generate_samples"),
    *("score_benchmark", "tabulate_judges", "tabulate_reproduction", "write_summary"),
}
AFTER_INSTRUCTIONS = AFTER_ANSWERS | {
    *("curate_instructions", "rate_difficulty", "embed_instructions", "select_instructions"),
    *("schedule_battles", "answer_instructions", "enter_answers"),
    *("plot_funnel", "plot_difficulty", "tabulate_categories"),
}


def tasks() -> dict[str, str]:
    """Instruction → a right answer, of the miniature's world."""
    rng = Random(7)
    drawn = [world.sample(rng, kind="code") for _ in range(24)]
    return {task.text.strip(): world.answer(rng, task, right=True).strip() for task in drawn}


def write(project: Project, texts: list[str], answers: dict[str, str]) -> None:
    lines = [json.dumps({"text": text}) for text in texts]
    (project.folder / INSTRUCTIONS).write_text("\n".join(lines))
    rows = {"instruction": list(answers), "answer": list(answers.values())}
    pl.DataFrame(rows).write_parquet(project.folder / ANSWERED)


def rules(jobs: set[str]) -> set[str]:
    return {job.split()[0] for job in jobs}


def begun(folder: Path, texts: list[str], answers: dict[str, str]) -> Project:
    """A project with athene's texts from files. The two others answer and judge."""
    project = Project.create(folder)
    raw = project.config
    raw["experts"][0] |= {"instructions": INSTRUCTIONS, "answers": ANSWERED}
    for expert in raw["experts"][1:]:
        expert["roles"] = ["answer", "judge"]
    raw["rosters"] = {"three": raw["rosters"]["three"]}
    raw["benchmarks"] = {"humaneval": raw["benchmarks"]["humaneval"]}
    raw["difficulty"]["threshold"] = 1
    raw["analysis"] = {}
    project.configure(raw)
    (project.folder / "given").mkdir()
    write(project, texts, answers)
    return project


@pytest.fixture(scope="module")
def entered(tmp_path_factory) -> Project:
    project = begun(tmp_path_factory.mktemp("entered") / "project", [*tasks(), LONG], tasks())
    planned = project.plan(*TARGETS)
    assert {"enter_instructions athene", "enter_answers athene"} < planned
    assert "mine_instructions" not in rules(planned)
    assert {job for job in planned if "answer_instructions" in job} == {
        "answer_instructions llamax",
        "answer_instructions quq",
    }
    project.run(*TARGETS)
    return project


def test_files_go_through_curation_and_arena_to_the_training_set(entered, monkeypatch, capsys):
    results = entered.folder / "results"
    funnel = tables.read(FUNNEL, results / "funnel/curate/athene.parquet")
    counted = dict(funnel.filter(sampling="file").select("reason", "rows").iter_rows())
    left = {reason: rows for reason, rows in counted.items() if reason not in ("all", "kept")}
    assert counted["all"] == len(tasks()) + 1 == counted["kept"] + sum(left.values())
    assert left["truncated"] == 1  # the long one
    answers = tables.read(ANSWERS, results / "answers/athene/athene.parquet")
    assert len(answers) == 3 and set(answers["text"]) < set(tasks().values())
    sft = pl.read_parquet(results / "gold/three/sft.parquet")
    assert set(sft["model"]) == {INSTRUCTIONS} and set(sft["shard"]) == {"athene/file"}
    assert sft["seed"].null_count() == len(sft) == 3
    assert INSTRUCTIONS in (results / "gold/three/README.md").read_text()
    summary = json.loads((results / "report/summary.json").read_text())
    assert summary["funnel"]["athene"]["file"]["mined"] == counted["all"]
    monkeypatch.chdir(entered.folder)
    assert cli.main(["explain", sft["id"][0]]) == 0
    assert f"of {INSTRUCTIONS} (sha256" in capsys.readouterr().out


def test_the_bytes_of_a_file_decide_and_not_its_time(entered, tmp_path):
    project = entered.copy(tmp_path / "project")
    assert project.plan(*TARGETS) == set()
    for name in (INSTRUCTIONS, ANSWERED):
        os.utime(project.folder / name, (2e9, 2e9))
    assert project.plan(*TARGETS) == set()

    write(project, [*tasks(), LONG], tasks() | {"a task of nobody": "an answer"})
    assert rules(project.plan(*TARGETS)) == {"enter_answers"} | AFTER_ANSWERS
    write(project, [*tasks(), LONG, "Write a function that adds two lists."], tasks())
    assert rules(project.plan(*TARGETS)) == {"enter_instructions"} | AFTER_INSTRUCTIONS


def test_a_file_that_lacks_an_answer_stops_its_job_with_the_instruction(entered, tmp_path):
    project = entered.copy(tmp_path / "project")
    write(project, [*tasks(), LONG], dict(list(tasks().items())[:1]))
    done = project.snakemake("--cores", "1", "--", "results/answers/athene/athene.parquet")
    assert done.returncode and f"{ANSWERED}: lacks answers of athene to" in done.stdout


def test_code_alpaca_goes_through_curation_arena_and_training_to_the_report(tmp_path):
    """Its 2,017 rows. Longer rows than `mining.max_tokens` are counted and left out."""
    rows = json.loads(gzip.open(shared("instructions/code_alpaca_2k.json.gz")).read())
    given = {f"{row['instruction']}\n{row['input']}".strip(): row["output"] for row in rows}
    project = begun(tmp_path / "project", list(given), given)
    project.run(*TARGETS)
    results = project.folder / "results"
    funnel = tables.read(FUNNEL, results / "funnel/curate/athene.parquet")
    counted = dict(funnel.select("reason", "rows").iter_rows())
    assert counted["all"] == len(given) > 2000
    assert counted["truncated"] > 0 and counted["kept"] > 100, counted
    sft = pl.read_parquet(results / "gold/three/sft.parquet")
    assert set(sft["model"]) == {INSTRUCTIONS} and len(sft) == 3
    answers = tables.read(ANSWERS, results / "answers/athene/athene.parquet")
    assert set(answers["text"]) <= {answer.strip() for answer in given.values()}
    assert (results / "checkpoints/three/COMPLETED").exists()
