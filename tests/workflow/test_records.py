"""Results that came without Snakemake's records fit the config, or the run stops."""

import re

import pytest
import yaml
from workflow import changes
from workflow.conftest import dry_runs, names

from warriorcoder.provenance import plans

pytestmark = pytest.mark.reruns

CHANGED = [change for change in changes.TABLE if change.edit]
MENDED = re.compile(r"^  snakemake --cores all (.*)$", re.M)


@pytest.fixture(scope="module")
def copied_and_changed(finished, tmp_path_factory) -> dict[str, set[str]]:
    """The plan of every change without records, once the advice of a refused run is taken."""
    folder = tmp_path_factory.mktemp("copied")
    project = finished.copy(folder / "project")
    project.forget()
    requests = []
    for number, change in enumerate(CHANGED):
        config = folder / f"{number}.yaml"
        config.write_text(yaml.safe_dump(changes.config(finished.config, change), sort_keys=False))
        requests.append((project, ["--configfile", str(config)]))
    first = dry_runs(requests, folder)
    advised = [
        (project, MENDED.search(text)[1].split() if code else arguments)
        for (project, arguments), (code, text) in zip(requests, first, strict=True)
    ]
    done = dry_runs(advised, folder)
    assert [text[-3000:] for code, text in done if code] == []
    planned = [names(plans.read(text)) for _, text in done]
    return dict(zip([change.name for change in CHANGED], planned, strict=True))


@pytest.mark.parametrize("change", CHANGED, ids=lambda change: change.name)
def test_without_records_a_change_runs_the_same_jobs(copied_and_changed, change):
    """But for jobs whose every file keeps its rows: they only make fewer or more of them."""
    planned, kept = copied_and_changed[change.name], changes.KEPT.get(change.name, set())
    assert planned <= change.runs
    lacking = {job for job in change.runs - planned if job.split()[0] not in changes.UNIONS}
    assert lacking == {job for job in kept if job.split()[0] not in changes.UNIONS}


@pytest.fixture
def copied(project):
    project.forget()
    return project


def test_a_changed_config_stops_with_the_files_and_both_ways_on(copied):
    raw = copied.config
    raw["rating"]["k"] = 32
    copied.configure(raw)
    done = copied.snakemake("-n")
    assert done.returncode != 0
    assert "results/ratings/three.parquet  (rating.k: 40.0 → 32.0)" in done.stdout
    mend, accept = MENDED.findall(done.stdout)
    assert copied.plan(*mend.split()) == changes.RATINGS
    copied.run(*accept.split())
    assert copied.plan() == set()


def test_an_edited_helper_stops_too(copied):
    changes.replace(("arena/elo.py", "/ 400", "/ 401"))(copied)
    done = copied.snakemake("-n")
    assert done.returncode != 0 and "results/ratings/three.parquet  (code)" in done.stdout


def test_a_file_that_does_not_say_what_made_it_stops_the_run(copied):
    (copied.folder / "results/report/table1.html").write_text("<html></html>\n")
    done = copied.snakemake("-n")
    assert done.returncode != 0
    assert "results/report/table1.html  (it does not say what made it)" in done.stdout


def test_with_records_snakemake_decides_by_itself(project):
    raw = project.config
    raw["rating"]["k"] = 32
    project.configure(raw)
    assert project.plan() == changes.RATINGS
