"""Checkpoints of a training while it runs, from which a killed run goes on.

A checkpoint appears under its name only when all of it is on the disk. The one before it stays
until a third is due, so a damaged one does not end the run. Where there is no room for two, the old
one goes first. A checkpoint that cannot be written costs a warning, never the run. A signal ends
the training after the step in progress and its checkpoint.
"""

import json
import os
import re
import shutil
import signal
import time
import zipfile
import zlib
from pathlib import Path

import torch
from transformers import TrainerCallback
from transformers.utils import logging

from warriorcoder.models import fit
from warriorcoder.training import disk, layouts, signals
from warriorcoder.training.files import ERRORS, Files
from warriorcoder.training.layouts import Layout

log = logging.get_logger(__name__)
NAME = re.compile(r"checkpoint-\d+$")
LIST = "files.json"  # path in the checkpoint → its stamp
SHARE = 0.03  # of a run, the most that checkpoints may take
ZIPPED = (".pt", ".pth")  # torch's files, which hold a checksum of every part


def scratch(output: str | Path) -> Path:
    """Return the folder beside `output` that holds an incomplete training."""
    return Path(output).with_name(f".{Path(output).name}.unfinished")


def prepare(folder: Path, decided: str) -> None:
    """Make `folder`, which keeps nothing that another digest decided. Rank 0 calls this."""
    key = folder / "decided.sha256"
    if not (key.exists() and key.read_text() == decided):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        key.write_text(decided)
    for begun in ("writing", "whole"):  # by a process that was killed
        shutil.rmtree(folder / begun, ignore_errors=True)


def found(folder: Path) -> list[Path]:
    """Return the checkpoints in `folder`, the oldest first."""
    return sorted((path for path in folder.iterdir() if NAME.match(path.name)), key=step_of)


def step_of(checkpoint: Path) -> int:
    """Return the last step before a checkpoint."""
    return int(checkpoint.name.removeprefix("checkpoint-"))


class Stopped(Exception):
    """A signal stopped the training after the step that the message names."""


