"""`snakemake rehearsal`: all stages at a small share, whose rows the real run does not generate."""

import json

import pytest
import yaml
from served import Server
from workflow.conftest import ROOT, Project, dry_runs, micro
from workflow.test_anywhere import IMPORT

from warriorcoder.core import tables
from warriorcoder.evaluation.tables import GROUND_TRUTH
from warriorcoder.mining.tables import MINED

SHARED = ("fetch_dataset", "build_environment", "pack_housing")  # files of both runs
SHARD = "mined/athene/t1.0-p0.99/1-of-1.parquet"
REPORT = "results-rehearsal/report"


def test_a_rehearsal_has_the_jobs_of_the_real_run_in_a_folder_of_its_own(tmp_path):
    project = Project.create(tmp_path / "project")
    files = {name: str(ROOT / f"config/{name}.yaml") for name in ("miniature", "paper")}
    requests = [
        (project, ["--configfile", file, "--", *target])
        for file in files.values()
        for target in ([], ["rehearsal"])
    ]
    done = dry_runs(requests, tmp_path)
    assert [plan.text[-3000:] for plan in done if plan.code] == []
    for name, real, small in zip(files, done[::2], done[1::2], strict=True):
        expected = {job if job.startswith(SHARED) else f"rehearsal_{job}" for job in real.names}
        assert len(expected) > 60
        assert small.names == expected | {"estimate_real_run", "rehearsal"}
        results = yaml.safe_load((ROOT / f"config/{name}.yaml").read_text())["results"]
        assert f" {results}-rehearsal/gold/" in small.text
        assert f" {results}/gold/" not in small.text


def test_a_workflow_that_imports_this_one_may_rehearse_it(tmp_path):
    config, snakefile = str(tmp_path / "micro.yaml"), str(ROOT / "Snakefile")
    (tmp_path / "Snakefile").write_text(IMPORT.format(config=config, snakefile=snakefile))
    raw = micro() | {"rehearsal": {"share": 0.5}}
    (tmp_path / "micro.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))
    [plan] = dry_runs([(Project(tmp_path), ["--", "rehearsal"])], tmp_path)
    assert plan.code == 0, plan.text[-3000:]
    assert "rehearsal_train_target three" in plan.names


def test_the_first_rows_of_a_file_of_instructions_enter_a_rehearsal(tmp_path):
    project = Project.create(tmp_path / "project")
    raw = project.config | {"rehearsal": {"share": 0.01}}
    raw["experts"][0]["instructions"] = "given.jsonl"
    lines = [json.dumps({"text": f"Write task {n}."}) for n in range(1800)]
    (project.folder / "given.jsonl").write_text("\n".join(lines))
    project.configure(raw)
    for results, rows in (("results-rehearsal", 18), ("results", 1800)):
        path = f"{results}/mined/athene/file/1-of-1.parquet"
        project.run(path)
        log = project.folder / results / "logs/enter_instructions/athene.log"
        assert f"the first {rows} of 1800 instructions" in log.read_text()
        entered = tables.read(MINED, project.folder / path)
        assert entered["text"].to_list() == [f"Write task {n}." for n in range(rows)]


@pytest.fixture
def served():
    server = Server("athene")
    yield {"base_url": server.url, "model": "served"}
    server.stop()


@pytest.mark.parametrize("engine", ["server", "transformers"])
def test_the_real_run_generates_no_row_that_was_rehearsed(engine, tmp_path, request):
    project = Project.create(tmp_path / "project")
    raw = project.config
    raw["rehearsal"] = {"share": 0.01}
    raw["mining"] |= {"per_config": 24, "temperatures": [1.0], "max_tokens": 30}
    if engine == "server":  # it takes rows one by one, as vLLM does
        raw["engine"] = {"kind": "vllm"}
        raw["experts"][0]["api"] = request.getfixturevalue("served")
    else:
        raw["engine"]["batch_size"] = 10
    project.configure(raw)
    project.run(f"results-rehearsal/{SHARD}")
    rehearsed = tables.read(MINED, project.folder / f"results-rehearsal/{SHARD}")
    assert len(rehearsed) == (16 if engine == "server" else 20)  # whole batches
    project.run(f"results/{SHARD}")
    real = tables.read(MINED, project.folder / f"results/{SHARD}")
    assert len(real) == 24
    assert real.head(len(rehearsed)).equals(rehearsed)
    assert project.rows("mine_instructions") == {"athene.1-of-1": 24 - len(rehearsed)}


@pytest.mark.runs
def test_a_rehearsal_ends_with_hours_and_bytes_of_the_real_run(tmp_path):
    project = Project.create(tmp_path / "project")
    raw = project.config | {"rehearsal": {"share": 0.01}}
    raw["mining"] |= {"per_config": 600, "temperatures": [1.0]}
    raw["engine"]["batch_size"] = 24
    del raw["rosters"]["one"]
    for name in ("mbpp", "cruxeval-o", "ds1000"):
        del raw["benchmarks"][name]
    raw["compression"]["instructions_per_expert"] = 300
    raw["training"]["steps"] = 200
    raw["world"] |= {"humaneval": 40, "cruxeval": 20}
    project.configure(raw)
    told = project.run("rehearsal")
    assert "the real run, by this rehearsal:" in told
    assert not (project.folder / "results").exists()
    assert project.plan("rehearsal") == set()

    def rows(pattern: str) -> int:
        paths = sorted(project.folder.glob(f"results-rehearsal/{pattern}"))
        return sum(tables.pq.read_metadata(path).num_rows for path in paths)

    assert rows("mined/*/*/*.parquet") == 3 * 24
    truth = tables.read(
        GROUND_TRUTH, project.folder / "results-rehearsal/ground_truth/humaneval.parquet"
    )
    assert truth["task_id"].n_unique() == 5, "of the sampled problems only"
    stages = ("curated/*", "embeddings/*", "selected/*", "answers/*/*", "votes/*/*/*", "gold/*/sft")
    empty = [stage for stage in stages if not rows(f"{stage}.parquet")]
    assert empty == []
    with (project.folder / REPORT / "real_run.csv").open() as file:
        head, *lines = [line.strip().split(",") for line in file]
    spent = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert float(spent["mine_instructions"]["ratio"]) == 25
    assert float(spent["train_target"]["ratio"]) == 100
    assert float(spent["generate_samples"]["ratio"]) > 2
    for rule in ("mine_instructions", "judge_battles", "train_target", "generate_samples"):
        assert float(spent[rule]["hours"]) * 3600 > float(spent[rule]["seconds"]), rule
