"""`warriorcoder score`: other people's samples, judged; what cannot be used, named."""

import gzip
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time

import pytest
from data import ROOT, shared
from processes import names, soon

from warriorcoder.cli import main
from warriorcoder.environments.interpreters import Environment
from warriorcoder.evaluation.sandbox import Sandbox

PROCESS = ["--isolation", "process", "--i-accept-weak-isolation"]
WEAK = [] if shutil.which("bwrap") else PROCESS
TASKS = [
    {
        "task_id": f"HumanEval/{i}",
        "prompt": f'def add(x):\n    """Add {i}."""\n',
        "canonical_solution": f"    return x + {i}\n",
        "entry_point": "add",
        "base_input": [[1], [2]],
        "plus_input": [[100]],
        "atol": 0,
    }
    for i in range(3)
]
ORIGINAL = [
    {key: task[key] for key in ("task_id", "prompt", "canonical_solution", "entry_point")}
    | {"test": f"def check(candidate):\n    assert candidate(1) == {1 + i}\n"}
    for i, task in enumerate(TASKS)
]


def right(task: dict) -> dict:
    return {"task_id": task["task_id"], "completion": task["canonical_solution"]}


@pytest.fixture
def folder(folder):
    write(folder / "tasks.jsonl", TASKS)
    write(folder / "original.jsonl", ORIGINAL)
    return folder


def write(path, rows: list) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def score(benchmark: str, dataset: str, *more: str) -> int:
    words = ["--benchmark", benchmark, "--dataset", dataset, "--samples", "samples.jsonl"]
    return main(["score", *words, "--out", "out.json", "--workers", "2", *WEAK, *more])


def statuses(results: dict, metric: str) -> dict[str, list[str]]:
    return {
        task["task_id"]: [status[metric] for status in task["statuses"]]
        for task in results["per_task"]
    }


def test_every_sample_has_one_status_in_the_order_of_the_lines(folder, capsys):
    wrong = {"task_id": "HumanEval/1", "solution": "def add(x):\n    return 0\n"}
    lucky = {"task_id": "HumanEval/1", "solution": "def add(x):\n    return min(x, 50) + 1\n"}
    rows = [wrong, *map(right, TASKS), lucky, {"task_id": 2, "solution": "while True: pass"}]
    write(folder / "samples.jsonl", rows)
    assert score("humaneval+", "tasks.jsonl") == 0
    results = json.loads((folder / "out.json").read_text())
    assert statuses(results, "humaneval+") == {
        "HumanEval/0": ["pass"],
        "HumanEval/1": ["fail", "pass", "fail"],
        "HumanEval/2": ["pass", "timeout"],
    }
    assert (results["n_tasks"], results["n_samples"], results["timeouts"]) == (3, 6, 1)
    (found,) = results["metrics"]["humaneval+"].items()
    assert found[0] == "pass@1" and found[1]["value"] == pytest.approx((1 + 1 / 3 + 1 / 2) / 3)
    low, high = found[1]["ci95"]
    assert 0 <= low <= found[1]["value"] <= high <= 1
    assert results["reference"] == {"run": 3, "passed": 3, "failed": [], "slowdown": 1.0}
    assert len(results["dataset_sha256"]) == 64 and results["evalplus"] == "0.3.1"
    assert f"{found[1]['value']:.4f}" in capsys.readouterr().out
    assert score("humaneval", "tasks.jsonl") == 0
    base = json.loads((folder / "out.json").read_text())
    assert statuses(base, "humaneval")["HumanEval/1"] == ["fail", "pass", "pass"]
    assert list(base["metrics"]) == ["humaneval"]


def test_ground_truth_is_computed_once_per_data_set(folder):
    write(folder / "samples.jsonl", map(right, TASKS))
    score("humaneval+", "tasks.jsonl")
    (kept,) = (folder / ".cache" / "ground_truth").iterdir()
    made = kept.stat().st_mtime_ns
    score("humaneval+", "tasks.jsonl")
    assert kept.stat().st_mtime_ns == made
    kept.write_text("cut")
    assert score("humaneval+", "tasks.jsonl") == 0
    write(folder / "tasks.jsonl", [TASKS[0] | {"canonical_solution": "    return 0\n"}])
    write(folder / "samples.jsonl", [right(TASKS[0])])
    score("humaneval+", "tasks.jsonl")
    results = json.loads((folder / "out.json").read_text())
    assert results["metrics"]["humaneval+"]["pass@1"]["value"] == 0
    assert len(list((folder / ".cache" / "ground_truth").iterdir())) == 2