class Checkpoints(TrainerCallback):
    """Writing and reading of one training's checkpoints. Each rank has an object of its own.

    Args:
        folder: the folder of all checkpoints.
        minutes: time between two of them on rank 0's clock; None: there are none. It is longer
            where the checkpoints would otherwise take more than `SHARE` of the run.
        parameters: the number of the parameters that are trained.
        files: the files of DeepSpeed's engine.

    `layouts` are those of the training so far, once `resume` was called. `stopped` becomes True on
    all ranks when a signal ends the training before its last step.
    """

    def __init__(self, folder: Path, minutes: float | None, parameters: int, files: Files):
        self.folder, self.minutes, self.parameters, self.files = folder, minutes, parameters, files
        self.rank = torch.distributed.get_rank()
        self.begun = self.last = time.monotonic()
        self.stalled = self.took = 0.0
        self.told = self.stopped = False
        self.layouts: list[Layout] = []

    def on_step_end(self, args, state, control, **_):
        """Ask for a checkpoint on all ranks when it is due on rank 0, or a signal came to any."""
        now = time.monotonic()
        due = self.minutes is not None and now - self.last >= 60 * self.minutes
        affordable = self.stalled + self.took <= SHARE * (now - self.begun)
        due, told = _first(due and affordable, args.device), _any(self.told, args.device)
        if state.global_step < state.max_steps and (due or told):
            control.should_save = self.minutes is not None
            if told:
                control.should_training_stop = self.stopped = True

    def on_train_begin(self, args, state, control, optimizer=None, **_):
        """Listen to signals, and take a resumed model's weights from the fp32 ones.

        The fp32 weights alone are in a checkpoint.
        """
        for each in (signal.SIGTERM, signals.STOP):
            signal.signal(each, self._tell)
        if state.global_step and hasattr(optimizer.optimizer, "update_lp_params"):  # not ZeRO-3
            optimizer.optimizer.update_lp_params()

    def write(self, trainer) -> None:
        """Write a checkpoint of the step that has just ended. Every rank calls this."""
        begun, step, device = time.monotonic(), trainer.state.global_step, trainer.args.device
        partial, whole = self.folder / "writing", self.folder / f"checkpoint-{step}"
        self.files.error = None
        if _first(self.rank == 0 and self._make_room(), device):
            trainer.deepspeed.save_checkpoint(
                partial, f"global_step{step}", save_latest=False, exclude_frozen_parameters=True
            )
            with self.files.watched():
                trainer._save_rng_state(partial)
                if self.rank == 0:
                    (partial / "latest").write_text(f"global_step{step}")
                    layouts.write(partial, self.layouts)
                    trainer.state.save_to_json(str(partial / "trainer_state.json"))
            if not _any(self.files.error is not None, device) and self.rank == 0:
                with self.files.watched():
                    _complete(partial, whole)
        if self.files.error:
            log.warning("%s was not written (%s). Training goes on.", whole, self.files.error)
        if self.rank == 0:
            shutil.rmtree(partial, ignore_errors=True)
        self.last = time.monotonic()
        self.took = self.last - begun
        self.stalled += self.took

    def resume(self, device: torch.device, zero_stage: int) -> str | None:
        """Return the last sound checkpoint. Damaged ones are named and set aside.

        Every rank calls this and reads its share of the files.
        """
        parts = torch.distributed.get_world_size(), zero_stage
        for checkpoint in reversed(found(self.folder)):
            wrong = damage(checkpoint, self.rank, parts[0])
            if not _any(wrong is not None, device):
                log.warning("Training goes on from %s.", checkpoint)
                self.layouts = layouts.extended(
                    layouts.read(checkpoint), step_of(checkpoint), parts
                )
                return str(checkpoint)
            if wrong:
                log.warning("%s is damaged (%s). It is set aside.", checkpoint, wrong)
            torch.distributed.barrier()  # all have read it
            if self.rank == 0:
                os.replace(checkpoint, checkpoint.with_name(f"damaged-{checkpoint.name}"))
        self.layouts = layouts.extended([], 0, parts)
        return None

    def give_way(self, need: float, keep: int) -> float:
        """Delete checkpoints until `need` bytes are free; return the free bytes.

        All but the last `keep` checkpoints, and those set aside, go first.
        """
        sound = found(self.folder)
        older = sound[: max(0, len(sound) - keep)]
        for checkpoint in [*self.folder.glob("damaged-*"), *older]:
            shutil.rmtree(checkpoint, ignore_errors=True)
        for checkpoint in sound[len(older) :]:
            if disk.free(self.folder) < need:
                log.warning("%s is deleted to make room.", checkpoint)
                shutil.rmtree(checkpoint, ignore_errors=True)
        return disk.free(self.folder)

    def _tell(self, *_) -> None:
        self.told = True

    def _make_room(self) -> bool:
        need = fit.checkpoint_bytes(self.parameters)
        free = self.give_way(need, keep=1)
        if free < need:
            self.files.error = f"it takes {need / 1e9:.1f} GB, and {free / 1e9:.1f} are free"
        return free >= need


def damage(checkpoint: Path, rank: int = 0, ranks: int = 1) -> str | None:
    """Return the fault of a checkpoint's files, None if there is none in this rank's share."""
    try:
        stamps = json.loads((checkpoint / LIST).read_text())
        for name, stamp in sorted(stamps.items())[rank::ranks]:
            path = checkpoint / name
            if _stamp(path) != stamp:
                return f"{name} is not as it was written"
            if path.suffix in ZIPPED:
                with zipfile.ZipFile(path) as archive:
                    if bad := archive.testzip():
                        return f"{name}: {bad} fails its checksum"
    except (*ERRORS, AttributeError, zipfile.BadZipFile) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _complete(partial: Path, whole: Path) -> None:
    """List the files of a checkpoint and rename it, all of it on the disk."""
    files = [path for path in partial.rglob("*") if path.is_file()]
    stamps = {str(path.relative_to(partial)): _stamp(path) for path in files}
    (partial / LIST).write_text(json.dumps(stamps))
    disk.sync(partial)
    os.replace(partial, whole)
    disk.sync_entry(whole.parent)


def _stamp(path: Path) -> list[int]:
    """Return the size of a file, and a checksum if it holds none itself."""
    size = path.stat().st_size
    return [size] if path.suffix in ZIPPED else [size, zlib.crc32(path.read_bytes())]


def _first(value: bool, device) -> bool:
    """Return rank 0's `value` on all ranks."""
    said = torch.tensor(int(value), device=device)
    torch.distributed.broadcast(said, src=0)
    return bool(said)


def _any(value: bool, device) -> bool:
    """Return on all ranks whether `value` is True on any."""
    said = torch.tensor(int(value), device=device)
    torch.distributed.all_reduce(said, torch.distributed.ReduceOp.MAX)
    return bool(said)
