"""The texts that `curation.requests_only` drops: honest requests, and junk made of real texts.

Honest rows are coding requests of public sets. Junk is made of the same sets: their answers, their
instructions cut between two words, and instructions that refer to an input, without it. Arena-Hard
v2 shows languages. Run: PYTHONPATH=scripts:tests python THIS
"""

import gzip
import json
import re
import time
from collections import Counter

from data import shared

from warriorcoder.core.seeds import rng
from warriorcoder.curation.request import unasked_reason

SETS = ("code_alpaca_2k", "gpteacher_codegen_instruct")
REFERS = re.compile(r"\b(?:following|given|above|below)\b")
SAMPLE = 1000


def rows(name: str) -> list[dict]:
    with gzip.open(shared(f"instructions/{name}.json.gz"), "rt") as file:
        return json.load(file)


def arena_hard(version: str) -> list[dict]:
    path = shared(f"instructions/arena_hard_v{version}_questions.jsonl.gz")
    with gzip.open(path, "rt") as file:
        return [json.loads(line) for line in file]


def cut(instruction: str) -> str:
    words = instruction.split()
    return " ".join(words[: rng("bench", "cut", instruction).integers(6, len(words) - 1)])


def show(name: str, texts: list[str], examples: bool) -> None:
    began = time.perf_counter()
    reasons = [unasked_reason(text, "en") for text in texts]
    each = (time.perf_counter() - began) / len(texts)
    dropped = Counter(filter(None, reasons))
    share = dropped.total() / len(texts)
    print(
        f"{name}: {dropped.total()} of {len(texts)} dropped ({share:.2%}), {each * 1e6:.0f} µs each"
    )
    print(f"    {dict(dropped.most_common())}")
    if examples:
        for reason, text in zip(reasons, texts, strict=True):
            if reason:
                print(f"    {reason}: {text[:100]!r}")


def main() -> None:
    known = [row for name in SETS for row in rows(name)]
    honest = [f"{r['instruction']}\n{r.get('input') or ''}".strip() for r in known]
    show("honest coding requests", list(dict.fromkeys(honest)), examples=True)
    show("Arena-Hard v0.1", [row["prompt"] for row in arena_hard("0.1")], examples=True)
    for kind in ("coding", "math", "creative_writing"):
        texts = [row["prompt"] for row in arena_hard("2.0") if kind in row.values()]
        show(f"Arena-Hard v2, {kind}, in any language", texts, examples=False)
    answers = [(r.get("output") or r.get("response") or "").strip() for r in known]
    instructions = [row["instruction"].strip() for row in known]
    made = {
        "answers": [text for text in answers if len(text) >= 40],
        "cut": [cut(text) for text in instructions if len(text.split()) >= 10],
        "without the input that they refer to": [
            row["instruction"].strip()
            for row in known
            if len(row.get("input") or "") > 20 and REFERS.search(row["instruction"])
        ],
    }
    for kind, texts in made.items():
        order = rng("bench", kind).permutation(len(texts))[:SAMPLE]
        show(kind, [texts[i] for i in order], examples=False)


if __name__ == "__main__":
    main()
