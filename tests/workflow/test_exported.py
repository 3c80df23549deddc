"""The exported sets of the micro run: every row's passport, the card, real training on them."""

import json
import os
import subprocess
import sys

import polars as pl
import pytest
import yaml
from schemas import TABLES

from warriorcoder import cli
from warriorcoder.arena import battle_prompt
from warriorcoder.arena.tables import ANSWERS
from warriorcoder.core import tables
from warriorcoder.gold import columns, export
from warriorcoder.provenance import records


def read(project, table, pattern):
    return tables.read(TABLES[table], *sorted(project.folder.glob(f"results/{pattern}")))


def test_every_gold_row_carries_its_passport(finished):
    sft = pl.read_parquet(finished.folder / "results/gold/three/sft.parquet")
    assert sft["messages"].list.len().unique().to_list() == [2]
    assert {column: sft[column].null_count() for column in columns.PASSPORT} == dict.fromkeys(
        columns.PASSPORT, 0
    )
    mined = {row["id"]: row for row in read(finished, "mined", "mined/*/*/*.parquet").to_dicts()}
    votes = read(finished, "votes", "votes/*/*/*.parquet")
    outcomes = read(finished, "outcomes", "outcomes/three.parquet")
    for row in sft.iter_rows(named=True):
        origin = mined[row["id"]]
        assert row["shard"] == f"{origin['expert']}/{origin['sampling']}"
        assert [row[key] for key in ("row", "seed", "prefix_sha256")] == [
            origin[key] for key in ("row", "seed", "prefix_sha256")
        ]
        cast = votes.filter(id=row["id"]).select(export.VOTES).to_dicts()
        assert sorted(map(str, row["votes"])) == sorted(map(str, cast))
        assert len(row["battles"]) == len(outcomes.filter(id=row["id"]))
        scores = {each["candidate"]: each["score"] for each in row["scores"]}
        assert max(scores, key=scores.get) == row["winner"] and len(row["answers"]) == 3
        assert row["margin"] == pytest.approx(scores[row["winner"]] - sorted(scores.values())[-2])


def test_votes_and_rows_say_which_prompt_was_asked(finished):
    asked = battle_prompt.identity("Tie")
    files = list(finished.folder.glob("results/votes/*/*/*.parquet"))
    assert files and all(records.read(path)["prompt"] == asked for path in files)
    rows = {
        name: pl.read_parquet(finished.folder / f"results/gold/{name}/sft.parquet")
        for name in ("one", "three")
    }
    assert set(rows["three"]["judge_prompt_sha256"]) == {asked["sha256"]}
    assert set(rows["one"]["judge_prompt_sha256"]) == {None}, "nobody was asked"


def test_the_card_names_each_column_model_and_number(finished):
    for roster in ("one", "three"):
        folder = finished.folder / f"results/gold/{roster}"
        _, front, text = (folder / "README.md").read_text().split("---\n", 2)
        configs = {each["config_name"]: each for each in yaml.safe_load(front)["configs"]}
        assert set(configs) == {"sft", "scored", "passport"} | (
            {"preferences"} if roster == "three" else set()
        )
        for told in configs.values():
            frame = pl.read_parquet(folder / told["data_files"])
            assert [c for c in frame.columns if f"| `{c}` |" not in text] == []
            assert f" {len(frame)} |" in text
    mined = read(finished, "mined", "mined/*/*/*.parquet")
    assert all(
        f"| {model} | {revision[:12]} |" in text
        for model, revision in mined.select("model", "revision").unique().rows()
    )


