"""From raw samples to results: every sample counted once, each k from its own decoding."""

import shutil

import polars as pl
import pytest

from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import scoring
from warriorcoder.evaluation.sandbox import Sandbox

PROBLEMS = [
    {
        "task_id": f"sample_{i}",
        "code": f"def f(x):\n    return x + {i}",
        "input": "1",
        "output": str(1 + i),
    }
    for i in range(3)
]
KIND = "cruxeval-output"
DECODINGS = [
    {"n": 2, "temperature": 0.2, "top_p": 1.0, "report": [1]},
    {"n": 3, "temperature": 0.8, "top_p": 1.0, "report": [2, 3]},
]
ANSWERS = {  # per problem and decoding: right where it is the output
    "sample_0": (["1", "1"], ["1", "9", "9"]),
    "sample_1": (["2", "9"], ["9", "9", "9"]),
    "sample_2": (["9", "while"], ["3", "3", "9"]),
}


@pytest.fixture(scope="module")
def sandbox():
    weak = not shutil.which("bwrap")
    with Sandbox("process" if weak else "bubblewrap", weak, seconds=1) as sandbox:
        yield sandbox


def samples() -> pl.DataFrame:
    rows = [
        {"task_id": task, "decoding": decoding, "sample": sample, "raw": f"assert f(1) == {raw}"}
        for task, decodings in ANSWERS.items()
        for decoding, raws in enumerate(decodings)
        for sample, raw in enumerate(raws)
    ]
    return pl.DataFrame(rows)


def score(sandbox, frame: pl.DataFrame, problems=PROBLEMS) -> dict:
    return scoring.score(
        KIND, problems, frame, sandbox, style="completion", decodings=DECODINGS, seed=1
    )


