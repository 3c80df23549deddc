"""The config reference and schema, written by `python -m warriorcoder.config.reference`."""

import json
from pathlib import Path

from warriorcoder.config import presets
from warriorcoder.config.scaled import LEAST
from warriorcoder.config.whole import Config

CONFIG = Path(__file__).parents[3] / "config"
SCHEMA, README = CONFIG / "schemas/config.schema.json", CONFIG / "README.md"

HEAD = """# Configuration

One YAML file is one run: `config/miniature.yaml` is the default, `config/paper.yaml` the paper's.
`config/gpus-1x80.yaml`, `gpus-4x48.yaml` and `gpus-2x24.yaml` fit one GPU of 80 GB, four of 48 GB
and two of 24 GB. Take another with `snakemake --configfile FILE`. A file is used alone, never mixed
with the default. `warriorcoder doctor --config FILE` checks whether this machine can run it.
Several files are merged, and the last one wins: `config/baselines.yaml` holds only `models` and
`published`, and goes behind the file of a run (`--configfile config/paper.yaml
config/baselines.yaml`). `config/methods.yaml` goes behind the miniature's and compares training
methods. `doctor` and `pin` take several files, too (`--config`).
One key is changed for one run with `snakemake --config seed=7`.

A path of a model, template, data set, lock file or file of texts is looked up in the working
directory, and then in the folder of the clone. Results, `resources/` and `.cache/` lie in the
working directory. `~`, `$NAME` and `${{NAME}}` are expanded in every path but a lock file's. A
variable that is not set is an error.

The last column names the rules that a changed key runs first. The rules that read their outputs
follow, and nothing else runs (`make why` shows it, `tests/workflow/test_reference.py` tries the
keys). That is so under `arena.judging: full`. Other ways to judge have other rules in place of
`judge_battles`, and their rounds follow from ratings, so that keys of `rating` may buy votes. A
rule that runs again generates only the rows that the row cache (`.cache/rows`) does not hold.

`snakemake rehearsal` takes a config through all stages at the share `rehearsal.share`, and writes
into `{{results}}-rehearsal`. Each stage keeps at least {rows} rows per sampling config,
{instructions} instructions per author, {steps} training steps and {problems} problems per
benchmark, if the config has so many. Settings that decide a row stay. The mined rows are thus the
first rows of the real run, which takes them from the row cache. With the transformers engine shards
keep whole batches. Of a file of instructions the first rows enter, at that share and at least
{rows}. The last lines of the log and `report/real_run.html` estimate hours, GPU-hours,
bytes and memory of the real run.

This page and `schemas/config.schema.json` are written by `make schema`. Do not edit them.
"""

PRESETS = """
## Presets

`fidelity: NAME` fills these keys where the file leaves them out, from `config/fidelity/NAME.yaml`.
A key that is there wins. Without a preset keys whose default is *preset* are required.
`snakemake --config fidelity=recommended` changes the preset of a file
that names one, and runs what its keys run. Bold: not as the paper.
"""

CHOICES = presets.read(presets.NAMES[0])
MINE, SAMPLE, CHECK = "mine_instructions", "generate_samples", "check_training"
# Section, or one of its keys → the rules that run first when it changes.
RERUNS = {
    "Config.seed": (MINE, "build_miniature_benchmarks", CHECK),
    "Config.results": (MINE, "build_miniature_benchmarks", CHECK),
    "Config.name": ("write_explorer", "write_summary"),
    "Config.caution": ("write_summary",),
    "Engine": (MINE, SAMPLE),
    "Engine.gpu_memory_utilization": (),
    "Engine.max_num_seqs": (),
    "Engine.max_num_batched_tokens": (),
    "OwnEngine": (MINE, "rate_difficulty"),
    "OwnEngine.gpu_memory_utilization": (),
    "OwnEngine.max_num_seqs": (),
    "OwnEngine.max_num_batched_tokens": (),
    "Expert": (MINE, "rate_difficulty"),
    "Expert.roles": ("curate_instructions", "rate_difficulty"),
    "Expert.instructions": ("enter_instructions",),
    "Expert.answers": ("enter_answers",),
    "Expert.gpus": (),
    "Api": (),
    "Api.model": (MINE, "rate_difficulty"),
    "Api.protocol": (MINE, "rate_difficulty"),
    "Api.prompt": (MINE, "rate_difficulty"),
    "Api.body": (MINE, "rate_difficulty"),
    "Api.refused": (MINE, "rate_difficulty"),
    "OwnLengths.difficulty": ("rate_difficulty",),
    "OwnLengths.answers": ("answer_instructions",),
    "OwnLengths.arena": ("judge_battles",),
    "Roster.experts": ("schedule_battles",),
    "Roster.gold": ("crown_answers",),
    "Roster.trains_on": ("train_target",),
    "Roster.method": (CHECK, "train_target"),
    "Roster.steps": ("train_target",),
    "Roster.epochs": ("train_target",),
    "Mining": (MINE,),
    "Mining.entered_share": ("enter_instructions",),
    "Curation": ("curate_instructions",),
    "Difficulty": ("rate_difficulty",),
    "Difficulty.min_parse_rate": (),
    "Difficulty.threshold": ("embed_instructions", "plot_difficulty", "tabulate_examples"),
    "Decontamination": ("select_instructions",),
    "Compression": ("embed_instructions",),
    "Compression.gpus": (),
    "Compression.instructions_per_expert": ("select_instructions",),
    "Compression.outliers": ("select_instructions",),
    "Answers": ("answer_instructions",),
    "Arena": ("judge_battles",),
    "Arena.min_parse_rate": (),
    "Arena.schedule": ("schedule_battles",),
    "Arena.judging": ("judge_battles", "judge_in_turn", "plan_battles"),
    "Arena.budget": ("plan_battles",),
    "Rating": ("rate_experts",),
    "Rating.snapshot": ("crown_answers",),
    "Rating.alpha": ("crown_answers",),
    "Export": ("crown_answers",),
    "Training": (CHECK, "train_target"),
    "Training.base": (CHECK, "train_target", SAMPLE),
    "Training.revision": (CHECK, "train_target", SAMPLE),
    "Training.chat_template": (CHECK, "train_target", SAMPLE),
    "Training.engine": (SAMPLE,),
    "Training.gpus": (CHECK, "train_target"),  # training between none and some
    "Training.nodes": (CHECK,),
    "Training.processes": (CHECK,),
    "Training.micro_batch": (CHECK,),
    "Training.zero_stage": (CHECK,),
    "Training.steps": ("train_target",),
    "Training.epochs": ("train_target",),
    "Training.timeout_minutes": (),
    "Training.checkpoint_minutes": (),
    "Training.balance": (CHECK,),
    "Training.attention": (CHECK,),
    "Training.activation_checkpointing": (CHECK,),
    "Training.overlap_comm": (CHECK,),
    "Training.report_to": (CHECK,),
    "Training.validation_share": ("train_target",),
    "Lora": (CHECK, "train_target"),
    "Dpo": (CHECK, "train_target"),
    "Benchmark": (SAMPLE,),
    "Benchmark.kind": ("select_instructions", SAMPLE),
    "Benchmark.dataset": ("select_instructions", SAMPLE),
    "Benchmark.url": ("fetch_dataset",),
    "Benchmark.sha256": ("fetch_dataset",),
    "Benchmark.hub": ("fetch_dataset",),
    "Benchmark.problems": ("compute_ground_truth", SAMPLE),
    "Benchmark.version": ("score_benchmark",),
    "Benchmark.environment": ("build_environment", "score_benchmark"),
    "Benchmark.seconds": ("score_benchmark",),
    "Benchmark.memory_mb": ("score_benchmark",),
    "Decoding": (SAMPLE,),
    "Decoding.report": ("score_benchmark",),
    "Model": (SAMPLE,),
    "Model.gpus": (),
    "Published": ("compare_published",),
    "Hub": ("fetch_dataset",),
    "Sandbox": ("score_benchmark", "assess_judges"),
    "Sandbox.i_accept_weak_isolation": ("score_benchmark",),
    "Dataset": ("fetch_dataset",),
    "Dataset.dataset": ("plot_overlap",),
    "Analysis.truth": ("assess_judges", "tabulate_judges", "write_summary"),
    "Analysis.examples": ("tabulate_examples",),
    "World": ("build_miniature_benchmarks",),
    "Cluster": (),
    "Rehearsal": (),
}


