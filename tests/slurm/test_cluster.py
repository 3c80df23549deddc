"""The tests' own cluster leaves nothing behind and touches no other."""

import os
from pathlib import Path

import pytest
from slurm.cluster import NODES, Cluster

pytestmark = pytest.mark.slurm


def test_a_cluster_ends_its_own_daemons_and_jobs_and_no_others(cluster):
    with Cluster() as other:
        daemons = [daemon.pid for daemon in other.daemons.values()]
        other.call("sbatch", "-o", "/dev/null", "--wrap", "sleep 60")
        other.await_("a job", lambda: "R" in other.call("squeue", "-h", "-o", "%t"))
    assert len(daemons) == 4 + len(NODES) and not any(Path(f"/proc/{p}").exists() for p in daemons)
    assert not other.folder.exists() and str(other.folder) not in commands()
    assert set(cluster.call("sinfo", "-h", "-o", "%T").split()) <= {"idle", "mixed"}


def test_a_cluster_that_cannot_start_says_why_and_ends_what_it_started(monkeypatch):
    monkeypatch.setattr(Cluster, "start_node", lambda self, node: None)
    monkeypatch.setattr("slurm.cluster.PATIENCE", 3)
    broken = Cluster()
    with pytest.raises(Exception, match="waited in vain for nodes"), broken:
        pass
    assert str(broken.folder) not in commands()


def commands() -> str:
    """Command lines of all processes but this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        if path.parent.name != str(os.getpid()):
            try:
                found.append(path.read_text())
            except OSError:  # it ended meanwhile
                pass
    return "\n".join(found)
