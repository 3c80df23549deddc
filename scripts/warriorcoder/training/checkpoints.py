"""Checkpoints of a training run: DeepSpeed's during training, the complete one at the end."""

import json
import os
import shutil
import time
from pathlib import Path

import torch
from transformers import TrainerCallback
from transformers.trainer_utils import get_last_checkpoint

from warriorcoder.training import seal


def scratch(output: str | Path) -> Path:
    """Return the folder beside `output` that holds an incomplete checkpoint."""
    return Path(output).with_name(f".{Path(output).name}.unfinished")


class ByTime(TrainerCallback):
    """Callback that asks for a checkpoint every `seconds` on rank 0's clock."""

    def __init__(self, seconds: float):
        self.seconds, self.last = seconds, time.monotonic()

    def on_step_end(self, args, state, control, **_):
        """Ask for a checkpoint on all ranks when rank 0 says it is due."""
        due = torch.tensor(int(time.monotonic() - self.last >= self.seconds), device=args.device)
        torch.distributed.broadcast(due, src=0)
        if due and state.global_step < state.max_steps:
            control.should_save, self.last = True, time.monotonic()


def resume(folder: Path, run, trainer) -> str | None:
    """Return the last complete checkpoint in `folder`, if the same digest decided it.

    Checkpoints of another digest and incomplete checkpoints are deleted.
    """
    key = folder / "decided.sha256"
    if trainer.args.process_index == 0:
        if not (key.exists() and key.read_text() == run.decided):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            key.write_text(run.decided)
        for checkpoint in folder.glob("checkpoint-*"):
            if not (checkpoint / "trainer_state.json").exists():  # the last file to be written
                shutil.rmtree(checkpoint)
    trainer.accelerator.wait_for_everyone()
    return get_last_checkpoint(folder)


def save(run, trainer, tokenizer, facts: dict) -> None:
    """Write model (bf16), tokenizer and seal aside, then rename: the output is complete or missing.

    `facts` goes into the seal. Every rank calls this, as ZeRO-3 gathers the weights from all.
    """
    weights = trainer.accelerator.get_state_dict(trainer.model_wrapped)
    if trainer.args.process_index:
        return
    model, whole = trainer.model, scratch(run.output) / "whole"
    tied = model.all_tied_weights_keys if model.config.tie_word_embeddings else ()
    weights = {key: w.to(torch.bfloat16) for key, w in weights.items() if key not in tied}
    model.config.use_cache = True  # the trainer turned it off
    model.save_pretrained(whole, state_dict=weights)
    tokenizer.save_pretrained(whole)
    config = whole / "config.json"
    said = json.loads(config.read_text()) | {"dtype": "bfloat16"}
    config.write_text(json.dumps(said, indent=2, sort_keys=True) + "\n")
    for path in whole.glob("*.safetensors"):  # written for the owner's eyes only
        shutil.copymode(config, path)
    seal.seal(whole, run.decided, facts)
    shutil.rmtree(run.output, ignore_errors=True)
    os.replace(whole, run.output)
    shutil.rmtree(scratch(run.output))
