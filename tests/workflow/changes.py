"""The table of re-runs: a change, and the exact set of jobs that it runs.

The last column is what generates rows: only these rules run a model, and whatever they re-run for
another reason than their own rows comes from the row cache (`test_rows.py` counts for real).
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

from rewording import reword
from workflow.edits import (
    append,
    key,
    replace,
    reverse,
    rewrite_dates,
    spell_paths_otherwise,
    touch_everything,
)
from workflow.following import (
    ARENA_REPORTS,
    AUTHORS,
    BATTLES,
    BUDGETED,
    CHECK,
    CURATION,
    DATA_REPORTS,
    DATASETS,
    DIFFICULTY,
    EMBEDDINGS,
    GOLD,
    HISTORY,
    JUDGED,
    LENGTHS,
    MINING,
    MODELS,
    RATINGS,
    SAMPLES,
    SELECTION,
    SEQUENTIAL,
    TABLES,
    TRAINED_ALONE,
    TRAINING,
    VOTES,
    jobs,
    scores,
)

QUEN = "scripts/warriorcoder/miniature/weights/quen"

# One job makes all files of an expert: which ones is no part of what a file holds.
UNIONS = ("mine_instructions", "rate_difficulty", "answer_instructions", "judge_battles")


@dataclass(frozen=True)
class Change:
    """`edit` changes the config in place; `files` a copy of the project instead."""

    name: str
    runs: set[str]
    edit: Callable[[dict], None] | None = None
    files: Callable | None = None


def append_expert(raw: dict) -> None:
    raw["experts"].append({"name": "quen", "model": QUEN})
    raw["rosters"]["four"] = {"experts": [*AUTHORS, "quen"]}


# A new expert's first judge is athene; llamax and quq have her as theirs. Who votes, and on whose
# battles, changes in every roster.
WITH_QUEN = (*AUTHORS, "quen")
RESCORED = ("llamax", "quq", "quen")
APPENDED = {
    *jobs("mine_instructions", "quen 1-of-1"),
    *jobs("curate_instructions", "quen"),
    *jobs("rate_difficulty", "athene"),
    *jobs("embed_instructions", *RESCORED),
    *jobs("select_instructions", *RESCORED),
    *jobs("schedule_battles", *WITH_QUEN),
    *jobs("answer_instructions", *WITH_QUEN),
    *jobs("judge_battles", *WITH_QUEN),
    *jobs("rate_experts", "four"),
    *jobs("crown_answers", "four"),
    *jobs("train_target", "four"),
    *jobs("generate_samples", "four"),
    *scores("four"),
    *ARENA_REPORTS,
    *LENGTHS,
    *DATA_REPORTS,
    *RATINGS,
}
# Whoever only judges changes no roster without battles.
NEW_JUDGE = (JUDGED - jobs("judge_battles", *AUTHORS)) | jobs("judge_battles", "quen")
# A roster of one reads all of its expert's own answers; the other rosters' judges read them, too.
SOLO = {
    *jobs("answer_instructions", "quq"),
    *JUDGED,
    *jobs("rate_experts", "solo"),
    *jobs("crown_answers", "solo"),
    *jobs("train_target", "solo"),
    *jobs("generate_samples", "solo"),
    *scores("solo"),
}
REPORTED = TABLES | HISTORY | {"assess_judges", "tabulate_judges", "plot_ratings"}
# quq no longer writes: only the battle between athene and llamax is left, and quq judges it.
LEFT = ("athene", "llamax")
REMOVED = {
    *jobs("rate_difficulty", *LEFT),
    *jobs("embed_instructions", *LEFT),
    *jobs("select_instructions", *LEFT),
    *jobs("schedule_battles", *LEFT),
    *jobs("answer_instructions", *LEFT),
    *jobs("judge_battles", "quq"),
    *ARENA_REPORTS,
    *LENGTHS,
    *DATA_REPORTS,
    *RATINGS,
}

PARTS = (MINING - jobs("mine_instructions", *(f"{author} 1-of-1" for author in AUTHORS))) | jobs(
    "mine_instructions", *(f"{author} {i}-of-2" for author in AUTHORS for i in (1, 2))
)

TABLE = [
    Change("nothing", set()),
    Change("touch every file", set(), files=touch_everything),
    Change("fresh clone, results copied", set(), files=rewrite_dates),
    Change(
        "comment in a script and a helper",
        set(),
        files=append("scripts/rate_experts.py", "scripts/warriorcoder/arena/elo.py"),
    ),
    Change(
        "helper edited",
        RATINGS,
        files=replace(("arena/elo.py", "/ 400", "/ 401")),
    ),
    Change(
        "all messages, docstrings and annotations of functions reworded",
        set(),
        files=lambda project: reword(project.folder / "scripts"),
    ),
    Change(
        "plumbing edited",
        set(),
        files=replace(
            ("core/atomic.py", ".tmp", ".part"),
            ("core/devices.py", "time.sleep(5)", "time.sleep(6)"),
            ("models/engines/failures.py", "float16", "half"),
            ("training/launch.py", "process.kill()", "process.terminate()"),
        ),
    ),
    Change(
        "a word of the difficulty prompt",
        DIFFICULTY,
        files=replace(("curation/difficulty_prompt.py", "clear, specific", "clear and specific")),
    ),
    Change(
        "another type of a column of votes",
        VOTES,
        files=replace(("arena/tables.py", '"shown_first": TEXT', '"shown_first": INT')),
    ),
    Change(
        "environment of the ranks",
        CHECK | TRAINING,
        files=replace(("training/torchrun.py", '"1",  # the same sums', '"2",  # the same sums')),
    ),
    Change("report caption edited", set(), files=append("rules/report/benchmarks.rst")),
    Change("environment file edited", set(), files=append("envs/*.yaml")),
    Change("K", RATINGS, key("rating", "k", 32)),
    Change("α", GOLD, key("rating", "alpha", 0.5)),
    Change("least margin", GOLD, lambda raw: raw.update(export={"min_margin": 0.1})),
    Change("answers cut for judges", JUDGED, key("arena", "max_answer_tokens", 20)),
    Change("judges asked again", JUDGED, key("arena", "on_invalid", "ask_again")),
    Change("raters asked again", DIFFICULTY, key("difficulty", "on_invalid", "ask_again")),
    Change("seed", MINING | DATASETS | CHECK, lambda raw: raw.update(seed=7)),
    Change(
        "threshold d",
        EMBEDDINGS | {"plot_difficulty", "tabulate_examples"},
        key("difficulty", "threshold", 5),
    ),
    Change("a preset where all is said", set(), lambda raw: raw.update(fidelity="recommended")),
    Change("difficulty levels", DIFFICULTY, key("difficulty", "levels", "official-code")),
    Change("requests only", CURATION, key("curation", "requests_only", True)),
    Change(
        "another measure of near-duplicates",
        CURATION,
        key("curation", "near_duplicates", "requests"),
    ),
    Change("blind code", SELECTION, key("decontamination", "code_tokens", 20)),
    Change("decontamination off", SELECTION, key("decontamination", "ngram_words", None)),
    Change("outliers", SELECTION, key("compression", "outliers", 0.1)),
    Change("rounds", SELECTION, key("compression", "instructions_per_expert", 2)),
    Change("judging", SEQUENTIAL, key("arena", "judging", "sequential")),
    Change(
        "budget",
        BUDGETED,
        lambda raw: raw["arena"].update(schedule="round_robin", judging="information", budget=0.5),
    ),
    Change("schedule", BATTLES, key("arena", "schedule", "round_robin")),
    Change(
        "benchmark removed",
        (SELECTION | SAMPLES) - scores(*MODELS, of=["ds1000"]),
        lambda raw: raw["benchmarks"].pop("ds1000"),
    ),
    Change("benchmark sizes", DATASETS | SELECTION, key("world", "humaneval", 5)),
    Change("training steps", TRAINING, key("training", "steps", 3)),
    Change(
        "epochs of one roster",
        TRAINED_ALONE,
        lambda raw: raw["rosters"]["one"].update(epochs=3),
    ),
    Change("learning rate", CHECK | TRAINING, key("training", "learning_rate", 1e-3)),
    Change("learning-rate schedule", CHECK | TRAINING, key("training", "lr_schedule", "cosine")),
    Change("number of ranks", CHECK, key("training", "processes", 2)),
    Change("ZeRO stage", CHECK, key("training", "zero_stage", 3)),
    Change("rows of a pass", CHECK, key("training", "micro_batch", 1)),
    Change("balance of passes", CHECK, key("training", "balance", "tokens")),
    Change("attention", CHECK, key("training", "attention", "sdpa")),
    Change("activation checkpointing", CHECK, key("training", "activation_checkpointing", True)),
    Change("overlapped communication", CHECK, key("training", "overlap_comm", False)),
    Change("services", CHECK, key("training", "report_to", ["wandb"])),
    Change("accumulation", CHECK | TRAINING, key("training", "accumulation", "bf16")),
    Change("rows held out", TRAINING, key("training", "validation_share", 0.1)),
    Change("temperature added", MINING, key("mining", "temperatures", [1.0, 1.1, 1.2])),
    Change("temperature removed", MINING, key("mining", "temperatures", [1.0])),
    Change(
        "part count",
        PARTS,
        key("mining", "parts", 2),
    ),
    Change("rosters in another order", REPORTED, reverse("rosters")),
    Change("benchmarks in another order", TABLES, reverse("benchmarks")),
    Change("local folders spelled otherwise", set(), spell_paths_otherwise),
    Change("expert appended", APPENDED, append_expert),
    Change(
        "judge appended",
        NEW_JUDGE,
        lambda raw: raw["experts"].append(
            {"name": "quen", "model": QUEN, "roles": ["judge"]},
        ),
    ),
    Change(
        "roster of one added",
        SOLO,
        lambda raw: raw["rosters"].update(solo={"experts": ["quq"]}),
    ),
    Change(
        "model revision",
        jobs("mine_instructions", "llamax 1-of-1")
        | jobs("curate_instructions", "llamax", "quq")
        | DIFFICULTY,
        lambda raw: raw["experts"][1].update(revision="b" * 40),
    ),
    Change(
        "expert removed from a roster",
        REMOVED,
        lambda raw: raw["rosters"]["three"]["experts"].remove("quq"),
    ),
]


# Where results came without records, these jobs of a change do not run: their files keep their rows
# (only files that they read are cut or bundled in another way).
KEPT = {
    "part count": PARTS,
    "rosters in another order": REPORTED - HISTORY,
    "expert removed from a roster": jobs("embed_instructions", *LEFT)
    | jobs("select_instructions", *LEFT),
}


def config(base: dict, change: Change) -> dict:
    raw = copy.deepcopy(base)
    if change.edit:
        change.edit(raw)
    return raw
