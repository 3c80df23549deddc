"""If these tests fail, a run passes for calibrated that is not, or fails for a wrong reason."""

import polars as pl
import pytest

from warriorcoder.report import calibration
from warriorcoder.report.measured import FIGURES, read_results

DECODINGS = [{"n": 1, "temperature": 0.0, "top_p": 1.0, "report": [1]}]
SCORED = {"base": {"style": "completion", "dtype": "bfloat16"}}
KNOWN = {
    "metric": "humaneval",
    "k": 1,
    "value": 52.0,
    "version": "v2",
    "style": "completion",
    "setting": "greedy",
    "dtype": "bfloat16",
    "source": "a paper",
}


def figure(**changed) -> dict:
    """Ours: 50 % [40, 60] on `v2`."""
    row = dict.fromkeys(FIGURES) | {"model": "base", "benchmark": "he", "metric": "humaneval"}
    row |= {"k": 1, "n": 100, "value": 0.5, "low": 0.4, "high": 0.6, "dataset": "v2"}
    row |= {"setting": "greedy", "max_tokens": 512, "isolation": "bubblewrap", "notes": []}
    return row | {"timeouts": 0, "references_failed": 0} | changed


def compared(*known: dict, ours=None, **shares) -> list[dict]:
    ours = [figure()] if ours is None else ours
    results = pl.DataFrame(ours, schema=FIGURES, orient="row")
    none = {"cut": 0.0, "cut_failed": 0.0, "timeout": 0.0, "error": 0.0}
    ended = {(o["model"], o["benchmark"], o["metric"], o["k"]): none | shares for o in ours}
    return calibration.compare(results, ended, {"base": list(known)}, SCORED).to_dicts()


@pytest.mark.parametrize("value", [40.0, 52.0, 60.0])
def test_a_figure_within_our_interval_fits(value):
    [row] = compared(KNOWN | {"value": value})
    assert (row["status"], row["why"]) == ("within", [])
    assert (row["published"], row["value"], row["low"], row["high"]) == (
        value,
        *(pytest.approx(each) for each in (50, 40, 60)),
    )


@pytest.mark.parametrize("value", [39.9, 60.1])
def test_a_figure_beyond_our_interval_does_not_fit(value):
    [row] = compared(KNOWN | {"value": value})
    assert row["status"] == "outside"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"version": "v1"}, ["data set: published with v1, ours with v2"]),
        ({"style": "chat"}, ["prompts: published with chat, ours with completion"]),
        (
            {"setting": "T 0.2, top-p 0.95, 10 samples"},
            ["decoding: published with T 0.2, top-p 0.95, 10 samples, ours with greedy"],
        ),
    ],
)
def test_a_figure_under_other_conditions_is_not_comparable_however_near(other, why):
    [row] = compared(KNOWN | {"value": 50.0} | other)
    assert (row["status"], row["why"]) == ("not comparable", why)


def test_a_figure_meets_the_benchmark_of_its_own_version():
    older = figure(benchmark="old", dataset="v1", value=0.9, low=0.8, high=1.0)
    rows = compared(KNOWN, KNOWN | {"version": "v1", "value": 85.0}, ours=[older, figure()])
    assert [(row["version"], row["status"]) for row in rows] == [("v2", "within"), ("v1", "within")]


def test_a_figure_that_no_benchmark_reports_is_told():
    known = KNOWN | {"metric": "mbpp", "k": 5}
    rows = compared(known)
    assert [row["status"] for row in rows] == ["not measured", "nothing published"]
    assert rows[0]["why"] == ["no benchmark of the config reports mbpp pass@5"]


def test_causes_are_those_that_can_lower_a_figure_with_the_largest_first():
    [row] = compared(KNOWN | {"value": 65.0}, cut_failed=0.2, timeout=0.01, error=0.05)
    assert row["why"] == [
        "20.0 % of the answers were cut at 512 tokens and failed, enough for the whole difference",
        "5.0 % of the answers ended in an error, which another prompt or extraction may avoid",
        "1.0 % of the answers timed out",
    ]


def test_failures_are_no_cause_of_a_higher_figure():
    [row] = compared(KNOWN | {"value": 20.0}, cut_failed=0.2)
    assert row["why"] == [
        "ours is higher: the prompt, the extraction or the weights differ from the source's"
    ]


