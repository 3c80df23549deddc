"""The re-runs of each key in config/README.md, against dry runs with every key changed."""

import copy

import pytest
import yaml
from workflow.conftest import dry_runs

from warriorcoder.config.experts import Api
from warriorcoder.config.methods import Dpo, Lora
from warriorcoder.config.models import Model, Published
from warriorcoder.config.reference import RERUNS, reruns
from warriorcoder.config.whole import Config

pytestmark = pytest.mark.reruns

# Where in the micro config a section stands, and another value for each of its keys.
VALUES = {
    (): {"name": "other", "caution": "Tiny.", "seed": 7, "results": "elsewhere"},
    ("engine",): {
        "kind": "vllm",
        "dtype": "bfloat16",
        "batch_size": 51,
        "max_model_len": 512,
        "gpu_memory_utilization": 0.5,
        "tensor_parallel": 2,
        "max_num_seqs": 8,
        "max_num_batched_tokens": 4096,
        "extra": {"seed": 1},
    },
    ("experts", 1, "engine"): {
        "dtype": "bfloat16",
        "max_model_len": 512,
        "gpu_memory_utilization": 0.5,
        "tensor_parallel": 2,
        "max_num_seqs": 8,
        "max_num_batched_tokens": 4096,
        "extra": {"seed": 1},
    },
    ("experts", 1): {
        "name": "llamb",
        "model": "scripts/warriorcoder/miniature/weights/quen",
        "revision": "b" * 40,
        "roles": ["answer", "judge"],
        "gpus": 1,
        "chat_template": "config/templates/deepseek-coder.jinja",
        "template_date": "2025-01-01",
        "reasoning": "think",
        "instructions": "config/overlap_seed_tasks.jsonl",
        "answers": "config/overlap_seed_tasks.jsonl",
    },
    ("experts", 1, "max_tokens"): {"difficulty": 41, "answers": 98, "arena": 31},
    ("rosters", "one"): {
        "experts": ["athene", "llamax"],
        "gold": "random",
        "method": "lora",
        "steps": 3,
        "epochs": 2,
    },
    ("mining",): {
        "per_config": 25,
        "parts": 2,
        "temperatures": [1.0],
        "top_ps": [1.0],
        "max_tokens": 60,
    },
    ("curation",): {
        "min_chars": 9,
        "max_chars": 900,
        "min_ascii_share": 0.5,
        "requests_only": True,
        "language": "de",
        "shingle_words": 4,
        "near_duplicates": "requests",
        "permutations": 64,
        "jaccard": 0.8,
    },
    ("difficulty",): {
        "judges_per_author": 2,
        "threshold": 5,
        "levels": "official-code",
        "temperature": 0.5,
        "top_p": 0.5,
        "max_tokens": 40,
        "on_invalid": "ask_again",
        "min_parse_rate": 0.1,
    },
    ("decontamination",): {"ngram_words": 8, "code_tokens": 15},
    ("compression",): {
        "embedder": "another/embedder",
        "revision": "c" * 40,
        "dtype": "bfloat16",
        "batch_size": 8,
        "gpus": 1,
        "instructions_per_expert": 2,
        "outliers": 0.1,
    },
    ("answers",): {"temperature": 0.5, "top_p": 0.5, "max_tokens": 99},
    ("arena",): {
        "schedule": "round_robin",
        "orders": "both",
        "tie_mark": "C",
        "max_answer_tokens": 50,
        "temperature": 0.5,
        "top_p": 0.5,
        "max_tokens": 30,
        "on_invalid": "ask_again",
        "min_parse_rate": 0.1,
    },
    ("rating",): {
        "k": 32,
        "initial": 1500,
        "snapshot": "final",
        "permutations": 150,
        "bootstrap": 20,
        "alpha": 0.5,
    },
    ("export",): {"min_margin": 0.1, "min_stability": 0.5},
    ("training",): {
        "base": "scripts/warriorcoder/miniature/weights/quen",
        "revision": "d" * 40,
        "chat_template": "config/templates/deepseek-coder.jinja",
        "gpus": 1,
        "processes": 2,
        "timeout_minutes": 30,
        "checkpoint_minutes": 30,
        "zero_stage": 2,
        "precision": "bf16",
        "max_length": 128,
        "global_batch": 4,
        "micro_batch": 1,
        "balance": "tokens",
        "attention": "sdpa",
        "activation_checkpointing": True,
        "overlap_comm": False,
        "accumulation": "bf16",
        "validation_share": 0.1,
        "report_to": ["wandb"],
        "steps": 3,
        "epochs": 2,
        "lr_schedule": "cosine",
        "learning_rate": 1e-3,
        "weight_decay": 0.1,
        "warmup_ratio": 0.5,
    },
    ("benchmarks", "humaneval"): {"problems": 2},
    ("benchmarks", "cruxeval-i"): {
        "kind": "ds1000",
        "dataset": "{results}/datasets/mbpp.jsonl",
        "version": "other",
        "chain_of_thought": True,
        "max_tokens": 30,
        "seconds": 9,
        "memory_mb": 999,
    },
    ("benchmarks", "cruxeval-i", "decodings", 0): {
        "n": 6,
        "temperature": 0.3,
        "top_p": 0.5,
        "report": [2],
    },
    ("sandbox",): {"memory_mb": 999, "seconds": 3, "i_accept_weak_isolation": True},
    ("analysis",): {"examples": 3},
    ("analysis", "overlap_corpus"): {"dataset": "config/schemas/config.schema.json"},
    ("rehearsal",): {"share": 0.5},
    ("world",): {"humaneval": 5, "mbpp": 4, "cruxeval": 4, "ds1000": 3},
    ("cluster",): {"gpus": 1, "max_gpus": 4, "gpu_model": "h200", "gres": "gpu:h200"},
}
SECTIONS = {"experts": "Expert", "rosters": "Roster", "benchmarks": "Benchmark"}
# Not in the plans of a finished miniature: what is fetched, what needs consent, a container,
# several nodes or a server (test_served.py), an environment that is built, a report without its
# truth, other ways to judge (test_plans.py, test_judging.py), models beside the rosters
# (test_calibrate.py), files of instructions (test_entered.py), and methods of no roster
# (test_methods.py).
ELSEWHERE = {
    *("Hub.repo", "Hub.revision", "Hub.file"),
    *(f"{each}.{key}" for each in ("Benchmark", "Dataset") for key in ("url", "hub", "sha256")),
    *(
        "Sandbox.isolation",
        "Sandbox.container",
        "Arena.judging",
        "Arena.budget",
        "Benchmark.environment",
        "Analysis.truth",
        "Training.nodes",
        "Expert.api",
        "Mining.entered_share",
        "Roster.trains_on",
    ),
    *(f"Lora.{key}" for key in Lora.model_fields),
    *(f"Dpo.{key}" for key in Dpo.model_fields),
    *(f"Api.{key}" for key in Api.model_fields),
    *(f"Model.{key}" for key in Model.model_fields),
    *(f"Published.{key}" for key in Published.model_fields),
}


