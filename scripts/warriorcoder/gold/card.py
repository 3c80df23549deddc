"""The dataset card: `README.md` beside a roster's training sets, as the Hugging Face hub reads it.

What it says of the making is read from the files that the sets are made of
(provenance.records), not from the config.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import yaml

from warriorcoder.config.gold import Export
from warriorcoder.config.rating import Rating
from warriorcoder.core.atomic import atomic
from warriorcoder.core.seeds import digest
from warriorcoder.gold import licences, shown
from warriorcoder.gold.columns import CONFIGS, LEAN, PAIRS, PASSPORT, PREFERENCES, SCORED, SFT
from warriorcoder.mining.shards import ENTERED
from warriorcoder.provenance import records

STAGES = ("mined", "difficulty", "selected", "battles", "answers", "votes", "ratings")
SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M"}
METHOD = """the method of *WarriorCoder: Learning from Expert Battles to Augment Code Large Language
Models* (Feng et al., 2025)."""
WHAT = {
    "winner": f"""Code LLMs wrote instructions, answered each other's, and voted on answers of
others. The winners are a training set, by {METHOD}""",
    "random": f"""A control of {METHOD}
Code LLMs wrote instructions and answered each other's. The answers of this set are drawn at random
from all candidates. Nobody preferred them.""",
    "one": f"""One code LLM wrote instructions and answered them itself, as the smallest roster of
{METHOD} There was no battle and no vote, so no answer won against another one.""",
}
GOLD = {
    "winner": "the answer with the highest score",
    "random": "a random answer, and scores are those of its battles",
    "one": "the expert's own answer",
}
KIND = {"winner": "", "random": " (control)", "one": " (one expert)"}
PLACE = "NAMESPACE/NAME"  # of the set in examples of code
USE = f"""```python
from datasets import load_dataset
from trl import SFTConfig, SFTTrainer

rows = load_dataset("{PLACE}", split="train")  # the config `sft`
passports = load_dataset("{PLACE}", "passport", split="train")

arguments = SFTConfig(output_dir="checkpoint", learning_rate=1e-5, num_train_epochs=1)
SFTTrainer(model="deepseek-ai/deepseek-coder-6.7b-base", args=arguments, train_dataset=rows).train()
```

TRL finds `prompt` and `completion` and puts loss on the reply alone. The tokenizer needs a chat
template. The place may also be the folder of this card."""
LICENCE = """Instructions and answers are what the models below wrote. Their licences and terms of
use apply, and some restrict which other models may be trained on such texts, how those are named,
or commercial use: read every one of them before you publish this set or a model trained on it.
Nobody has checked the texts for personal data, for passages of other people's works, or for
correctness."""


def kind(record: dict) -> str:
    """Return the kind of a roster's gold answers: `winner`, `random`, or `one` for one expert."""
    return "one" if len(record["experts"]) == 1 else record["gold"]


def judge_prompt(votes: Iterable[str]) -> str | None:
    """Return the sha256 of the prompt behind files of votes; None without votes.

    Raises:
        ValueError: the files hold answers to different prompts.
    """
    found = {path: (records.read(path) or {})["prompt"]["sha256"] for path in votes}
    if len(set(found.values())) > 1:
        odd = next(path for path in found if found[path] != next(iter(found.values())))
        raise ValueError(
            f"{odd}: its judge read another prompt than the others. Delete it and run snakemake."
        )
    return next(iter(found.values()), None)


def write(
    path: str | Path,
    record: dict,
    inputs,
    scored: pl.DataFrame,
    sft: pl.DataFrame,
    preferences: pl.DataFrame,
    left_out: pl.DataFrame,
) -> None:
    """Write the card, atomically.

    Args:
        record: of the training sets.
        inputs: the files that they are made of, by `STAGES`.
        left_out: columns id, reason (`exports.left_out`).
    """
    made = {stage: _records(getattr(inputs, stage)) for stage in STAGES}
    with atomic(path) as temporary:
        text = "\n".join(_lines(record, made, scored, sft, preferences, left_out))
        temporary.write_text(text + "\n", encoding="utf-8")