def test_samples_that_all_begin_with_a_fence_get_a_note(folder, caplog):
    caplog.set_level("INFO")
    fenced = [
        {"task_id": task["task_id"], "solution": f"```python\n{program}\n```"}
        for task in ORIGINAL
        for program in [task["prompt"] + task["canonical_solution"]]
    ]
    for rows, count in ((fenced, 1), ([*fenced[1:], right(ORIGINAL[0])], 0)):
        write(folder / "samples.jsonl", rows)
        caplog.clear()
        assert score("humaneval", "original.jsonl") == 0
        notes = json.loads((folder / "out.json").read_text())["notes"]
        assert " ".join(notes).count("begins with a code fence") == count
        assert caplog.text.count("begins with a code fence") == count


def test_gzipped_samples_and_pass_at_5(folder):
    lines = [json.dumps(right(task)) for task in ORIGINAL for _ in range(5)]
    (folder / "samples.jsonl").write_bytes(gzip.compress("\n".join(lines).encode()))
    assert score("humaneval", "original.jsonl") == 0
    results = json.loads((folder / "out.json").read_text())
    all_pass = {"value": 1, "ci95": [1, 1]}
    assert results["metrics"] == {"humaneval": {"pass@1": all_pass, "pass@5": all_pass}}


def test_raw_answers_go_through_the_official_extraction(folder):
    task = {"id": "sample_0", "code": "def f(x):\n    return x", "input": "1", "output": "1"}
    write(folder / "crux.jsonl", [task])
    forms = [{"completion": "f(1) == 1\n[/ANSWER] so"}, {"solution": "1"}, {"solution": "f(1)"}]
    write(folder / "samples.jsonl", [{"task_id": "sample_0"} | form for form in forms])
    for benchmark, expected in (
        ("cruxeval-output", ["pass", "pass", "fail"]),
        ("cruxeval-input", ["pass", "fail", "pass"]),
    ):
        assert score(benchmark, "crux.jsonl") == 0
        results = json.loads((folder / "out.json").read_text())
        assert statuses(results, benchmark) == {"sample_0": expected}


def test_ds1000_runs_the_code_in_its_context(folder, caplog, capsys):
    task = {
        "prompt": "",
        "code_context": "def test_execution(s):\n    assert eval(s) == 1\n",
        "reference_code": "1",
        "metadata": {"problem_id": 7, "library": "Numpy"},
    }
    write(folder / "ds.jsonl", [task])
    forms = [{"completion": "<code>1</code>"}, {"solution": "2"}, {"solution": ""}]
    write(folder / "samples.jsonl", [{"task_id": "DS-1000/7"} | form for form in forms])
    assert score("ds1000", "ds.jsonl") == 0
    found = statuses(json.loads((folder / "out.json").read_text()), "ds1000")["DS-1000/7"]
    assert found[0] == "pass" and "pass" not in found[1:]
    usual = folder / ".cache/environments/ds1000.json"
    assert "ds1000.json is missing: programs run with this Python's" in caplog.text
    gone = Environment(str(folder / "gone"), "envs/ds1000.txt", "", {}, {})
    usual.parent.mkdir(parents=True)
    gone.save(usual)
    assert score("ds1000", "ds.jsonl") == 2
    assert f"{folder / 'gone'} is gone. Build it again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("benchmark", "dataset", "message"),
    [
        ("humaneval+", "original.jsonl", "original.jsonl: no plus inputs"),
        ("mbpp", "tasks.jsonl", "its tasks are HumanEval/"),
        ("mbpp", "original.jsonl", "line 1: no"),
        ("cruxeval-input", "tasks.jsonl", "line 1: no ['id', 'code'"),
        ("humaneval", "none.jsonl", "none.jsonl: no such file"),
    ],
)
def test_a_data_set_of_another_kind_is_named(benchmark, dataset, message, folder, capsys):
    write(folder / "samples.jsonl", map(right, TASKS))
    assert score(benchmark, dataset) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "out.json").exists()


def test_results_that_cannot_be_written_are_named_before_anything_runs(folder, capsys):
    write(folder / "samples.jsonl", map(right, TASKS))
    (folder / "out.json").mkdir()
    assert score("humaneval+", "tasks.jsonl") == 2
    assert "out.json: cannot be written" in capsys.readouterr().err
    assert not (folder / ".cache").exists()


