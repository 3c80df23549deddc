"""Results that came without Snakemake's records fit the config, or the run stops."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from workflow import changes, edits
from workflow.conftest import ROOT, Plan, Project, commands, dry_runs

pytestmark = pytest.mark.reruns

CHANGED = [change for change in changes.TABLE if change.edit]
ADVICE = re.compile(r"^  snakemake --cores all (.*)$", re.M)
BACKENDS = {"file": [], "db": ["--persistence-backend", "db"]}
NOTHING = "Nothing to be done"


@pytest.fixture(scope="module")
def copied_and_changed(finished, tmp_path_factory) -> dict[str, Plan]:
    """The plan of every change without records, once the advice of a refused run is taken."""
    folder = tmp_path_factory.mktemp("copied")
    project = finished.copy(folder / "project")
    project.forget()
    requests = []
    for number, change in enumerate(CHANGED):
        config = folder / f"{number}.yaml"
        config.write_text(yaml.safe_dump(changes.config(finished.config, change), sort_keys=False))
        requests.append((project, ["--configfile", str(config)]))
    advised = [
        (project, advice(plan)[0] if plan.code else arguments)
        for (project, arguments), plan in zip(requests, dry_runs(requests, folder), strict=True)
    ]
    done = dry_runs(advised, folder)
    assert [plan.text[-3000:] for plan in done if plan.code] == []
    return dict(zip([change.name for change in CHANGED], done, strict=True))


def first_alone(requests: list[tuple[Project, list[str]]], scratch: Path) -> list[Plan]:
    """Run `commands`. The first run creates the database, in which two at a time may collide."""
    return [*commands(requests[:1], scratch), *commands(requests[1:], scratch)]


def advice(refused: Plan) -> list[list[str]]:
    """Arguments of the commands that a refused run prints: make again, take as they are."""
    return [shlex.split(arguments) for arguments in ADVICE.findall(refused.text)]


@pytest.mark.parametrize("change", CHANGED, ids=lambda change: change.name)
def test_without_records_a_change_runs_the_same_jobs(copied_and_changed, change):
    """But for jobs whose every file keeps its rows: they only make fewer or more of them."""
    planned, kept = copied_and_changed[change.name].names, changes.KEPT.get(change.name, set())
    assert planned <= change.runs
    lacking = {job for job in change.runs - planned if job.split()[0] not in changes.UNIONS}
    assert lacking == {job for job in kept if job.split()[0] not in changes.UNIONS}


@pytest.fixture
def copied(project) -> Project:
    """Results without records."""
    project.forget()
    return project


@pytest.fixture
def with_another_k(copied) -> Project:
    return another_k(copied)


def another_k(project: Project) -> Project:
    raw = project.config
    raw["rating"]["k"] = 32
    project.configure(raw)
    return project


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_changed_config_stops_with_the_files_and_both_ways_on(with_another_k, backend, tmp_path):
    project, options = with_another_k, BACKENDS[backend]
    ways = (["-n"], ["--cores", "1"], ["--touch"], ["-n", "data"], ["-n", "--rerun-triggers=mtime"])
    refused = first_alone([(project, [*way, *options]) for way in ways], tmp_path)
    for plan in refused:
        assert plan.code and not plan.jobs and NOTHING not in plan.text, plan.text[-3000:]
        assert "results/ratings/three.parquet  (rating.k: 40.0 → 32.0)" in plan.text
    again, accept = advice(refused[0])
    assert project.plan(*again) == changes.RATINGS
    of_data, _ = advice(refused[3])
    assert project.plan(*of_data) == {
        f"{rule} {roster}"
        for rule in ("rate_experts", "crown_answers")
        for roster in ("one", "three")
    } | {"data"}
    project.run(*accept)
    assert project.plan(*options) == set()


@pytest.mark.parametrize("backend", BACKENDS)
def test_commands_that_run_nothing_work_beside_copied_results(with_another_k, backend, tmp_path):
    done = first_alone(
        [
            (with_another_k, [*arguments, *BACKENDS[backend]])
            for arguments in (
                ["--summary"],
                ["--list-rules"],
                ["--rulegraph"],
                ["--delete-all-output", "-n"],
                ["-n", "fetch"],
                ["-nF"],
                ["-n", "results/selected/quq.parquet"],
            )
        ],
        tmp_path,
    )
    assert [plan.text[-3000:] for plan in done if plan.code] == []
    summary, rules, graph, deleted, fetch, forced, selected = done
    assert "rate_experts" in rules.text
    assert "results/ratings/three.parquet" in summary.text
    assert '"rate_experts' in graph.text
    assert "results/ratings/three.parquet" in deleted.text
    assert {"rate_experts one", "mine_instructions quq 1-of-1"} <= forced.names
    assert fetch.names == {"fetch"} and NOTHING in selected.text


@pytest.mark.parametrize("backend", BACKENDS)
def test_copied_results_can_be_deleted(with_another_k, backend):
    with_another_k.run("--delete-all-output", *BACKENDS[backend])
    left = {path for path in with_another_k.parquets() if not path.startswith("checkpoints/")}
    assert left == set()  # the folder of a checkpoint keeps weights and history


@pytest.mark.parametrize("backend", BACKENDS)
def test_with_records_snakemake_decides_by_itself(project, backend):
    options, file = BACKENDS[backend], "results/ratings/three.parquet"
    project.run("--touch", "--forceall", *options)
    another_k(project)
    assert project.plan(*options) == changes.RATINGS
    project.run("--cleanup-metadata", file, *options)
    refused = project.snakemake("-n", *options)
    assert refused.returncode and f"{file}  (rating.k: 40.0 → 32.0)" in refused.stdout


def test_an_edited_helper_stops_too(copied):
    edits.replace(("arena/elo.py", "/ 400", "/ 401"))(copied)
    done = copied.snakemake("-n")
    assert done.returncode != 0 and "results/ratings/three.parquet  (code)" in done.stdout


def test_a_file_that_does_not_say_what_made_it_stops_the_run(copied):
    (copied.folder / "results/report/table1.html").write_text("<html></html>\n")
    done = copied.snakemake("-n")
    assert done.returncode != 0
    assert "results/report/table1.html  (it holds no record)" in done.stdout


def test_no_rule_reads_the_command_line():
    for path in [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk")]:
        assert "argv" not in path.read_text(), path.name
