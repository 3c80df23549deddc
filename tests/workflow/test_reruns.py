"""Change → the exact set of jobs that a dry run plans (the table is in changes.py)."""

import pytest
import yaml
from workflow import changes
from workflow.conftest import Plan, dry_runs

pytestmark = pytest.mark.reruns


@pytest.fixture(scope="module")
def planned(finished, tmp_path_factory) -> dict[str, Plan]:
    """The dry run of every change, by its name."""
    folder, requests = tmp_path_factory.mktemp("plans"), []
    for number, change in enumerate(changes.TABLE):
        if change.files:
            project, arguments = finished.copy(folder / f"project-{number}"), []
            change.files(project)
        else:
            config = folder / f"{number}.yaml"
            config.write_text(
                yaml.safe_dump(changes.config(finished.config, change), sort_keys=False)
            )
            project, arguments = finished, ["--configfile", str(config)]
        requests.append((project, arguments))
    done = dry_runs(requests, folder)
    return dict(zip([change.name for change in changes.TABLE], done, strict=True))


@pytest.mark.parametrize("change", changes.TABLE, ids=lambda change: change.name)
def test_a_change_runs_what_depends_on_it_and_nothing_else(planned, change):
    plan = planned[change.name]
    assert plan.code == 0, plan.text[-5000:]
    assert plan.names == change.runs
