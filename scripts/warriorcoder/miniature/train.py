"""The training loop of the forge: packed whole documents, Muon, bf16 autocast."""

import math
import time
from collections.abc import Callable, Iterator

import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from warriorcoder.miniature.corpus import IGNORE, Document


def pack(draw: Callable[[], Document], rows: int, length: int) -> Iterator[tuple]:
    """Return batches of whole documents, first fit: ids, labels and positions [rows, length].

    Positions start again at 0 with every document: transformers then keeps the attention of packed
    documents apart. Documents longer than `length` are left out. A document that finds no place
    opens the next batch.
    """
    waiting: list[Document] = []
    while True:
        bins: list[list[Document]] = [[] for _ in range(rows)]
        free = [length] * rows
        missed: list[Document] = []
        while len(missed) < 8:
            ids, labels = waiting.pop() if waiting else draw()
            if len(ids) > length:
                continue
            fitting = next((i for i in range(rows) if free[i] >= len(ids)), None)
            if fitting is None:
                missed.append((ids, labels))
            else:
                bins[fitting].append((ids, labels))
                free[fitting] -= len(ids)
        waiting = missed
        x = torch.zeros(rows, length, dtype=torch.long)
        y = torch.full((rows, length), IGNORE)
        positions = torch.zeros(rows, length, dtype=torch.long)
        for row, documents in enumerate(bins):
            at = 0
            for ids, labels in documents:
                end = at + len(ids)
                x[row, at:end] = torch.tensor(ids)
                y[row, at + 1 : end] = torch.tensor(labels[1:])
                positions[row, at:end] = torch.arange(len(ids))
                at = end
            positions[row, at:] = torch.arange(length - at)
        yield x, y, positions


def optimizers(model: PreTrainedModel, lr: float, decay: float) -> list[torch.optim.Optimizer]:
    """Return Muon for the matrices of the layers, AdamW for embeddings, norms and biases."""
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embed" not in n]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [
        torch.optim.Muon(matrices, lr=lr, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def schedule(step: int, steps: int, warmup: float) -> float:
    """Return linear warm-up over a share `warmup` of the steps, then half a cosine down to 3 %."""
    rise = min(1.0, (step + 1) / max(1, warmup * steps))
    fall = max(0.0, (step / steps - warmup) / (1 - warmup))
    return rise * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * fall)))


def loss_of(model: PreTrainedModel, x, y, positions) -> torch.Tensor:
    """Return mean cross entropy; logits are computed only where there is a label."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.model(input_ids=x, position_ids=positions, use_cache=False)[0]
        hidden = hidden[:, :-1].reshape(-1, hidden.shape[-1])
        targets = y[:, 1:].reshape(-1)
        at = (targets != IGNORE).nonzero().squeeze(1)
        logits = hidden[at] @ model.lm_head.weight.t()
    return cross_entropy(logits.float(), targets[at])


def fit(
    model: PreTrainedModel,
    draw: Callable[[], Document],
    steps: int,
    lr: float,
    rows: int,
    length: int,
    warmup: float,
    decay: float,
    log: Callable[[str], None],
) -> None:
    """Train `model` in place on `steps` batches of `rows` x `length` tokens."""
    model.train()
    steppers = optimizers(model, lr, decay)
    batches = pack(draw, rows, length)
    begun, total = time.time(), 0.0
    for step in range(steps):
        for group in (group for optimizer in steppers for group in optimizer.param_groups):
            group["lr"] = lr * schedule(step, steps, warmup)
        loss = loss_of(model, *next(batches))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in steppers:
            optimizer.step()
            optimizer.zero_grad()
        total += float(loss.detach())
        if (step + 1) % 50 == 0 or step + 1 == steps:
            count = (step % 50) + 1
            speed = (step + 1) * rows * length / (time.time() - begun)
            log(f"step {step + 1} of {steps} loss {total / count:.3f}, {speed:.0f} tokens/s")
            total = 0.0
    model.eval()
