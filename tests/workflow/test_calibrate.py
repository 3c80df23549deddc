"""`snakemake calibrate`: models are benchmarked and compared before anything is mined."""

import copy
import json

import pytest
import yaml
from served import Server
from workflow import changes
from workflow.conftest import Project, dry_runs

WEIGHTS = "scripts/warriorcoder/miniature/weights"
MEASURES = {
    *("build_miniature_benchmarks", "compute_ground_truth", "generate_samples"),
    *("score_benchmark", "compare_published", "calibrate"),
}
KNOWN = {"metric": "humaneval", "version": "miniature", "style": "completion", "source": "a test"}
COMPARED = {"compare_published", "calibrate"}


def added(raw: dict, **models: dict) -> dict:
    return copy.deepcopy(raw) | {"models": models}


def benchmarked(raw: dict) -> dict:
    """The expert athene as a row of the tables."""
    raw = copy.deepcopy(raw)
    raw["experts"][0]["roles"] = ["mine", "answer", "judge", "benchmark"]
    return raw


@pytest.fixture(scope="module")
def plans(finished, tmp_path_factory):
    """The plans of a fresh project, and of changes to a finished one."""
    folder = tmp_path_factory.mktemp("plans")
    fresh, base = Project.create(folder / "fresh"), {"model": f"{WEIGHTS}/base", "style": "chat"}
    raw = finished.config
    published = {"base": [KNOWN | {"value": 50}]}
    configs = {
        "calibrated": (finished, raw | {"published": published}, "calibrate"),
        "model added": (finished, added(raw, other=base), "all"),
        "model calibrated": (finished, added(raw, other=base), "calibrate"),
        "expert added": (finished, benchmarked(raw), "all"),
        "published": (finished, raw | {"published": published}, "all"),
    }
    requests = {"fresh": (fresh, ["--", "calibrate"])}
    for name, (project, config, target) in configs.items():
        path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(config, sort_keys=False))
        requests[name] = (project, ["--configfile", str(path), "--", target])
    return dict(zip(requests, dry_runs(list(requests.values()), folder), strict=True))


def test_nothing_is_mined_answered_judged_or_trained_for_a_calibration(plans):
    assert plans["fresh"].code == 0, plans["fresh"].text[-3000:]
    assert {job.rule for job in plans["fresh"].jobs} == MEASURES


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("calibrated", COMPARED),
        (
            "model calibrated",
            {"generate_samples other"} | changes.scores("other") | COMPARED,
        ),
        ("model added", {"generate_samples other"} | changes.scores("other") | changes.TABLES),
        ("expert added", {"generate_samples athene"} | changes.scores("athene") | changes.TABLES),
        ("published", {"compare_published"}),
    ],
)
def test_an_added_row_runs_its_own_samples_and_scores_and_the_report(plans, name, runs):
    assert plans[name].code == 0, plans[name].text[-3000:]
    assert plans[name].names == runs


@pytest.fixture
def server():
    started = Server("llamax")
    yield started
    started.stop()


def test_the_miniature_is_calibrated_with_a_model_a_server_and_an_expert(project, server):
    models = {
        "other": {"model": f"{WEIGHTS}/base", "style": "chat"},
        "remote": {
            "model": "llamax-7b",
            "api": {"base_url": server.url, "model": "served", "protocol": "chat"},
        },
    }
    raw = benchmarked(added(project.config, **models))
    scores = project.folder / "results/benchmarks/base/humaneval/results.json"
    measured = json.loads(scores.read_text())["metrics"]["humaneval"]["pass@1"]
    low, high = (100 * end for end in measured["ci95"])
    beyond = 0.0 if low > 0 else 100.0
    assert not low <= beyond <= high
    raw["published"] = {
        "base": [
            KNOWN | {"value": round(100 * measured["value"], 1)},
            KNOWN | {"value": beyond},
            KNOWN | {"value": round(100 * measured["value"], 1), "version": "older"},
        ]
    }
    project.configure(raw)
    told = project.run("calibrate")
    assert "calibration: 1 of 2 comparable published figures" in told
    assert len(server.bodies) == project.rows("generate_samples")["remote"] > 0
    assert all("messages" in body for body in server.bodies)

    report = project.folder / "results/report"
    rows = json.loads((report / "calibration.json").read_text())["figures"]
    statuses = [row["status"] for row in rows if row["model"] == "base"][:3]
    assert statuses == ["within", "outside", "not comparable"]
    assert {row["model"]: row["style"] for row in rows} == {
        "base": "completion",
        "other": "chat",
        "remote": "chat",
        "athene": "chat",
    }
    assert "<!DOCTYPE html>" in (report / "calibration.html").read_text()
    project.run("results/report/table1.html")
    table = (report / "table1.html").read_text()
    assert all(f"{row}\nchat prompts" in table for row in ("other", "remote", "athene"))
