"""The card of the shipped weights: what they are, byte for byte, and what they can do."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from transformers import AutoModelForCausalLM, AutoTokenizer

from warriorcoder.miniature import skills
from warriorcoder.miniature.families import AREAS
from warriorcoder.miniature.oracle import Run
from warriorcoder.miniature.templates import EXPERTS, TARGET


def write(
    models: Sequence[str | Path],
    out: str | Path,
    hyper: dict,
    run: Run,
    n: int,
    log: Callable[[str], None],
) -> dict:
    """Copy the model folders (the target last) to `out`, with `card.json` and `CARD.md`.

    Each skill is measured on `n` items; `run` executes what the models write. Returns the card.
    """
    out, measured = Path(out), {}
    for folder in map(Path, models):
        shutil.copytree(folder, out / folder.name)
        model = AutoModelForCausalLM.from_pretrained(folder).float().eval()
        tokenizer = AutoTokenizer.from_pretrained(folder)
        if folder.name == TARGET.name:
            measured[folder.name] = skills.answers(model, tokenizer, run, n, system=None)
        else:
            measured[folder.name] = skills.measure(model, tokenizer, run, n)
        log(f"{folder.name}: {measured[folder.name]}")
    card = {
        "parameters": model.num_parameters(),
        "items": n,
        "areas": {style.name: style.areas for style in (*EXPERTS.values(), TARGET)},
        "judge_error_correlation": error_correlation(measured, n),
        "skills": measured,
        "hyperparameters": hyper,
        "files": file_digests(out),
    }
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n")
    (out / "CARD.md").write_text(text(card))
    return card


def file_digests(folder: str | Path) -> dict[str, str]:
    """sha256 of every file of the model folders below `folder`, by relative path."""
    folder = Path(folder)
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*/*"))
    }


def error_correlation(measured: dict[str, dict], n: int) -> float:
    """Return the mean correlation of two judges' errors on `n` battles; 0 for a flawless one."""
    judges = [skill["judge_wrong"] for skill in measured.values() if "judge_wrong" in skill]
    wrong = [np.isin(np.arange(n), judge) for judge in judges]
    pairs = [(a, b) for i, a in enumerate(wrong) for b in wrong[:i]]
    values = [np.corrcoef(a, b)[0, 1] if a.any() and b.any() else 0.0 for a, b in pairs]
    return round(float(np.mean(values)), 3)


def text(card: dict) -> str:
    """Return `card.json` for people."""
    lines = [
        "# The miniature's models",
        "",
        "Five experts and the target of the embedded default, made by `snakemake forge`.",
        "All figures are measured on the written bf16 files, against execution.",
        "",
        f"- parameters: {card['parameters']:,} each, bf16",
        f"- judges' errors: mean pairwise correlation {card['judge_error_correlation']}",
        "",
        "| model | areas | " + " | ".join(AREAS) + " | all |",
        "| --- | --- |" + " --- |" * (len(AREAS) + 1),
    ]
    for name, skill in card["skills"].items():
        shares = " | ".join(f"{skill['pass'][area]:.2f}" for area in AREAS)
        areas = ", ".join(card["areas"][name])
        lines.append(f"| {name} | {areas} | {shares} | {skill['pass_mean']:.2f} |")
    keys = ["judge_accuracy", "judge_parse", "difficulty_spearman", "difficulty_parse"]
    keys += ["mined_1.0", "mined_1.1", "mined_1.2", "unique_1.0", "difficulty_6_or_more"]
    lines += ["", "pass: share of right answers at T 1.0, top-p 0.95.", ""]
    lines += ["| model | " + " | ".join(keys) + " |", "| --- |" + " --- |" * len(keys)]
    for name, skill in card["skills"].items():
        if "judge_accuracy" in skill:
            lines.append(f"| {name} | " + " | ".join(f"{skill[k]:.3f}" for k in keys) + " |")
    lines += [
        "",
        "## Hyper-parameters",
        "",
        "```json",
        json.dumps(card["hyperparameters"], indent=1),
        "```",
    ]
    lines += ["", "## Files (sha256)", ""]
    lines += [f"- `{path}` {digest}" for path, digest in card["files"].items()]
    return "\n".join(lines) + "\n"
