"""The config reference and schema: `python -m warriorcoder.reference` writes both."""

import json
from pathlib import Path

from warriorcoder.config import Config

CONFIG = Path(__file__).parents[2] / "config"
SCHEMA, README = CONFIG / "schemas/config.schema.json", CONFIG / "README.md"

HEAD = """# Configuration

One YAML file is one run: `config/miniature.yaml` is the default, `config/paper.yaml` the paper's.
Take another with `snakemake --configfile FILE`; a file is used alone, never mixed with the default.
One key is changed for one run with `snakemake --config seed=7`.

A changed key re-runs the rules named here and what depends on their outputs, nothing else
(`snakemake -n` shows the plan). A rule that runs again generates only the rows that the row cache
(`.cache/rows`) does not hold.

This page and `schemas/config.schema.json` are written by `make schema`; do not edit them.
"""

# Section → the rules whose params hold it.
RERUNS = {
    "Config": "`seed`: everything that draws. `results` moves everything. `name`: the summary.",
    "Engine": "Every rule that runs an expert or samples a benchmark; `batch_size` only under "
    "transformers, whose numbers depend on it.",
    "Expert": "Every rule that runs this expert; a new expert adds its own files and the votes "
    "it plays in or judges. `roles` and `gpus` re-run nothing by themselves.",
    "Roster": "That roster's `schedule_battles`, `rate_experts`, `crown_answers` and after. "
    "`gold`: `crown_answers` and after.",
    "Mining": "`mine_instructions` and after; `parts` cuts files, all rows come from the cache.",
    "Curation": "`curate_instructions` and after.",
    "Difficulty": "`rate_difficulty` and after. `threshold`: `embed_instructions`, "
    "`select_instructions` and after. `judges_per_author`: the new judges' ratings and after.",
    "Decontamination": "`select_instructions` and after.",
    "Compression": "`embed_instructions` and after. `instructions_per_expert`: "
    "`select_instructions` and after. `gpus`: nothing.",
    "Answers": "`answer_instructions` and after.",
    "Arena": "`judge_battles` and after. `schedule`: `schedule_battles` and after.",
    "Rating": "`rate_experts` and after. `snapshot`, `alpha`: `crown_answers` and after.",
    "Training": "`train_target` and after, and the base's samples where `base`, `revision` or "
    "`chat_template` change. `gpus`: nothing.",
    "Decoding": "`generate_samples` and after. `report`: `score_benchmark` and after.",
    "Benchmark": "`generate_samples`, `select_instructions` and after. `version`: "
    "`score_benchmark` and after.",
    "Sandbox": "`score_benchmark`, `assess_judges` and after.",
    "Analysis": "The analysis that the key names.",
    "World": "`build_miniature_benchmarks` and after.",
}


def schema() -> str:
    """The JSON schema, as text."""
    return json.dumps(Config.model_json_schema(), indent=2) + "\n"


def readme() -> str:
    """The reference page: one table a section."""
    root = Config.model_json_schema()
    sections = {"Config": root} | {name: root["$defs"][name] for name in _in_order(root)}
    return HEAD + "".join(_section(name, model) for name, model in sections.items())


def _in_order(root: dict) -> list[str]:
    """Sections in the order in which the config names them; sections within sections after."""
    text = json.dumps(root["properties"]) + json.dumps(root["$defs"])
    return sorted(root["$defs"], key=lambda name: text.index(f"$defs/{name}"))


def _section(name: str, model: dict) -> str:
    title = "Top level" if name == "Config" else f"{name}"
    lines = [f"\n## {title}\n", f"Re-runs: {RERUNS[name]}\n", "| key | type | default | meaning |"]
    lines.append("| --- | --- | --- | --- |")
    required = model.get("required", [])
    for key, field in model["properties"].items():
        default = "required" if key in required else f"`{json.dumps(field.get('default'))}`"
        meaning = field.get("description", "A section of its own, below.")
        lines.append(f"| `{key}` | {_type(field)} | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def _type(field: dict) -> str:
    if "$ref" in field:
        return field["$ref"].rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(_type(option) for option in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field["type"] == "array":
        return f"list of {_type(field['items'])}"
    if field["type"] == "object":
        named = field.get("patternProperties") or {"": field["additionalProperties"]}
        return f"name → {_type(next(iter(named.values())))}"
    limits = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    bounds = " ".join(f"{sign} {field[key]:g}" for key, sign in limits.items() if key in field)
    return f"{field['type']} {bounds}".strip()


if __name__ == "__main__":
    SCHEMA.write_text(schema())
    README.write_text(readme())
