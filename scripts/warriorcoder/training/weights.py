"""The trained model's files. Rank 0 alone gathers the weights and writes them."""

import json
import os
import shutil
from contextlib import nullcontext
from pathlib import Path

import polars as pl
import torch
from deepspeed.runtime.zero import GatheredParameters

from warriorcoder.training import card, checkpoints, disk, gold, history, lora, seal

SHARD = "5GB"  # of a file of weights


def save(run, trainer, tokenizer, facts: dict, steps: pl.DataFrame) -> None:
    """Write model (bf16), tokenizer and seal aside, then rename: the output is complete or missing.

    `facts` goes into the seal and the card, `steps` beside them. Adapters lie beside the weights
    that they are merged into. Every rank calls this, as ZeRO-3 gathers the weights from all.
    """
    model, whole = trainer.model, checkpoints.scratch(run.output) / "whole"
    if run.objective == "lora":
        lora.save(model, whole)
        model = lora.merged(model)
    weights = gathered(model, trainer.args.process_index)
    if trainer.args.process_index:
        return
    model.config.use_cache = True  # the trainer turned it off
    model.save_pretrained(whole, state_dict=weights, max_shard_size=SHARD)
    tokenizer.save_pretrained(whole)
    config = whole / "config.json"
    said = json.loads(config.read_text()) | {"dtype": "bfloat16"}
    config.write_text(json.dumps(said, indent=2, sort_keys=True) + "\n")
    for path in whole.rglob("*.safetensors"):  # written for the owner's eyes only
        shutil.copymode(config, path)
    history.write(steps, whole)
    data = gold.rows_digest(run.gold, run.objective)
    card.write(whole, Path(run.output).name, run.training.base, facts, data)
    seal.seal(whole, run.decided, facts)
    disk.sync(whole)
    shutil.rmtree(run.output, ignore_errors=True)
    os.replace(whole, run.output)
    disk.sync_entry(Path(run.output).parent)
    shutil.rmtree(checkpoints.scratch(run.output))


def gathered(model, rank: int) -> dict[str, torch.Tensor]:
    """Return the model's weights in bf16 on rank 0, none on the others.

    Of a model that ZeRO-3 shards, one parameter at a time is whole on every rank.
    """
    tied = model.all_tied_weights_keys if model.config.tie_word_embeddings else ()
    weights = {}
    for name, tensor in model.state_dict(keep_vars=True).items():
        sharded = hasattr(tensor, "ds_id")
        if name in tied or (rank and not sharded):
            continue
        with GatheredParameters([tensor]) if sharded else nullcontext():
            if rank == 0:
                place = "cpu" if sharded else tensor.device
                weights[name] = tensor.detach().to(place, torch.bfloat16, copy=sharded)
    return weights
