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
from warriorcoder.mining.shards import ENTERED
from warriorcoder.provenance import records

STAGES = ("mined", "difficulty", "selected", "battles", "answers", "votes", "ratings")
SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M"}
PASSPORT = {
    "id": "expert : sampling config : row of the instruction",
    "author": "expert that wrote the instruction, from nothing but its chat template, or that "
    "stands for a file of instructions",
    "cluster": "id that stands for its near-duplicates",
    "difficulty": "median of `difficulty_scores`, 1 to 10 (Eq. 1)",
    "rank": "place in k-center greedy's order over its author's instructions",
    "radius": "covering radius after this pick, cosine distance",
    "shard": "expert / sampling config: the file that it was mined into; `file` for instructions "
    "of a file",
    "row": "number in its shard",
    "sampling": "temperature and top-p of the mining",
    "seed": "of this row's mining",
    "model": "that mined it, or the file that held it",
    "revision": "of that model",
    "prefix_sha256": "of the token ids of the chat template before the user's turn",
    "stability": "share of 200 resamples of its votes in which the winner stays",
    "difficulty_scores": "every difficulty judge and its score; null where none could be read",
    "answers": "every answerer, its seed, how it ended, its tokens",
    "votes": "every vote: players, judge, whose answer was shown first, tokens that the judge did "
    "not read of an answer too long for it, verdict, vote",
    "battles": "every battle: votes for each, all votes (0: nobody was asked, x is expected), "
    "local score x (Eq. 2), expected score X (Eq. 3)",
    "scores": "every candidate: battles, mean x, mean X, score e (Eq. 5)",
    "ratings": "every expert's rating that entered Eq. 5",
    "judge_prompt_sha256": "of the prompt that asked for the votes",
}
SFT = {
    "messages": "the instruction and the winning answer, as a conversation",
    "prompt": "the instruction, the first turn of `messages`",
    "completion": "the winning answer, its last turn, which alone carries loss in TRL",
    "winner": "expert that answered",
    "score": "its score e (Eq. 5)",
    "margin": "that score less the next candidate's; null where it had no rival",
}
PREFERENCES = {
    "prompt": "the instruction, as a conversation",
    "chosen": "the winning answer",
    "rejected": "an answer that scored lower",
    "chosen_expert": "who wrote the one",
    "rejected_expert": "who wrote the other",
    "margin": "difference of their scores e (Eq. 5)",
}
SCORED = {
    "instruction": "its text",
    "candidate": "expert that answered",
    "answer": "its text",
    "n_tokens": "of the answer",
    "battles": "that the candidate fought on it",
    "local": "mean x over them (Eq. 2)",
    "expected": "mean X over them (Eq. 3)",
    "score": "e (Eq. 5)",
    "gold": "whether it is the gold answer of its instruction",
}
WHAT = """Code LLMs wrote instructions, answered each other's, and voted on answers of others; the
winners are a training set (*WarriorCoder: Learning from Expert Battles to Augment Code Large
Language Models*, Feng et al., 2025)."""
LICENCE = """Instructions and answers are what the models below wrote. Their licences and terms of
use apply, and some restrict which other models may be trained on such texts, how those are named,
or commercial use: read every one of them before you publish this set or a model trained on it.
Nobody has checked the texts for personal data, for passages of other people's works, or for
correctness: the winner is what the judges preferred."""


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
    gold = "the answer with the highest score" if record["gold"] == "winner" else "a random answer"
    front = {
        "pretty_name": f"WarriorCoder, {roster}",
        "language": ["en"],
        "license": "other",
        "task_categories": ["text-generation"],
        "size_categories": [next((name for n, name in SIZES.items() if kept < n), "n>1M")],
        "tags": ["code", "synthetic", "preference-data", "warriorcoder"],
        "configs": [
            {"config_name": "sft", "data_files": "sft.parquet", "default": True},
            {"config_name": "preferences", "data_files": "preferences.parquet"},
            {"config_name": "scored", "data_files": "scored.parquet"},
        ],
    }
    return [
        f"---\n{yaml.safe_dump(front, sort_keys=False)}---",
        f"# WarriorCoder: roster {roster}",
        f"\n{WHAT}",
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
        "\n## Columns",
        *_columns("`sft`", SFT, sft),
        *_columns("`preferences`", PREFERENCES, preferences),
        *_columns("Both, the row's passport", PASSPORT, sft),
        *_columns("`scored`", {name: PASSPORT[name] for name in ("id", "author")} | SCORED, scored),
        "\n## How it was made\n",
        f"- Mined with sampling {_samplings(sft)}.",
        f"- Kept from difficulty {_of(made, 'selected', 'difficulty', 'threshold')} up, "
        f"{_of(made, 'selected', 'compression', 'instructions_per_expert')} instructions an author "
        "at most.",
        f"- Battles: {_pairing(made)}; verdicts: {_prompts(made)}.",
        f"- Gold is {gold}: Elo `{rating.snapshot}`, K = {elo.k:g}, α = {rating.alpha:g}.",
        f"- Seed {record['seed']}. Code {record['code']}.",
        "\n## Licence\n",
        LICENCE,
        "",
        *_table(["expert", "model", "revision", "wrote"], _models(made)),
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
    return [(*model, ", ".join(parts)) for model, parts in wrote.items()]


def _columns(title: str, told: dict[str, str], frame: pl.DataFrame) -> list[str]:
    rows = [(f"`{name}`", told[name]) for name in frame.columns if name in told]
    return [f"\n{title}:\n", *_table(["column", "meaning"], rows)]


def _table(head: list[str], rows: list[tuple]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]
