"""Layouts under which a training ran: its ranks and ZeRO stage, from step to step."""

import json
from pathlib import Path
from typing import NamedTuple

FILE = "layouts.json"  # in a checkpoint


class Layout(NamedTuple):
    """The ranks and the ZeRO stage of the steps from `first_step` on."""

    first_step: int
    ranks: int
    zero_stage: int

    @property
    def parts(self) -> tuple[int, int]:
        """The ranks and the stage, which decide how a checkpoint is cut into files."""
        return self.ranks, self.zero_stage


def of(engine) -> tuple[int, int]:
    """Return the ranks and the stage of DeepSpeed's engine."""
    return engine.dp_world_size, engine.zero_optimization_stage()


def read(checkpoint: Path) -> list[Layout]:
    """Return the layouts of a checkpoint's training, the last of which wrote it."""
    return [Layout(**each) for each in json.loads((checkpoint / FILE).read_text())]


def write(checkpoint: Path, layouts: list[Layout]) -> None:
    """Write the layouts of a training into its checkpoint."""
    (checkpoint / FILE).write_text(json.dumps(rows(layouts)))


def rows(layouts: list[Layout]) -> list[dict]:
    """Return a dict for each layout."""
    return [each._asdict() for each in layouts]


def extended(layouts: list[Layout], step: int, parts: tuple[int, int]) -> list[Layout]:
    """Return the layouts of a training that goes on behind `step` with these ranks and stage."""
    changes = not layouts or layouts[-1].parts != parts
    return [*layouts, Layout(step + 1, *parts)] if changes else layouts