def _lines(record, made, scored, sft, preferences, left_out) -> list[str]:
    roster, export = record["roster"], Export(**record["export"])
    rating, elo = (Rating.recorded(r["rating"]) for r in (record, made["ratings"][0]))
    asked, kept = scored["id"].n_unique(), len(sft)
    told = kind(record)
    frames = {"preferences": preferences, "scored": scored}
    configs = {name: each for name, each in CONFIGS.items() if len(frames.get(name, sft))}
    tags = ["code", "synthetic", "warriorcoder"]
    front = {
        "pretty_name": f"WarriorCoder, {roster}{KIND[told]}",
        "language": ["en"],
        "license": "other",
        "task_categories": ["text-generation"],
        "size_categories": [next((name for n, name in SIZES.items() if kept < n), "n>1M")],
        "tags": tags + (["preference-data"] if "preferences" in configs else []),
        "configs": [
            {"config_name": name, "data_files": file}
            | ({"columns": columns} if columns else {})
            | ({"default": True} if name == "sft" else {})
            for name, (file, columns) in configs.items()
        ],
    }
    return [
        f"---\n{yaml.safe_dump(front, sort_keys=False)}---",
        f"# WarriorCoder: roster {roster}{KIND[told]}",
        f"\n{WHAT[told]}",
        "\n## Use\n",
        USE,
        "\n## Rows\n",
        *_table(
            ["instructions", "left out", "sft", "preferences", "scored"],
            [(asked, len(left_out), kept, len(preferences), len(scored))],
        ),
        "",
        *_table(
            ["expert", "instructions written", "gold answers written"],
            [
                (
                    expert,
                    scored.filter(pl.col("author") == expert)["id"].n_unique(),
                    len(sft.filter(pl.col("winner") == expert)),
                )
                for expert in record["experts"]
            ],
        ),
        "\nLeft out are instructions whose winner came to no final answer "
        f"({len(left_out.filter(reason='empty'))}) or is less certain than asked for "
        f"({_options(export)}).",
        *_pairs(preferences),
        "",
        *_table(["value", *shown.QUANTILES], shown.statistics(sft)),
        "\n## Example\n",
        *shown.example(sft),
        "\n## Columns",
        *_columns("`sft`, the default", SFT | PASSPORT, sft.select(LEAN)),
        *(
            _columns("`preferences`", PREFERENCES | PASSPORT, preferences.select(PAIRS))
            if "preferences" in configs
            else []
        ),
        *_columns("`passport`, each column of `sft.parquet`", SFT | PASSPORT, sft),
        *_columns("`scored`", {name: PASSPORT[name] for name in ("id", "author")} | SCORED, scored),
        "\n## How it was made\n",
        f"- Mined with sampling {_samplings(sft)}.",
        f"- Kept from difficulty {_of(made, 'selected', 'difficulty', 'threshold')} up, "
        f"{_of(made, 'selected', 'compression', 'instructions_per_expert')} instructions an author "
        "at most.",
        f"- Gold is {GOLD[told]}.",
        *([] if told == "one" else _contest(made, rating, elo)),
        f"- Seed {record['seed']}. Code {record['code']}.",
        "\n## Licence\n",
        LICENCE,
        "",
        *_table(["expert", "model", "revision", "wrote", "licence"], _models(made)),
        "\n## Records\n",
        "All that decides each file (code, config, models) is kept in the file; its digest:\n",
        *_table(
            ["files", "digests"],
            [
                (stage, ", ".join(sorted({digest(r)[:16] for r in all_})))
                for stage, all_ in (made | {"gold": [record]}).items()
            ],
        ),
    ]


def _contest(made: dict, rating: Rating, elo: Rating) -> list[str]:
    return [
        f"- Battles: {_pairing(made)}; verdicts: {_prompts(made)}.",
        f"- Scores: Elo `{rating.snapshot}`, K = {elo.k:g}, α = {rating.alpha:g}.",
    ]


def _samplings(sft: pl.DataFrame) -> str:
    names = sorted(sft["sampling"].unique())
    return ", ".join("none (instructions of a file)" if n == ENTERED else n for n in names)


def _records(paths: str | Iterable[str]) -> list[dict]:
    paths = [paths] if isinstance(paths, str) else paths
    return [records.read(path) or {} for path in paths]


def _of(made: dict, stage: str, section: str, key: str) -> str:
    """Return the values of a config key in the records of another stage.

    A change of that stage's section re-runs nothing here, so its class is not used.
    """
    return ", ".join(sorted({str(each[section][key]) for each in made[stage]})) or "–"


def _pairing(made: dict) -> str:
    if any("budget" in each["arena"] for each in made["battles"]):
        judged, budget = (_of(made, "battles", "arena", key) for key in ("judging", "budget"))
        limit = "" if budget == "None" else f" with budget {budget}"
        return f"pairs chosen by `{judged}`{limit}, the others' results expected"
    return f"schedule `{_of(made, 'battles', 'arena', 'schedule')}`"


def _prompts(made: dict) -> str:
    versions = sorted({each["prompt"]["version"] for each in made["votes"]})
    return (
        f"the paper's {versions[0]}" if versions == ["Table 7"] else ", ".join(versions) or "none"
    )


def _options(export: Export) -> str:
    asked = export.model_dump(exclude_none=True)
    return (
        ", ".join(f"`{key}` {value:g}" for key, value in asked.items()) or "nothing was asked for"
    )


def _models(made: dict) -> list[tuple]:
    """(expert, model, revision, its part) of every model, or file, whose words are in the set."""
    wrote: dict[tuple, list[str]] = {}
    for stage, what in (("mined", "instructions"), ("answers", "answers"), ("votes", "votes")):
        for each in made[stage]:
            spec, file = each["expert"], each.get("file")
            source = (file["path"], file["sha256"]) if file else (spec["model"], spec["revision"])
            parts = wrote.setdefault((spec["name"], source[0], source[1][:12]), [])
            parts += [what] if what not in parts else []
    return [
        (name, model, revision, ", ".join(parts), _licence(model))
        for (name, model, revision), parts in wrote.items()
    ]


def _licence(model: str) -> str:
    found = licences.of(model)
    return f"[{found.name}]({found.link})" if found.link.startswith("http") else found.name


def _pairs(preferences: pl.DataFrame) -> list[str]:
    """Return how many pairs the votes back, if there are pairs."""
    if preferences.is_empty():
        return ["\nThere are no preference pairs: no instruction has two answers with scores."]
    shares = {key: f"{100 * share:.1f} %" for key, share in shown.backed(preferences).items()}
    return [
        f"\nOf the preference pairs, {shares['met']} met in a battle that judges voted on, and "
        f"{shares['agree']} have more votes for the chosen answer there. The other pairs stand on "
        "ratings and on battles with other answers."
    ]


def _columns(title: str, told: dict[str, str], frame: pl.DataFrame) -> list[str]:
    rows = [(f"`{name}`", told[name]) for name in frame.columns if name in told]
    return [f"\n{title}:\n", *_table(["column", "meaning"], rows)]


def _table(head: list[str], rows: list[tuple]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]