def test_each_k_is_estimated_from_the_decoding_that_reports_it(sandbox):
    results = score(sandbox, samples())
    metric = results["metrics"][KIND]
    assert list(metric) == ["pass@1", "pass@2", "pass@3"]
    assert metric["pass@1"]["value"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert metric["pass@2"]["value"] == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert metric["pass@3"]["value"] == pytest.approx(2 / 3)
    assert results["n_tasks"] == 3 and results["n_samples"] == 15
    assert results["isolation"] == sandbox.isolation and results["evalplus"] == "0.3.1"
    statuses = {task["task_id"]: task["statuses"] for task in results["per_task"]}
    assert [entry[KIND] for entry in statuses["sample_2"]] == [
        *("fail", "error", "pass", "pass", "fail")
    ]


def test_references_run_first_and_their_failures_are_named(sandbox, caplog):
    wrong = [*PROBLEMS[:2], PROBLEMS[2] | {"code": "import no_such_package"}]
    results = scoring.judge(KIND, wrong, [("sample_0", "1")], sandbox)
    reference = results.reference
    assert (reference["run"], reference["passed"], reference["failed"]) == (3, 2, ["sample_2"])
    assert "sample_2: error" in caplog.text and "package" in caplog.text
    assert results.verdicts == [{KIND: "pass"}]


def test_a_slow_machine_stretches_the_limits_and_says_so(sandbox, caplog):
    caplog.set_level("INFO")
    slow = "import time\ndef f(x):\n    time.sleep(x / 10)\n    return 1\n"
    problem = PROBLEMS[0] | {"code": slow, "input": "6", "output": "1"}
    kind = "cruxeval-input"
    results = scoring.judge(kind, [problem], [("sample_0", "f(13)")], sandbox)
    assert results.reference["slowdown"] > 1.9 and "times slower" in caplog.text
    assert results.verdicts == [{kind: "pass"}]
    assert sandbox.seconds == 1


def test_the_order_of_rows_changes_nothing(sandbox):
    ordered, reversed_ = score(sandbox, samples()), score(sandbox, samples().reverse())
    for results in (ordered, reversed_):
        del results["seconds"], results["reference"]["slowdown"], results["load"]
    assert ordered == reversed_


def test_timeouts_are_counted_apart(sandbox):
    loop = "[0 for _ in iter(int, 1)]"
    frame = samples().with_columns(
        raw=pl.when(pl.col("task_id") == "sample_1").then(pl.lit(loop)).otherwise("raw")
    )
    assert score(sandbox, frame)["timeouts"] == 5


def test_time_outs_by_wall_time_are_told_from_those_by_processor_time(sandbox, caplog, monkeypatch):
    caplog.set_level("INFO")
    monkeypatch.setattr(sandbox, "seconds", 0.3)
    monkeypatch.setattr(sandbox.load, "factor", 10.0)  # a loop can use its processor time up
    monkeypatch.setattr(sandbox.load, "follow", lambda *_, **__: None)
    answers = ["1", "[0 for _ in iter(int, 1)]", "__import__('time').sleep(60)"]
    judged = scoring.judge(KIND, PROBLEMS, [("sample_0", each) for each in answers], sandbox)
    assert [verdict[KIND] for verdict in judged.verdicts] == ["pass", "timeout", "timeout"]
    counts = {key: judged.load[key] for key in ("processor", "wall", "waiting")}
    assert counts == {"processor": 1, "wall": 1, "waiting": 1}
    assert "1 by processor time, 1 by wall time (repeated alone, and 1 of them" in caplog.text
    assert not judged.notes  # the machine's load decides


def test_samples_that_all_begin_with_a_fence_get_a_note(sandbox):
    fenced = samples().with_columns(raw=pl.lit("\n```python\n") + pl.col("raw") + "\n```")
    assert scoring.FENCED in score(sandbox, fenced)["notes"]
    one = pl.concat([fenced[:-1], samples()[-1:]])
    assert scoring.FENCED not in score(sandbox, one)["notes"]


def test_equal_programs_of_a_task_run_once(sandbox, monkeypatch):
    ran = []
    stream = Sandbox.stream

    def counting(self, programs):
        return stream(self, (ran.append(program) or program for program in programs))

    monkeypatch.setattr(Sandbox, "stream", counting)
    score(sandbox, samples())
    different = {(t, raw) for t, sets in ANSWERS.items() for s in sets for raw in s}
    assert len(ran) == len(PROBLEMS) + len(different)  # the references run first


@pytest.mark.parametrize(
    "wrong",
    [
        lambda frame: frame.head(14),
        lambda frame: pl.concat([frame, frame.head(1)]),
        lambda frame: frame.with_columns(task_id=pl.col("task_id").replace("sample_1", "other")),
    ],
)
def test_samples_that_do_not_fit_are_named(sandbox, wrong):
    with pytest.raises(ValueError, match="samples do not fit the dataset"):
        score(sandbox, wrong(samples()))


def ds1000(sandbox, *libraries):
    """Metrics of right and wrong answers in turn."""
    problems = [
        {
            "task_id": f"DS-1000/{i}",
            "code_context": "def test_execution(s):\n    assert eval(s) == 1\n",
            "reference_code": "1",
            "metadata": {"library": library},
        }
        for i, library in enumerate(libraries)
    ]
    frame = pl.DataFrame(
        {
            "task_id": [problem["task_id"] for problem in problems],
            "decoding": 0,
            "sample": 0,
            "raw": [str(1 + i % 2) for i in range(len(problems))],
        }
    )
    decodings = [{"n": 1, "report": [1]}]
    results = scoring.score(
        "ds1000", problems, frame, sandbox, style="chat", decodings=decodings, seed=1
    )
    return results["metrics"]


def test_ds1000_is_also_reported_per_library(sandbox):
    metrics = ds1000(sandbox, "Numpy", "Numpy", "Pandas")
    values = {name: metric["pass@1"]["value"] for name, metric in metrics.items()}
    assert values == {"ds1000": 2 / 3, "ds1000/Numpy": 0.5, "ds1000/Pandas": 1.0}


def test_metrics_of_the_same_statuses_have_the_same_interval(sandbox):
    metrics = ds1000(sandbox, *["Numpy"] * 30)
    assert metrics["ds1000"] == metrics["ds1000/Numpy"]


def test_boilerplate_is_in_the_prompts_word_for_word():
    problem = PROBLEMS[0] | {"prompt": "def f(x):\n", "entry_point": "f"}
    prompts = [benchmarks.prompt(kind, problem, "chat") for kind in benchmarks.KINDS]
    for paragraph in benchmarks.BOILERPLATE:
        assert sum(paragraph in prompt for prompt in prompts) in (1, 2)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="'apps'"):
        benchmarks.prompt("apps", {}, "chat")
