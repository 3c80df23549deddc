"""`make test-real`: config/real.yaml from its model's package to its report.

If these tests fail, real text breaks a stage, or a judge that had to choose a mark has none.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml
from data import ROOT, shared
from transformers import AutoModelForCausalLM

from warriorcoder.arena.tables import VOTES
from warriorcoder.arena.verdicts import parse_verdict
from warriorcoder.core import tables
from warriorcoder.curation.difficulty import parse_score
from warriorcoder.curation.tables import DIFFICULTY, SELECTED
from warriorcoder.environments import interpreters, locks
from warriorcoder.models import tokenizer

pytestmark = pytest.mark.real
CONFIG = ROOT / "config/real.yaml"
SHARED = ROOT / ".cache/tests/real"  # keeps the package and the model
MODEL = Path("resources/models/smollm2-135m")


def snakemake(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    done = subprocess.run(
        [*command, "--cores", "2", *arguments],
        cwd=folder,
        env=os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


@pytest.fixture(scope="session")
def model() -> Path:
    """The model in Hugging Face's format, unpacked once for all runs."""
    try:
        interpreters.build(ROOT / "envs/real.txt", SHARED / ".cache/environments")
    except locks.LockError as error:
        pytest.skip(f"no package registry: {error}")
    snakemake(SHARED, str(MODEL))
    return SHARED / MODEL


@pytest.fixture(scope="session")
def run(model, tmp_path_factory) -> Path:
    """The results of the whole config, in a folder that holds nothing but data and model."""
    folder = tmp_path_factory.mktemp("real")
    for spec in yaml.safe_load(CONFIG.read_text())["benchmarks"].values():
        path = folder / spec["dataset"]
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(shared(f"benchmarks/{path.name}"))
    (folder / MODEL.parent).mkdir()
    (folder / MODEL).symlink_to(model)
    snakemake(folder, "--configfile", str(CONFIG))
    return folder / "results/real"


def test_the_unpacked_model_answers_in_words(model):
    """Rows of queries and keys in llama.cpp's order would give noise."""
    words = tokenizer.load(str(model))
    whole = AutoModelForCausalLM.from_pretrained(model, dtype="float32")
    asked = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = words.apply_chat_template(asked, add_generation_prompt=True, return_tensors="pt")
    said = whole.generate(**prompt, max_new_tokens=12, do_sample=False)
    assert "Paris" in words.decode(said[0, prompt["input_ids"].shape[1] :])


def test_every_stage_has_rows_and_the_target_trained(run):
    authors = [expert["name"] for expert in yaml.safe_load(CONFIG.read_text())["experts"]]
    for author in authors:
        assert 1 <= len(tables.read(SELECTED, run / f"selected/{author}.parquet")) <= 4
    summary = json.loads((run / "report/summary.json").read_text())
    assert summary["counts"]["sft_rows"]["roster_3"] == summary["counts"]["instructions"] > 3
    assert {each["n"] for each in summary["benchmarks"]["roster_3"].values()} == {4}
    assert summary["benchmarks"].keys() == {"base", "roster_3"}
    assert json.loads((run / "checkpoints/roster_3/COMPLETED").read_text())["steps"] == 4


def test_judges_that_wrote_no_mark_chose_one(run):
    """Text and mark of every row are those that the parsers read, and few texts had a mark."""
    votes = tables.read(VOTES, *run.glob("votes/*/*/*.parquet"))
    rated = tables.read(DIFFICULTY, *run.glob("difficulty/*/*.parquet"))
    for frame, column, parse, missing in (
        (votes, "verdict", parse_verdict, "invalid"),
        (rated, "score", parse_score, None),
    ):
        read = [parse(again or raw) for raw, again in frame.select("raw", "again").iter_rows()]
        assert read == frame[column].to_list() and read.count(missing) <= 0.01 * len(read)
        silent = frame.filter(pl.col("again").is_not_null())["raw"]
        assert len(silent) and {parse(raw) for raw in silent} == {missing}


def test_the_report_warns_of_its_model_first(run):
    page = (run / "report/start.rst").read_text()
    caution = yaml.safe_load(CONFIG.read_text())["caution"]
    assert caution.split(".")[0] in page and "held no mark" in page
