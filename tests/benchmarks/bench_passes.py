"""Padding and waiting on the lengths of real instructions: passes of equal tokens and of rows.

    PYTHONPATH=scripts:tests python tests/benchmarks/bench_passes.py

Ranks meet after each pass under ZeRO-2 and 3, and after each step under ZeRO-1. A token is three
characters, and the chat template takes 80 tokens a row.
"""

import gzip
import json
import time

import numpy as np
from data import shared

from warriorcoder.config.training import Training
from warriorcoder.training import conversations, passes

FILES = {"code_alpaca_2k.json.gz": "output", "gpteacher_codegen_instruct.json.gz": "response"}
LIMIT, BATCH, STEPS, TEMPLATE = 2048, 512, 12, 80
CASES = (("rows", 2), ("tokens", 2), ("tokens", 1))  # balance, ZeRO stage


def lengths() -> np.ndarray:
    """Return the tokens of each row."""
    texts = []
    for name, reply in FILES.items():
        with gzip.open(shared(f"instructions/{name}"), "rt") as file:
            rows = json.load(file)
        texts += [row["instruction"] + row["input"] + row[reply] for row in rows]
    return np.array([min(LIMIT, len(text) // 3 + TEMPLATE) for text in texts])


def main() -> None:
    found = lengths()
    order = conversations.order(found, STEPS, BATCH, 1).reshape(STEPS, BATCH)
    print(f"{len(found)} rows of {found.mean():.0f} tokens, {STEPS} steps of {BATCH}")
    print("ranks  micro_batch  rows    tokens  tokens under ZeRO-1  ms a step")
    for ranks in (1, 8, 16):
        for micro in (8, 4):
            wasted = []
            for balance, stage in CASES:
                spec = Training(
                    base="base",
                    processes=ranks,
                    zero_stage=stage,
                    precision="bf16",
                    max_length=LIMIT,
                    global_batch=BATCH,
                    micro_batch=micro,
                    balance=balance,
                    steps=STEPS,
                    learning_rate=1e-5,
                    weight_decay=0.0,
                    warmup_ratio=0.0,
                )
                begun = time.perf_counter()
                plan = passes.Plan(found, order, ranks, spec)
                took = 1000 * (time.perf_counter() - begun) / STEPS
                wasted.append(f"{100 * (1 - found[order].sum() / plan.spent):.1f} %")
            rows, tokens, once = wasted
            print(f"{ranks:5}  {micro:11}  {rows:6}  {tokens:6}  {once:19}  {took:9.1f}")


if __name__ == "__main__":
    main()
