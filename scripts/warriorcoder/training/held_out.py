"""Rows held out of a training, and the loss on them. No checkpoint is chosen by it."""

from typing import Any

import numpy as np
import torch
from datasets import Dataset
from transformers import TrainerCallback

from warriorcoder.core import seeds
from warriorcoder.training.conversations import IGNORED

TIMES = 20  # in a training, at most


def split(rows: int, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the rows to train on and of those held out, both ascending."""
    drawn = seeds.rng(seed, "held out").permutation(rows)[: int(share * rows)]
    return np.setdiff1d(np.arange(rows), drawn), np.sort(drawn)


class HeldOut(TrainerCallback):
    """The mean loss over the reply tokens of held-out rows, logged as `validation_loss`."""

    def __init__(self, rows: Dataset):
        self.rows = rows
        self.trainer: Any = None  # which is made after its callbacks

    def on_step_end(self, args, state, control, **_):
        """Log the loss every so many steps, and after the last one."""
        every = max(1, state.max_steps // TIMES)
        if state.global_step % every == 0 or state.global_step == state.max_steps:
            self.trainer.model_wrapped.eval()
            self.trainer.log({"validation_loss": self.loss()})
            control.should_log = True  # the training loss, too: a log clears the wish for one
            self.trainer.model_wrapped.train()

    @torch.no_grad()
    def loss(self) -> float:
        """Return the loss. Every rank calls this and takes as many passes over its share."""
        trainer, args = self.trainer, self.trainer.args
        ranks, size = args.world_size, args.per_device_train_batch_size
        passes = -(-len(self.rows) // (ranks * size))
        sums = torch.zeros(2, dtype=torch.float64, device=args.device)
        for number in range(passes):
            first = (number * ranks + args.process_index) * size
            batch = [self._row(row) for row in range(first, first + size)]
            inputs = trainer._prepare_inputs(trainer.data_collator(batch))
            learnt = (inputs["labels"][:, 1:] != IGNORED).sum()
            with trainer.compute_loss_context_manager():
                loss = trainer.compute_loss(trainer.model_wrapped, inputs, num_items_in_batch=1)
            sums += torch.stack([loss.double() / ranks, learnt.double()])
        torch.distributed.all_reduce(sums)
        return float(sums[0] / sums[1])

    def _row(self, number: int) -> dict:
        """Return a row, or one without labels behind the last."""
        if number < len(self.rows):
            return self.rows[number]
        return {"input_ids": (ids := self.rows[0]["input_ids"]), "labels": [IGNORED] * len(ids)}