def test_precision_and_failed_references_are_causes_where_they_differ():
    ours = [figure(references_failed=2)]
    [row] = compared(KNOWN | {"value": 65.0, "dtype": None}, ours=ours)
    assert row["why"] == [
        "2 reference solutions failed: the data set or its environment is not the published one",
        "precision: published with unknown, ours with bfloat16",
    ]


def test_pass_at_5_has_no_share_that_explains_it_alone():
    [row] = compared(KNOWN | {"value": 65.0, "k": 5}, ours=[figure(k=5)], cut_failed=0.2)
    assert row["why"] == ["20.0 % of the answers were cut at 512 tokens and failed"]


def test_shares_of_endings_are_those_of_the_figures_own_samples(tmp_path):
    """Decoding 1 has two samples a task, of which pass@2 alone is estimated."""
    decodings = [*DECODINGS, {"n": 2, "temperature": 0.8, "top_p": 1.0, "report": [2]}]
    ends = {  # (task, decoding, sample): finish reason, status
        ("a", 0, 0): ("length", "fail"),
        ("b", 0, 0): ("length", "pass"),
        ("a", 1, 0): ("stop", "error"),
        ("a", 1, 1): ("stop", "timeout"),
        ("b", 1, 0): ("thought", "fail"),
        ("b", 1, 1): ("stop", "pass"),
    }
    tasks = {
        task: [
            {"decoding": d, "sample": s, "m": status}
            for (each, d, s), (_, status) in ends.items()
            if each == task
        ]
        for task in "ab"
    }
    result = {
        "metrics": {"m": {"pass@1": {}, "pass@2": {}}},
        "decodings": decodings,
        "per_task": [{"task_id": task, "statuses": each} for task, each in tasks.items()],
    }
    samples = pl.DataFrame(
        [(*place, reason) for place, (reason, _) in reversed(ends.items())],
        schema=["task_id", "decoding", "sample", "finish_reason"],
        orient="row",
    )
    assert calibration.endings(result, samples) == {
        ("m", 1): {"cut": 1.0, "cut_failed": 0.5, "timeout": 0.0, "error": 0.0},
        ("m", 2): {"cut": 0.25, "cut_failed": 0.25, "timeout": 0.25, "error": 0.25},
    }


def test_page_and_text_show_every_figure_and_count_them():
    known = [KNOWN, KNOWN | {"value": 65.0}, KNOWN | {"version": "v1"}]
    plus = figure(metric="humaneval+", value=0.25, low=0.2, high=0.3)
    frame = pl.DataFrame(
        compared(*known, ours=[figure(), plus], cut=0.125, cut_failed=0.2),
        schema=calibration.FIGURES,
    )
    counts = "1 of 2 comparable published figures lie within our intervals. Not comparable: 1."
    assert calibration.summary(frame).startswith(counts)
    html = calibration.page(frame).html()
    for shown in (counts, "Not comparable", "Nothing published", "12.5 %", "+15.0", "a paper"):
        assert (shown in html) == (shown != "+15.0"), shown
    assert "-15.0" in html and "50.0 [40.0, 60.0]" in html and "v2, n = 100" in html
    lines = calibration.text(frame).splitlines()
    assert [line.split()[-1] for line in lines if line.startswith("    H")] == [
        *("within", "outside", "comparable", "published")
    ]
    assert "  base" in lines and "      data set: published with v1, ours with v2" in lines


def test_a_config_without_published_figures_shows_ours():
    [row] = compared()
    assert row["status"] == "nothing published" and row["value"] == pytest.approx(50)
    frame = pl.DataFrame([row], schema=calibration.FIGURES)
    assert "no published figure" in calibration.summary(frame)


def test_results_of_a_run_become_figures(tmp_path):
    """The columns of `measured.read_results` are those that a comparison needs."""
    import json

    path = tmp_path / "benchmarks/base/he/results.json"
    path.parent.mkdir(parents=True)
    tasks = [
        {"task_id": f"t/{n}", "statuses": [{"decoding": 0, "sample": 0, "humaneval": "pass"}]}
        for n in range(4)
    ]
    found = {"version": "v2", "decodings": DECODINGS, "chain_of_thought": False, "max_tokens": 9}
    found |= {"metrics": {"humaneval": {"pass@1": {"value": 0.5, "ci95": [0.4, 0.6]}}}}
    found |= {"per_task": tasks, "dataset_sha256": "0", "evalplus": "1", "isolation": "bubblewrap"}
    path.write_text(json.dumps(found))
    [row] = compared(KNOWN, ours=read_results([path]).to_dicts())
    assert (row["status"], row["n"]) == ("within", 4)
