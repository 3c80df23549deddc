"""Fewer votes in real runs: `sequential`, with the gold answers of `full`, and `information`."""

import polars as pl
import pytest
import yaml
from workflow.conftest import ROOT, Project, micro

from warriorcoder import cli
from warriorcoder.arena import tally
from warriorcoder.arena.tables import BATTLES, OUTCOMES, VOTES
from warriorcoder.core import tables
from warriorcoder.gold.tables import SCORED

pytestmark = pytest.mark.runs

ROSTERS = {"three": 3, "five": 5}
TARGETS = [f"results/gold/{roster}/scored.parquet" for roster in ROSTERS]


def five_experts() -> dict:
    raw = micro()
    raw["experts"] = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())["experts"]
    names = [expert["name"] for expert in raw["experts"]]
    raw["rosters"] = {roster: {"experts": names[:n]} for roster, n in ROSTERS.items()}
    raw["engine"]["dtype"] = "float32"  # a verdict does not hang on what else is in its batch
    raw["compression"]["instructions_per_expert"] = 8
    return raw


def gold(project) -> dict[str, pl.DataFrame]:
    return {
        roster: tables.read(SCORED, project.folder / target).filter("gold")["id", "candidate"]
        for roster, target in zip(ROSTERS, TARGETS, strict=True)
    }


def votes(project) -> pl.DataFrame:
    paths = sorted(project.folder.glob("results/votes/*/*/*.parquet"))
    return tables.read(VOTES, *paths)


def test_a_sequential_run_has_the_gold_answers_of_a_full_one(tmp_path):
    project = Project.create(tmp_path / "project")
    raw = five_experts()
    project.configure(raw)
    project.run(*TARGETS)
    full, every = gold(project), votes(project)
    assert len(every) == 3 * 5 * 8 * 4  # three judges, five authors, eight instructions, four each

    raw["arena"]["judging"] = "sequential"
    project.configure(raw)
    project.run(*TARGETS)
    assert project.plan(*TARGETS) == set()
    asked = votes(project)
    for roster, found in gold(project).items():
        assert found.equals(full[roster]), roster
    battle = [*tally.BATTLE, "judge", "vote"]
    assert asked.select(battle).is_unique().all()
    assert asked.join(every, on=battle, how="anti").is_empty()
    assert len(asked) < 0.95 * len(every)

    before = project.parquets()
    project.run(*TARGETS, "--forcerun", "judge_in_turn")
    assert project.parquets() == before
    generated = project.rows("judge_in_turn") | project.rows("judge_planned")
    assert set(generated.values()) == {0}  # all of it came from the row cache


def test_a_budgeted_run_buys_its_share_of_all_votes_and_nothing_twice(
    tmp_path, monkeypatch, capsys
):
    project = Project.create(tmp_path / "project")
    raw = five_experts()
    raw["arena"] |= {"schedule": "round_robin", "judging": "information", "budget": 0.5}
    project.configure(raw)
    project.run(*TARGETS)
    assert project.plan(*TARGETS) == set()
    cast = votes(project)
    fought = tables.read(BATTLES, *sorted(project.folder.glob("results/asked/*/battles.parquet")))
    wanted = fought.select(tally.BATTLE).n_unique()
    assert cast.select(*tally.BATTLE, "judge").is_unique().all() and len(cast) == 3 * wanted
    for roster, n in ROSTERS.items():
        outcomes = tables.read(OUTCOMES, project.folder / f"results/outcomes/{roster}.parquet")
        assert len(outcomes) == 8 * n * n * (n - 1) / 2  # every pair on every instruction
        own = fought.filter(pl.col("rosters").list.contains(roster))
        assert (outcomes["votes"] > 0).sum() == len(own)
        if roster == "five":
            assert 0.45 * len(outcomes) < len(own) < 0.55 * len(outcomes)
    assert len(gold(project)["five"]) == 40

    sft = pl.read_parquet(project.folder / "results/gold/five/sft.parquet")
    monkeypatch.chdir(project.folder)
    assert cli.main(["explain", sft["id"][0], "--roster", "five"]) == 0
    assert "nobody was asked; x = " in capsys.readouterr().out

    raw["arena"]["budget"] = 0.7
    project.configure(raw)
    assert {job.split()[0] for job in project.plan(*TARGETS)} >= {"plan_battles", "judge_planned"}
    project.run(*TARGETS)
    assert len(votes(project)) > len(cast)
    generated = project.rows("judge_planned")
    assert {n for job, n in generated.items() if job.startswith("1-")} == {0}  # the opening stays
