"""All checks of a machine for one configuration, in the order in which they are printed."""

from collections.abc import Iterator
from dataclasses import replace

from warriorcoder.cli.doctor import machine, models, site, target
from warriorcoder.cli.doctor.check import GB, Check
from warriorcoder.config.whole import Config
from warriorcoder.core import devices
from warriorcoder.report import scale


def examine(config: Config, files: str, given: tuple[int, float] | None) -> Iterator[Check]:
    """Yield the checks of a configuration.

    Args:
        config: the configuration.
        files: its files, for the commands that the fixes name.
        given: number and gigabytes of GPUs to check for, instead of this machine's.
    """
    gpus, slurm = devices.gpus(), machine.slurm()
    if given:
        number, size = given
        gpus = [devices.Gpu(str(n), "", "GPU", size * GB, size * GB) for n in range(number)]
    elsewhere = bool(slurm or (models.most_wanted(config)[0] and not gpus) or given)
    yield from models.gpus(config, gpus, bool(slurm))
    for key, spec in config.loaded.items():
        yield models.model(config, "target" if key == "training" else key, spec, gpus)
    yield models.training(config, gpus)
    yield from target.check(config)
    yield models.memory(config, elsewhere)
    yield from site.downloads(config, files)
    yield from site.shared_memory(config)
    assumed = assumptions(config, gpus)
    stages = scale.estimate(config, assumed)
    yield from site.disks(config, stages)
    yield site.row_cache(config)
    yield site.sandbox(config)
    yield site.slurm(config, slurm)
    yield cost(stages, assumed)


def assumptions(config: Config, gpus: list[devices.Gpu]) -> scale.Assumptions:
    """Return the assumptions of the estimate for these GPUs, or for a core where none is asked."""
    if not models.most_wanted(config)[0]:
        return scale.ON_CPU
    known = [flops for part, flops in scale.FLOPS.items() if gpus and part in gpus[0].name]
    return replace(scale.Assumptions(), flops=known[0]) if known else scale.Assumptions()


def cost(stages: list[scale.Stage], assumed: scale.Assumptions) -> Check:
    """Return the estimate of hours and gigabytes as a line."""
    hours, size = sum(s.gpu_hours for s in stages), sum(s.gigabytes for s in stages)
    unit = "core-hours" if assumed == scale.ON_CPU else "GPU-hours"
    like = ", as an H100 has" if assumed == scale.Assumptions() else ""
    longest = max(stages, key=lambda stage: stage.gpu_hours)
    return Check(
        "ok",
        f"cost: about {hours:,.2f} {unit} at {assumed.flops:.2g} FLOP/s{like}, of which "
        f"{longest.name} takes {longest.gpu_hours:,.2f}; {size:,.2f} GB",
    )