def reruns(section: str, key: str) -> tuple[str, ...] | None:
    """Return the rules that run first when a key changes, or None for a key of sections."""
    return RERUNS.get(f"{section}.{key}", RERUNS.get(section))


def schema() -> str:
    """Return the text of the JSON schema."""
    return json.dumps(_model(), indent=2) + "\n"


def readme() -> str:
    """Return the reference page, with one table per section."""
    root = Config.model_json_schema()
    sections = {"Config": root} | {name: root["$defs"][name] for name in _in_order(root)}
    return (
        HEAD.format(**LEAST)
        + "".join(_section(name, model) for name, model in sections.items())
        + _presets()
    )


def _model() -> dict:
    """Return the models' JSON schema. A key that presets fill is not required."""
    root = Config.model_json_schema()
    for section, keys in CHOICES.items():
        part = root["$defs"][section.capitalize()]
        part["required"] = [key for key in part.get("required", []) if key not in keys]
        if not part["required"]:
            root["required"].remove(section)
    return root


def _in_order(root: dict) -> list[str]:
    """Return the sections in the order of the config, then the nested sections."""
    text = json.dumps(root["properties"]) + json.dumps(root["$defs"])
    return sorted(root["$defs"], key=lambda name: text.index(f"$defs/{name}"))


def _section(name: str, model: dict) -> str:
    title = "Top level" if name == "Config" else f"{name}"
    lines = [f"\n## {title}\n", "| key | type | default | meaning | re-runs |"]
    lines.append("| --- | --- | --- | --- | --- |")
    required, choices = model.get("required", []), CHOICES.get(name.lower(), {})
    for key, field in model["properties"].items():
        default = f"`{json.dumps(field.get('default'))}`"
        if key in required:
            default = "preset" if key in choices else "required"
        meaning = field.get("description", "A section of its own, below.")
        cells = [f"`{key}`", _type(field), default, meaning, _rules(reruns(name, key))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _presets() -> str:
    lines = [f"| key | {' | '.join(f'`{name}`' for name in presets.NAMES)} |"]
    lines.append(f"| --- {'| --- ' * len(presets.NAMES)}|")
    for key, values in presets.table().items():
        cells = [f"`{json.dumps(value)}`" for value in values]
        cells = [cell if cell == cells[0] else f"**{cell}**" for cell in cells]
        lines.append(f"| `{key}` | {' | '.join(cells)} |")
    return PRESETS + "\n" + "\n".join(lines) + "\n"


def _rules(rules: tuple[str, ...] | None) -> str:
    if rules is None:
        return "see there"
    return ", ".join(f"`{rule}`" for rule in rules) or "nothing"


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
        value = next(iter(named.values()))
        return f"name → {'anything' if value is True else _type(value)}"
    limits = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    bounds = " ".join(f"{sign} {field[key]:g}" for key, sign in limits.items() if key in field)
    return f"{field['type']} {bounds}".strip()


if __name__ == "__main__":
    SCHEMA.write_text(schema())
    README.write_text(readme())
