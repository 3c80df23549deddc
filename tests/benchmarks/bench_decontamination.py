"""Decontamination by kind of copy: verbatim, reformatted, renamed, paraphrased, and honest rows.

Each reference solution is copied into a request. Run: PYTHONPATH=scripts:tests python THIS [hits]
With `hits`, each overlap of an honest row is printed to be read.
"""

import ast
import builtins
import gzip
import json
import sys

from data import shared

from warriorcoder.curation.decontaminate import overlaps, references
from warriorcoder.evaluation import benchmarks

FILES = {
    "humaneval": "HumanEvalPlus-v0.1.10.jsonl.gz",
    "mbpp": "MbppPlus-v0.2.0.jsonl.gz",
    "cruxeval-input": "cruxeval.jsonl",
    "ds1000": "ds1000.jsonl.gz",
}
RULES = {"13 words": (13, None), "13 words or 20 tokens": (13, 20)}


def published(kind: str):
    return shared(f"benchmarks/{FILES[kind]}")


class Renamed(ast.NodeTransformer):
    """Give each variable, argument and function of a program another name."""

    def __init__(self):
        self.names: dict[str, str] = {}

    def other(self, name: str) -> str:
        return self.names.setdefault(name, f"item{len(self.names)}")

    def visit_Name(self, node):
        known = hasattr(builtins, node.id) or node.id in self.names.values()
        return node if known else ast.Name(self.other(node.id), node.ctx)

    def visit_arg(self, node):
        return ast.arg(self.other(node.arg), node.annotation)

    def visit_FunctionDef(self, node):
        node.name = self.other(node.name)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)


def solution(kind: str, problem: dict) -> str:
    if kind == "humaneval":
        return problem["prompt"] + problem["canonical_solution"]
    return problem["canonical_solution"] if kind == "mbpp" else problem["code"]


def copies(kind: str) -> dict[str, list[str]]:
    """Return requests that hold a benchmark's solutions, by kind of copy."""
    codes = [solution(kind, problem) for problem in benchmarks.load(kind, published(kind))]
    made = {
        "verbatim": codes,
        "reformatted": [ast.unparse(ast.parse(code)) for code in codes],
        "renamed": [ast.unparse(Renamed().visit(ast.parse(code))) for code in codes],
    }
    ask = "Can you explain this code?\n\n```python\n{}\n```\n"
    return {name: [ask.format(code) for code in each] for name, each in made.items()}


def honest() -> list[str]:
    """Return the requests of four public sets that have nothing to do with the benchmarks."""
    texts = []
    for name in ("code_alpaca_2k", "gpteacher_codegen_instruct"):
        with gzip.open(shared(f"instructions/{name}.json.gz"), "rt") as file:
            rows = json.load(file)
        texts += [f"{row['instruction']}\n{row.get('input') or ''}" for row in rows]
    for name in ("arena_hard_v0.1", "arena_hard_v2.0"):
        with gzip.open(shared(f"instructions/{name}_questions.jsonl.gz"), "rt") as file:
            texts += [json.loads(line)["prompt"] for line in file]
    return texts


def main(show: bool) -> None:
    rows = honest()
    known = {kind: references(kind, published(kind)) for kind in FILES}
    for kind in ("humaneval", "mbpp", "cruxeval-input"):
        for copy, texts in copies(kind).items():
            for rule, lengths in RULES.items():
                found = overlaps(texts, known[kind], *lengths)
                print(
                    f"{kind:15} {copy:12} {rule:22} recall {1 - found.count(None) / len(texts):.2f}"
                )
    with open(shared("../cases/paraphrases.jsonl")) as file:
        texts = [json.loads(line)["text"] for line in file]
    for rule, lengths in RULES.items():
        every = known["humaneval"] + known["mbpp"]
        found = overlaps(texts, every, *lengths)
        print(f"paraphrases: {rule}: {len(texts) - found.count(None)} of {len(texts)}")
        hits = 0
        for of in known.values():
            for text, task in zip(rows, overlaps(rows, of, *lengths), strict=True):
                hits += task is not None
                if show and task:
                    print(f"--- {rule}: {task}\n{text}")
        print(f"honest rows: {rule}: {hits} hits in {len(rows)} rows")


if __name__ == "__main__":
    main("hits" in sys.argv[1:])