@pytest.mark.parametrize(
    "name", ["samples.jsonl", "tasks.jsonl", "link", "hard", "a/../tasks.jsonl"]
)
def test_results_replace_no_input(name, folder, capsys):
    write(folder / "samples.jsonl", map(right, TASKS))
    (folder / "a").mkdir()
    (folder / "link").symlink_to("samples.jsonl")
    (folder / "hard").hardlink_to(folder / "tasks.jsonl")
    before = [path.read_bytes() for path in sorted(folder.glob("*.jsonl"))]
    assert score("humaneval+", "tasks.jsonl", "--out", name) == 2
    assert f"--out {name} is the file of --" in capsys.readouterr().err
    assert [path.read_bytes() for path in sorted(folder.glob("*.jsonl"))] == before


@pytest.mark.parametrize("workers, used", [("128", 3), ("2", 2)])
def test_workers_are_no_more_than_programs(workers, used, folder, monkeypatch):
    write(folder / "samples.jsonl", map(right, TASKS))
    seen = []
    start = Sandbox.__init__

    def counted(self, *words, **named):
        seen.append(named["workers"])
        start(self, *words, **named)

    monkeypatch.setattr(Sandbox, "__init__", counted)
    assert score("humaneval", "original.jsonl", "--workers", workers) == 0
    assert seen == [used]


@pytest.mark.parametrize(
    "option",
    [["--seconds", "1e308"], ["--seconds", "nan"], ["--workers", "0"], ["--memory-mb", "-1"]],
)
def test_limits_that_are_none_are_refused(option, folder, capsys):
    with pytest.raises(SystemExit):
        score("humaneval", "original.jsonl", *option)
    assert f"{option[1]} is not above 0 and at most" in capsys.readouterr().err


def test_weak_isolation_needs_consent(folder, capsys):
    write(folder / "samples.jsonl", map(right, TASKS))
    words = ["--benchmark", "humaneval", "--dataset", "original.jsonl", "--out", "out.json"]
    assert main(["score", *words, "--samples", "samples.jsonl", "--isolation", "process"]) == 2
    assert "consent" in capsys.readouterr().err


def test_the_rest_is_scored_when_missing_tasks_are_allowed(folder):
    write(folder / "samples.jsonl", [right(TASKS[1])])
    assert score("humaneval+", "tasks.jsonl", "--allow-missing") == 0
    results = json.loads((folder / "out.json").read_text())
    assert results["missing"] == ["HumanEval/0", "HumanEval/2"]
    assert results["n_tasks"] == 1
    assert results["metrics"]["humaneval+"]["pass@1"]["value"] == 1


@pytest.mark.parametrize("isolation", [WEAK, PROCESS])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_score_that_is_stopped_leaves_no_process_and_no_file(isolation, how, folder):
    (scratch := folder / "tmp").mkdir()
    mark = f"stopped-{secrets.token_hex(3)}"
    code = f"import ctypes\nctypes.CDLL(None).prctl(15, {mark.encode()!r})\nopen('left', 'w')\n"
    code += "while True: pass"
    write(folder / "samples.jsonl", [{"task_id": "HumanEval/0", "solution": code}] * 2)
    words = ["--benchmark", "humaneval", "--dataset", "original.jsonl", "--allow-missing"]
    words += ["--samples", "samples.jsonl", "--out", "out.json", "--seconds", "600", *isolation]
    process = subprocess.Popen(
        [sys.executable, "-m", "warriorcoder.cli", "score", *words],
        env=os.environ | {"TMPDIR": str(scratch), "PYTHONPATH": str(ROOT / "scripts")},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert soon(lambda: mark in names())
    process.send_signal(how)
    assert process.wait(60) in (130, -signal.SIGKILL)
    assert soon(lambda: mark not in names() and not [*scratch.iterdir()])
    assert "Traceback" not in process.stderr.read() and not (folder / "out.json").exists()


def test_help_is_instant():
    begun = time.process_time()
    words = [sys.executable, "-X", "importtime", "-m", "warriorcoder.cli", "score", "--help"]
    shown = subprocess.run(words, capture_output=True, text=True)
    assert shown.returncode == 0 and time.process_time() - begun < 1
    for heavy in ("polars", "numpy", "evalplus"):
        assert f" {heavy}\n" not in shown.stderr


def test_real_completions_of_mbpp_by_number(folder):
    problems = shared("benchmarks/mbpp.jsonl.gz")
    rows = [json.loads(line) for line in gzip.open(problems, "rt")][:20]
    write(folder / "few.jsonl", rows)
    samples = [{"task_id": row["task_id"], "solution": row["code"]} for row in rows]
    write(folder / "samples.jsonl", samples)
    assert score("mbpp", "few.jsonl") == 0
    results = json.loads((folder / "out.json").read_text())
    assert results["metrics"]["mbpp"]["pass@1"]["value"] == 1
    assert results["per_task"][0]["task_id"] == "Mbpp/1"
