"""Figure 3: how much mined instructions repeat an existing training set (maximal ROUGE-L F1)."""

import re
from pathlib import Path

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from warriorcoder.core import inputs
from warriorcoder.report import figures, paper

CHUNK = 256  # instructions compared at once: bounds memory at CHUNK × corpus


def read_corpus(path: str | Path) -> list[str]:
    """Read texts of a JSON array or JSON lines (either may be `.gz`): `instruction`, then `input`.

    Raises:
        FileError: not JSON, or a record without `instruction`; names file and place.
    """
    texts = []
    for _, where, record in inputs.items(path):
        if not isinstance(record, dict) or "instruction" not in record:
            raise inputs.FileError(f"{where}: no text under 'instruction'. Add it.")
        both = [(name, record.get(name) or "") for name in ("instruction", "input")]
        texts.append("\n".join(inputs.string(where, *each) for each in both).strip())
    return texts


def tokenize(text: str) -> list[str]:
    """rouge-score's default tokens: lower case, runs of ASCII letters and digits, no stemming."""
    return re.findall(r"[a-z0-9]+", text.lower())


def rouge_l(instructions: list[str], corpus: list[str], workers: int = 1) -> pl.DataFrame:
    """Return the nearest corpus text of each instruction, by ROUGE-L F1 (rouge-score's `rougeL`).

    F1 = 2 · LCS / (tokens of one + tokens of the other) on word tokens. Words become characters,
    so that rapidfuzz' bit-parallel LCS does the work.

    Returns:
        rouge_l (0..1), nearest (row of `corpus`, the first at ties); rows as `instructions`.

    Raises:
        ValueError: the corpus is empty.
    """
    if not corpus:
        raise ValueError("the overlap corpus is empty. Set analysis.overlap_corpus to null.")
    tokens = [tokenize(text) for text in corpus]
    codes = {word: n for n, word in enumerate(dict.fromkeys(w for text in tokens for w in text), 1)}
    known = [_encode(text, codes) for text in tokens]
    asked = [_encode(tokenize(text), codes) for text in instructions]
    known_lengths = np.array([len(text) for text in known])
    best, nearest = [], []
    for start in range(0, len(asked), CHUNK):
        chunk = asked[start : start + CHUNK]
        lcs = process.cdist(chunk, known, scorer=LCSseq.similarity, dtype=np.int32, workers=workers)
        lengths = np.array([len(text) for text in chunk])[:, None] + known_lengths
        f1 = 2 * lcs / np.maximum(lengths, 1)
        nearest += f1.argmax(axis=1).tolist()
        best += f1.max(axis=1).tolist()
    schema = {"rouge_l": pl.Float64, "nearest": pl.Int64}
    return pl.DataFrame({"rouge_l": best, "nearest": nearest}, schema=schema)


def draw(overlaps: pl.DataFrame, corpus_size: int) -> Figure:
    """Draw a histogram of `rouge_l`'s scores, with the paper's marks at 0.3 and 0.6."""
    scores = overlaps["rouge_l"].to_numpy()
    figure, axes = figures.new(width=6.0, height=3.6)
    share = np.full(len(scores), 100 / max(len(scores), 1))
    axes.hist(scores, bins=np.linspace(0, 1, 41), weights=share, color=figures.BLUE, rwidth=0.92)
    axes.margins(y=0.18)
    top = axes.get_ylim()[1]
    for mark, side, found in ((0.3, "below", scores < 0.3), (0.6, "above", scores > 0.6)):
        axes.axvline(mark, color=figures.VERMILION, linestyle="--", linewidth=1)
        told = f"{100 * np.mean(found) if len(scores) else 0:.1f} % {side} {mark}"
        says = f"paper: {paper.STATEMENTS[side].says}"
        axes.text(mark + 0.01, 0.97 * top, f"{told}\n{says}", va="top", fontsize=8.5)
    axes.set(
        xlim=(0, 1),
        xlabel="largest ROUGE-L F1 with a text of the existing set",
        ylabel="instructions (%)",
        title=f"{len(scores):,} instructions against {corpus_size:,} texts",
    )
    copied = int((scores > 0.6).sum())
    figures.name(
        figure,
        f"{copied:,} of {len(scores):,} instructions overlap a known text above 0.6",
        "Histogram of each instruction's largest ROUGE-L F1 with a text of an existing set.",
    )
    return figure


def _encode(words: list[str], codes: dict[str, int]) -> str:
    """One character a word; words that the corpus never uses share one that matches nothing."""
    return "".join(chr(codes.get(word, 0)) for word in words)
