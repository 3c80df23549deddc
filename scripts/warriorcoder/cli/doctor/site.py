"""Checks of what a site gives: downloads, disks, file systems, sandbox, SLURM."""

from collections.abc import Iterator
from pathlib import Path

from huggingface_hub import constants, get_token

from warriorcoder.cli.doctor import machine
from warriorcoder.cli.doctor.check import GB, Check, gigabytes
from warriorcoder.cli.doctor.models import most_wanted
from warriorcoder.config.whole import Config
from warriorcoder.download import hub, snapshots
from warriorcoder.evaluation.sandbox import isolation
from warriorcoder.models import shapes
from warriorcoder.models.rowcache import CACHE
from warriorcoder.report import scale

SHARED = 1e9  # bytes of /dev/shm for processes that share a model or a training
NETWORK = {"nfs", "nfs4", "lustre", "gpfs", "beegfs", "ceph", "cifs", "smb3", "fuse.sshfs"}
LOCKLESS = {"cifs", "smb3", "fuse.sshfs"}
LOCAL_LOCKS = {"nolock", "localflock", "local_lock=all", "local_lock=posix"}  # options of a mount
REMEMBERED = 90  # seconds for which SLURM must know ended jobs (profiles/README.md)


def downloads(config: Config, files: str) -> Iterator[Check]:
    """Check licences, revisions, snapshots and data sets. `files` are the config's."""
    models = config.snapshots
    missing = {key: given for key, given in models.items() if not snapshots.present(*given)}
    for key, (model, revision, _) in models.items():
        shape = shapes.KNOWN.get(model)
        if key in missing and shape and shape.gated and not get_token():
            yield Check(
                "error",
                f"{key}: {model} is gated. Accept its licence at https://huggingface.co/{model}, "
                "and log in: hf auth login",
            )
        if not revision:
            yield Check("warning", f"{key}: no revision. Run: warriorcoder pin --config {files}")
    lacking = [model for model, _, _ in missing.values()] + [
        spec.dataset
        for spec in config.datasets.values()
        if spec.fetched and not Path(spec.dataset).exists()
    ]
    if not lacking:
        yield Check("ok", "downloads: every model and data set is here")
        return
    offline = constants.is_offline_mode()
    yield Check(
        "error" if offline else "warning",
        f"downloads: {', '.join(dict.fromkeys(lacking))} not here. Run, where there is network: "
        f"{'HF_HUB_OFFLINE=0 ' if offline else ''}snakemake fetch --cores 1 --configfile {files}",
    )


def shared_memory(config: Config) -> Iterator[Check]:
    """Check /dev/shm, through which processes on several GPUs exchange data."""
    if most_wanted(config)[0] < 2:
        return
    free = machine.free_disk("/dev/shm")
    said = f"/dev/shm: {free / GB:.2f} GB free"
    if free >= SHARED:
        yield Check("ok", said)
        return
    yield Check(
        "error",
        f"{said}, and processes that share a model need {SHARED / GB:.0f}. Start the container "
        "with --shm-size=16g, or run: mount -o remount,size=16G /dev/shm",
    )


def disks(config: Config, stages: list[scale.Stage]) -> Iterator[Check]:
    """Compare the free bytes of each disk with those that the run adds to it."""
    needs = {stage.name: stage.gigabytes * GB for stage in stages}
    rows = needs.pop("row cache")
    del needs["weights from the hub"]
    hubs = {
        spec.model: shapes.of(spec.model, spec.revision) or scale.UNKNOWN
        for spec in config.loaded.values()
        if spec.generates and not spec.api and hub.on_hub(spec.model)
        if not snapshots.present(spec.model, spec.revision)
    }
    weights = sum(shape.bytes() for shape in hubs.values())
    places = [(config.results, sum(needs.values())), (str(CACHE), rows)]
    if weights:
        places.append((constants.HF_HUB_CACHE, weights))
    shared: dict[int, list[tuple[str, float]]] = {}
    for place, need in places:
        shared.setdefault(machine.disk(place), []).append((place, need))
    for each in shared.values():
        need, free = sum(size for _, size in each), machine.free_disk(each[0][0])
        what = ", ".join(f"{gigabytes(size)} in {place}" for place, size in each)
        said = f"disk: the run adds about {gigabytes(need)} GB ({what}); {gigabytes(free)} are free"
        if need < 0.8 * free:
            yield Check("ok", said)
        else:
            level = "warning" if need < free else "error"
            yield Check(level, f"{said}. Set HF_HOME or `results` to a larger disk")


def row_cache(config: Config) -> Check:
    """Check that jobs on several nodes can lock the row cache."""
    found = machine.mount(CACHE)
    said = f"row cache: {CACHE} is on {found.kind}"
    if found.kind not in NETWORK:
        return Check("ok", said)
    local = sorted(LOCAL_LOCKS & set(found.options))
    old = found.kind == "nfs" and not any(each.startswith("vers=4") for each in found.options)
    if not (local or old or found.kind in LOCKLESS):
        return Check("ok", f"{said}, which locks between nodes")
    why = f" with {', '.join(local)}" if local else " before version 4" if old else ""
    return Check(
        "error" if config.mining.parts > 1 else "warning",
        f"{said}{why}, which may not lock between nodes. Work on NFS 4 or on Lustre with flock, or "
        "keep mining.parts: 1 and let no job of a killed Snakemake run on (profiles/README.md)",
    )


def sandbox(config: Config) -> Check:
    """Check that the isolation of model-written programs starts."""
    kind = config.sandbox.isolation
    if kind == "process":
        return Check("warning", "sandbox: process, in which programs reach your files and network")
    why = isolation.trial() if kind == "bubblewrap" else ""
    if not why:
        return Check("ok", f"sandbox: {kind}")
    return Check(
        "error",
        f"sandbox: bubblewrap does not start: {why}. Run: apt-get install bubblewrap; where user "
        "namespaces are forbidden, see docs/sandbox.md",
    )


def slurm(config: Config, settings: dict[str, str] | None) -> Check:
    """Check that SLURM answers where the training needs it, and remembers ended jobs."""
    if not settings:
        if config.training.nodes > 1:
            return Check(
                "error",
                f"SLURM: training.nodes is {config.training.nodes}, and no cluster answers. Set it "
                "to 1, or run this on a login node",
            )
        return Check("ok", "SLURM: no cluster answers, so that jobs run on this machine")
    said = (
        f"SLURM {settings.get('SLURM_VERSION', '')} of {settings.get('ClusterName', 'a cluster')}"
    )
    age = settings.get("MinJobAge", "300").split()[0]
    if age.isdigit() and int(age) < REMEMBERED:
        return Check(
            "error",
            f"{said} forgets ended jobs after {age} s, so that cancelled ones are waited for. Ask "
            f"for MinJobAge ≥ {REMEMBERED} s",
        )
    return Check("ok", f"{said}. Run: snakemake --profile slurm")