def section_of(place: tuple) -> str:
    if "decodings" in place:
        return "Decoding"
    if "max_tokens" in place:
        return "OwnLengths"
    if place[2:] == ("engine",):
        return "OwnEngine"
    if "overlap_corpus" in place:
        return "Dataset"
    return SECTIONS.get(place[0], place[0].capitalize()) if place else "Config"


CASES = {
    f"{section_of(place)}.{key}": (place, key, value)
    for place, values in VALUES.items()
    for key, value in values.items()
}


@pytest.fixture(scope="module")
def roots(finished, tmp_path_factory) -> dict[str, set[str]]:
    """Of each key: the rules that run although none of their inputs is made again."""
    folder, requests = tmp_path_factory.mktemp("keys"), []
    for name, (place, key, value) in CASES.items():
        raw = copy.deepcopy(finished.config)
        section = raw
        for step in place:
            section = section.setdefault(step, {}) if isinstance(section, dict) else section[step]
        section[key] = value
        if name == "Expert.name":
            raw["rosters"]["three"]["experts"][1] = value
        if name == "Training.epochs":
            del section["steps"]
        path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(raw, sort_keys=False))
        requests.append((finished, ["--configfile", str(path)]))
    found = {}
    for name, plan in zip(CASES, dry_runs(requests, folder), strict=True):
        assert plan.code == 0, f"{name}: {plan.text[-3000:]}"
        found[name] = {job.rule for job in plan.jobs if not job.follows}
    return found


@pytest.mark.parametrize("key", CASES)
def test_a_key_re_runs_what_the_reference_says(roots, key):
    said = reruns(*key.split("."))
    assert roots[key] == set(said)


def test_every_key_is_tried():
    schema = Config.model_json_schema()
    keys = {
        f"{name}.{key}"
        for name, section in {"Config": schema, **schema["$defs"]}.items()
        for key, field in section["properties"].items()
        if "description" in field
    }
    sections = {"Benchmark.decodings", "Config.fidelity", "Expert.engine", "Expert.max_tokens"}
    sections |= {"Training.engine", "Training.lora", "Training.dpo", "Analysis.overlap_corpus"}
    sections |= {
        f"Config.{name}"
        for name in ("experts", "rosters", "export", "world", "cluster", "rehearsal")
    }
    sections |= {"Config.models", "Config.published"}
    assert keys - sections - ELSEWHERE == set(CASES)
    assert set(RERUNS) <= {key for key in keys} | {name for name in schema["$defs"]}
