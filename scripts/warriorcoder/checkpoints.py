"""Checkpoints of a training run: DeepSpeed's own on the way, the whole one at the end."""

import hashlib
import json
import os
import shutil
import time
from pathlib import Path

import torch
from transformers import TrainerCallback
from transformers.trainer_utils import get_last_checkpoint

from warriorcoder.provenance import fingerprint
from warriorcoder.seeds import digest
from warriorcoder.tables import write_json

MARKER = "COMPLETED"


def scratch(output: str | Path) -> Path:
    """The folder beside `output` that holds what is not whole yet."""
    return Path(output).with_name(f".{Path(output).name}.unfinished")


class ByTime(TrainerCallback):
    """Asks for a checkpoint when `seconds` have gone by on rank 0's clock: short runs make none."""

    def __init__(self, seconds: float):
        self.seconds, self.last = seconds, time.monotonic()

    def on_step_end(self, args, state, control, **_):
        due = torch.tensor(int(time.monotonic() - self.last >= self.seconds), device=args.device)
        torch.distributed.broadcast(due, src=0)
        if due and state.global_step < state.max_steps:
            control.should_save, self.last = True, time.monotonic()


def resume(folder: Path, run, trainer) -> str | None:
    """The last whole checkpoint in `folder`, if the very same run made it.

    What another run left is deleted, and what was being written when this one was killed.
    """
    with open(run.gold, "rb") as gold:
        rows = hashlib.file_digest(gold, "sha256").hexdigest()
    spec, template = run.training.model_dump(), trainer.processing_class.chat_template
    recipe = digest(spec, fingerprint(spec["base"]), template, rows, run.seed, run.recipe)
    key = folder / "recipe.sha256"
    if trainer.args.process_index == 0:
        if not (key.exists() and key.read_text() == recipe):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            key.write_text(recipe)
        for checkpoint in folder.glob("checkpoint-*"):
            if not (checkpoint / "trainer_state.json").exists():  # the last file to be written
                shutil.rmtree(checkpoint)
    trainer.accelerator.wait_for_everyone()
    return get_last_checkpoint(folder)


def save(output: str | Path, trainer, tokenizer, facts: dict) -> None:
    """Write model (bf16), tokenizer and marker aside, then rename: `output` is whole or not there.

    `facts` goes into the marker. Every rank calls this, as ZeRO-3 gathers the weights from all.
    """
    weights = trainer.accelerator.get_state_dict(trainer.model_wrapped)
    if trainer.args.process_index:
        return
    model, whole = trainer.model, scratch(output) / "whole"
    tied = model.all_tied_weights_keys if model.config.tie_word_embeddings else ()
    weights = {key: w.to(torch.bfloat16) for key, w in weights.items() if key not in tied}
    model.config.use_cache = True  # the trainer turned it off
    model.save_pretrained(whole, state_dict=weights)
    tokenizer.save_pretrained(whole)
    config = json.loads((whole / "config.json").read_text())
    write_json(config | {"dtype": "bfloat16"}, whole / "config.json")
    write_json(facts, whole / MARKER)
    for path in whole.glob("*.safetensors"):  # written for the owner's eyes only
        shutil.copymode(whole / MARKER, path)
    shutil.rmtree(output, ignore_errors=True)
    os.replace(whole, output)
    shutil.rmtree(scratch(output))
