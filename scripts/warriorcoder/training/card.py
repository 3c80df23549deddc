"""The model card of a checkpoint: `README.md`, as the Hugging Face hub reads it.

It names base, data, recipe and limits. It holds no figure of a benchmark, because a checkpoint is
written before it is measured.
"""

from pathlib import Path

import yaml

from warriorcoder.core.paths import find

FILE = "README.md"
WHAT = """A code model, fine-tuned on instructions and answers of code models (*WarriorCoder:
Learning from Expert Battles to Augment Code Large Language Models*, Feng et al., 2025). The card of
the data set tells how the answers were chosen."""
LIMITS = """
- Nobody has checked the answers for correctness, for personal data or for passages of other
  people's works.
- The licences of the base and of the models that wrote instructions and answers apply. The card of
  the data set names these models.
- Replies end with the end token of the chat template in this folder. Another template gives other
  replies.
- Longer conversations than the rows of the training (`max_length` tokens) were never seen."""
ROWS = {
    "rows": "rows",
    "rows_cut": "rows cut at `max_length`",
    "rows_dropped": "rows dropped, because their prompts fill `max_length`",
    "rows_unended": "rows without an end token, because their answers are cut",
    "rows_held_out": "rows held out for the validation loss",
    "steps": "optimizer steps",
    "epochs": "epochs",
}
PLACES = ("base", "revision", "chat_template")


def write(folder: Path, name: str, base: str, facts: dict, data: str) -> None:
    """Write the card of a checkpoint.

    Args:
        folder: of the checkpoint.
        name: of the model.
        base: the target's hub id, or its local folder.
        facts: of the training, as its seal holds them.
        data: the SHA-256 of the training rows.
    """
    recipe = facts["training"]
    local = Path(find(base)).exists()
    head = {"library_name": "transformers", "pipeline_tag": "text-generation", "tags": ["code"]}
    head |= {} if local else {"base_model": base}
    keys = {key: value for key, value in recipe.items() if key not in PLACES and value is not None}
    keys |= {"seed": facts["seed"]}
    at = f", revision `{recipe['revision']}`" if recipe["revision"] else ""
    lines = [
        f"---\n{yaml.safe_dump(head, sort_keys=False)}---\n",
        f"# {name}\n\n{WHAT}\n",
        f"Base: `{Path(base).name if local else base}`{at}.",
        f"\n## Data\n\nSHA-256 of the rows: `{data}`\n",
        *_table("count", {words: facts[key] for key, words in ROWS.items()}),
        "\n## Recipe\n",
        *_table("key of `training`", {f"`{key}`": value for key, value in keys.items()}),
        f"\n## Limits\n{LIMITS}\n",
    ]
    (folder / FILE).write_text("\n".join(lines), encoding="utf-8")


def _table(head: str, rows: dict) -> list[str]:
    lines = [f"| {head} | value |", "| --- | --- |"]
    return [*lines, *(f"| {name} | {value} |" for name, value in rows.items())]
