"""Change → the rows that models generate for it, counted in real runs; all others are reused.

What changes.py lists without a rule that runs a model generates nothing by itself.
"""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from workflow import changes, edits
from workflow.conftest import Project

from warriorcoder.arena.tables import RATINGS
from warriorcoder.core import tables

pytestmark = pytest.mark.runs

# The rules that run experts → where they write, and which wildcard says who.
STAGES = {
    "mine_instructions": "mined/{who}/*/*.parquet",
    "rate_difficulty": "difficulty/*/{who}.parquet",
    "answer_instructions": "answers/*/{who}.parquet",
    "judge_battles": "votes/*/*/{who}.parquet",
}
KEPT = ("mined/", "curated/", "difficulty/", "embeddings/", "selected/", "answers/", "votes/")
RATED = ("results/ratings/three.parquet", "results/ratings/four.parquet")


def configure(project: Project, edit) -> None:
    """Edit the config; what jobs said of their rows before is not counted again."""
    for path in project.folder.glob("results/logs/*/*.rows.json"):
        path.unlink()
    raw = project.config
    edit(raw)
    project.configure(raw)


def rows_of_new_files(project: Project, old: dict, rule: str, expert: str) -> int:
    paths = project.folder.glob(f"results/{STAGES[rule].format(who=expert)}")
    new = [p for p in paths if str(p.relative_to(project.folder / "results")) not in old]
    return sum(pq.read_metadata(path).num_rows for path in new)


def assert_only_new_files_cost_rows(project: Project, old: dict[str, bytes]) -> None:
    """Old files kept their bytes; a model generated just the rows of files that are new."""
    now = project.parquets()
    kept = [path for path in old if path.startswith(KEPT)]
    assert [path for path in kept if old[path] != now[path]] == []
    for rule in STAGES:
        generated = project.rows(rule)
        assert generated, rule
        for job, rows in generated.items():
            expert = job.split(".")[0]
            assert rows == rows_of_new_files(project, old, rule, expert), (rule, expert)


def test_sampling_configs_and_parts_generate_only_what_is_new(project):
    """Three sampling configs of 24 rows."""
    mined = "results/mined/athene/{}/{}.parquet"

    def generated(edit, target):
        configure(project, edit)
        project.run(target)
        return project.rows("mine_instructions")

    added = edits.key("mining", "temperatures", [1.0, 1.1, 1.2])
    assert generated(added, mined.format("t1.2-p0.99", "1-of-1"))["athene.1-of-1"] == 24
    # Rows of one transformers batch depend on each other, and a part is made of whole batches.
    batches = edits.key("engine", "batch_size", 12)
    assert generated(batches, mined.format("t1.2-p0.99", "1-of-1"))["athene.1-of-1"] == 72
    before = pq.read_table(project.folder / mined.format("t1.0-p0.99", "1-of-1"))
    rows = generated(edits.key("mining", "parts", 2), mined.format("t1.0-p0.99", "1-of-2"))
    assert rows["athene.1-of-2"] == 0
    assert pq.read_table(project.folder / mined.format("t1.0-p0.99", "1-of-2")) == before[:12]
    removed = edits.key("mining", "temperatures", [1.0])
    assert generated(removed, mined.format("t1.0-p0.99", "2-of-2"))["athene.2-of-2"] == 0


def test_another_revision_generates_the_rows_of_that_expert(project):
    configure(project, lambda raw: raw["experts"][1].update(revision="b" * 40))
    project.run("results/mined/llamax/t1.0-p0.99/1-of-1.parquet")
    assert project.rows("mine_instructions")["llamax.1-of-1"] == 48


def cells(project: Project) -> dict[str, int]:
    """Votes of each cell, as `author pair judge`."""
    folder = project.folder / "results/votes"
    return {
        " ".join(path.relative_to(folder).with_suffix("").parts): pq.read_metadata(path).num_rows
        for path in sorted(folder.glob("*/*/*.parquet"))
    }


# Under `attacker` with three instructions an author: who plays does not judge. New: quen judges all
# old battles, meets every author on theirs, and writes three of its own; each is judged by all
# others.
BEFORE = {
    f"{author} {pair} {judge}": 3 if author in pair and judge not in pair else 0
    for author in changes.AUTHORS
    for pair in ("athene_llamax", "athene_quq", "llamax_quq")
    if author in pair
    for judge in changes.AUTHORS
}
QUENS_PAIRS = {author: f"{author}_quen" for author in changes.AUTHORS}
NEW = {cell.rpartition(" ")[0] + " quen": 3 for cell in BEFORE} | {
    f"{author} {pair} {judge}": 3 if judge not in pair else 0
    for other, pair in QUENS_PAIRS.items()
    for author in (other, "quen")
    for judge in changes.WITH_QUEN
}


def test_an_expert_appended_under_attacker_generates_only_its_cells(project):
    assert cells(project) == BEFORE
    old = project.parquets()
    configure(project, changes.append_expert)
    project.run(*RATED, "results/gold/three/sft.parquet", "results/gold/four/sft.parquet")
    assert_only_new_files_cost_rows(project, old)
    assert cells(project) == BEFORE | NEW and not BEFORE.keys() & NEW.keys()
    # Three instructions of each author: quen answers 4 × 3, the old experts its own 3 each.
    new = {"athene": 3, "llamax": 3, "quq": 3, "quen": 12}
    assert project.rows("answer_instructions") == new
    # Ratings and gold follow: the old roster has a second judge, the new one a fourth expert.
    for roster, experts in (("three", changes.AUTHORS), ("four", changes.WITH_QUEN)):
        folder = project.folder / "results"
        rated = tables.read(RATINGS, folder / f"ratings/{roster}.parquet")
        assert set(rated["expert"]) == set(experts)
        gold = pl.read_parquet(folder / f"gold/{roster}/sft.parquet")
        assert len(gold) == 3 * len(experts)
        cast = gold.explode("votes").unnest("votes", separator="_")
        judges = cast.group_by("id", "votes_defender").agg(n=pl.col("votes_judge").n_unique())
        assert judges["n"].unique().to_list() == [2]
    assert old["gold/three/sft.parquet"] != project.parquets()["gold/three/sft.parquet"]


def test_an_expert_appended_under_round_robin_generates_only_its_cells(finished, tmp_path: Path):
    project = type(finished).create(tmp_path / "project")
    configure(project, edits.key("arena", "schedule", "round_robin"))
    project.run(RATED[0])
    # From scratch, and with more pairs to meet: what both runs have is the same bytes.
    old, theirs = project.parquets(), finished.parquets()
    both = [path for path in theirs if path in old and path.startswith(KEPT)]
    assert len(both) > 40 and [path for path in both if old[path] != theirs[path]] == []

    configure(project, changes.append_expert)
    project.run(*RATED)
    assert_only_new_files_cost_rows(project, old)