TRAIN_IN_TRL = """
import sys, torch
from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

base, gold, scratch = sys.argv[1:]
options = dict(
    output_dir=scratch, max_steps=1, per_device_train_batch_size=2, use_cpu=True, bf16=False,
    report_to="none", save_strategy="no", disable_tqdm=True,
)
for name, trainer, arguments in (
    ("sft", SFTTrainer, SFTConfig),
    ("preferences", DPOTrainer, DPOConfig),
):
    given = dict(split="train", cache_dir=scratch)
    rows = load_dataset("parquet", data_files=f"{gold}/{name}.parquet", **given)
    by_card = load_dataset(gold, name, **given)
    assert set(by_card.column_names) < set(rows.column_names) and len(rows) == len(by_card)
    training = trainer(
        model=AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32),
        args=arguments(**options),
        train_dataset=by_card,
        processing_class=AutoTokenizer.from_pretrained(base),
    )
    before = training.model.get_input_embeddings().weight.detach().clone()
    if name == "sft":
        tokenizer = training.processing_class
        for row, kept in zip(by_card, training.train_dataset, strict=True):
            learnt = [label for label in kept["labels"] if label != -100]
            [reply] = row["completion"]
            assert tokenizer.decode(learnt).lstrip("\\n").startswith(reply["content"]), learnt
            assert len(learnt) < len(kept["labels"])
    training.train()
    moved = (training.model.get_input_embeddings().weight - before).abs().sum().item()
    print("trained", name, len(rows), training.state.global_step, moved > 0)
"""


def test_the_sets_load_and_train_in_trl_unchanged(finished, tmp_path):
    gold = finished.folder / "results/gold/three"
    base = finished.folder / "scripts/warriorcoder/miniature/weights/base"
    environment = os.environ | {
        "CUDA_VISIBLE_DEVICES": "",
        "TORCHDYNAMO_DISABLE": "1",
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", TRAIN_IN_TRL, base, gold, tmp_path],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    rows = {name: len(pl.read_parquet(gold / f"{name}.parquet")) for name in ("sft", "preferences")}
    trained = [line for line in done.stdout.splitlines() if line.startswith("trained")]
    assert trained == [f"trained {name} {n} 1 True" for name, n in rows.items()]


def test_a_winner_without_an_answer_is_left_out_counted_and_explained(project, monkeypatch, capsys):
    folder = project.folder / "results/gold/three"
    sft = pl.read_parquet(folder / "sft.parquet")
    id, winner = sft.select("id", "winner").row(0)
    path = project.folder / f"results/answers/{id.split(':')[0]}/{winner}.parquet"
    text = pl.when(pl.col("id") == id).then(pl.lit("")).otherwise("text")
    emptied = tables.read(ANSWERS, path).with_columns(text=text)
    tables.write(emptied, ANSWERS, path, records.read(path))
    project.run("--force", "results/gold/three/sft.parquet")
    # Judges vote anew on the emptied answer, which may move the ratings of all rows.
    rated = ("winner", "score", "margin", "battles", "scores", "ratings")
    left = pl.read_parquet(folder / "sft.parquet").drop(rated)
    assert left.equals(sft.filter(pl.col("id") != id).drop(rated))
    assert json.loads((folder / "diagnostics.json").read_text())["left_out_empty"] == 1
    card = (folder / "README.md").read_text()
    assert f"| {len(sft)} | 1 | {len(sft) - 1} |" in card and "no final answer (1)" in card
    monkeypatch.chdir(project.folder)
    cli.main(["explain", id])
    assert "came to no final answer" in capsys.readouterr().out


def test_uncertain_rows_are_left_out_counted_and_explained(project, monkeypatch, capsys):
    sft = pl.read_parquet(project.folder / "results/gold/three/sft.parquet")
    limit = sft["margin"].sort()[len(sft) // 2]
    raw = project.config
    raw["export"] = {"min_margin": limit}
    project.configure(raw)
    project.run("results/gold/three/sft.parquet")
    folder = project.folder / "results/gold/three"
    now = pl.read_parquet(folder / "sft.parquet")
    assert now.equals(sft.filter(pl.col("margin").round(12) >= limit)) and 0 < len(now) < len(sft)
    assert set(pl.read_parquet(folder / "preferences.parquet")["id"]) <= set(now["id"])
    facts = json.loads((folder / "diagnostics.json").read_text())
    assert facts["left_out_margin"] == len(sft) - len(now) and facts["left_out_stability"] == 0
    assert (
        f"| {len(sft)} | {len(sft) - len(now)} | {len(now)} |" in (folder / "README.md").read_text()
    )
    monkeypatch.chdir(project.folder)
    dropped = sft.filter(~pl.col("id").is_in(now["id"].implode()))["id"][0]
    cli.main(["explain", dropped])
    assert "less certain than min_margin" in capsys.readouterr().out
