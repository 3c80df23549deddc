"""Cost of a configuration on GPUs and disks, before anything has run: rows × tokens × FLOPs.

Rows follow from the configuration, battles from the schedule itself, less what a budget leaves out
(what `sequential` and `skipping` will save is not known: they count as `full`). What else nobody
knows before (lengths, yields, how well GPUs are used) is in `Assumptions`, printed beside the
result.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import polars as pl

from warriorcoder.arena.budgeted import affordable
from warriorcoder.arena.schedule import battles
from warriorcoder.arena.voters import PLAYERS
from warriorcoder.config.experts import Expert
from warriorcoder.config.judges import judges_of, may_judge
from warriorcoder.config.whole import Config
from warriorcoder.download import hub
from warriorcoder.mining.amounts import instructions
from warriorcoder.models import fit, shapes
from warriorcoder.models.shapes import Shape

DEALT = 1000  # instructions an author deals here; schedules deal evenly: more are in proportion
DIMENSIONS = 1024  # of all-roberta-large-v1
UNKNOWN = Shape(70, 80, 8192, 64, 8, 128, 32768)  # of a model whose sizes nothing here says
# Dense bf16 FLOP/s by a part of the GPU's name (the first that fits), of the vendors' data sheets.
FLOPS = {
    "H200": 989e12,
    "H100": 989e12,
    "A100": 312e12,
    "L40S": 362e12,
    "L40": 181e12,
    "L4": 121e12,
    "6000 Ada": 364e12,
    "A6000": 155e12,
    "4090": 165e12,
    "3090": 71e12,
    "A10": 70e12,
}


def assume(value: float, meaning: str):
    """Return the field of an assumption with a default and its meaning."""
    return field(default=value, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Assumptions:
    """Assumptions of the estimate about hardware and lengths of texts."""

    flops: float = assume(989e12, "dense bf16 FLOP/s of a GPU (H100 or H200 SXM)")
    read: float = assume(0.4, "share of it while prompts are read and texts embedded")
    write: float = assume(0.1, "share of it while tokens are generated, in large batches")
    train: float = assume(0.35, "share of it in training")
    load: float = assume(6, "minutes to start a job and load its model, on all GPUs of the job")
    template: float = assume(350, "tokens of a stage's own prompt")
    instruction: float = assume(150, "tokens of a mined instruction")
    answer: float = assume(700, "tokens of an answer")
    thought: float = assume(3000, "tokens that a reasoning expert thinks before each of its texts")
    verdict: float = assume(350, "tokens of a vote, or of a difficulty rating")
    sample: float = assume(250, "tokens of a benchmark sample")
    row: float = assume(1200, "tokens of a padded training row")
    curated: float = assume(0.5, "share of mined rows left by filters and deduplication")
    hard: float = assume(0.5, "share of curated rows at or above the difficulty threshold")
    stored: float = assume(1.6, "bytes a token takes in a Parquet file, per copy of its text")
    cached: float = assume(4, "bytes a token takes in the row cache")


# A core with AVX2 in fp32, with models so small that starting a job costs as much as its rows.
ON_CPU = replace(Assumptions(), flops=2e11, read=0.6, write=0.05, load=0.12)


@dataclass(frozen=True)
class Stage:
    """rows: what the stage makes. tokens: what its models write. gigabytes: of its tables."""

    name: str
    rows: float
    gpu_hours: float = 0.0
    gigabytes: float = 0.0
    tokens: float = 0.0


def grow(raw: dict, experts: int, parts: int = 1) -> dict:
    """Return `raw` with so many experts, repeating the given ones, and rosters of 10 and 20."""
    given = raw["experts"]
    more = [given[n % len(given)] | {"name": f"expert-{n + 1}"} for n in range(len(given), experts)]
    named = [*given[:experts], *more]
    names = [expert["name"] for expert in named]
    rosters = {f"roster_{n}": {"experts": names[:n]} for n in (10, 20) if n <= experts}
    return raw | {
        "experts": named,
        "rosters": raw["rosters"] | rosters,
        "mining": raw["mining"] | {"parts": parts},
    }


def estimate(config: Config, a: Assumptions) -> list[Stage]:
    """Return the stages that need GPUs, and what else takes room.

    Raises:
        FileError: an expert's file of instructions is invalid.
    """
    rosters = [roster.experts for roster in config.rosters.values()]
    fighters = [config.expert(name) for name in config.answerers]
    miners = [config.expert(name) for name in config.authors]
    judges = [config.expert(name) for name in config.judges]
    mined = {miner.name: instructions(config.mining, miner) for miner in miners}
    hard = sum(mined.values()) * a.curated * a.hard
    budget = config.compression.instructions_per_expert
    chosen = {name: min(budget, rows * a.curated * a.hard) for name, rows in mined.items()}
    fought = _battles(config, [*mined]).with_columns(
        rows=pl.col("author").replace_strict(chosen, return_dtype=pl.Float64) / DEALT
    )
    training, runs = config.training, len(config.rosters)
    target = Expert(name="target", model=training.base, gpus=training.gpus)
    sampled = [target] * (runs + 1)
    sampled += [spec for row, spec in config.scored.items() if row != "base"]
    problems = sum(
        config.problems_of(name) * sum(decoding.n for decoding in benchmark.decodings)
        for name, benchmark in config.benchmarks.items()
    )
    instruction = min(a.instruction, config.mining.max_tokens)
    answer = min(a.answer, config.answers.max_tokens)
    longest = max(b.max_tokens for b in config.benchmarks.values())

    def generation(name: str, rows: dict[str, float], prompt: float, new: Callable, loads=1):
        """Return a stage of models that write `rows[expert]` rows, `new(expert)` tokens each."""
        asked = [(config.expert(each), n) for each, n in rows.items() if n]
        return _generation(name, asked, prompt, new, loads, a)

    def thinking(tokens: float, section: str) -> Callable:
        """Return a function: the tokens of an expert's text with its thoughts, or its limit."""

        def of(spec: Expert) -> float:
            limit = getattr(spec.max_tokens, section) or getattr(config, section).max_tokens
            return min(tokens + thought(spec), limit)

        return of

    def thought(spec: Expert) -> float:
        return a.thought if spec.reasoning != "none" else 0

    ask = a.template + instruction
    embedding = hard * 2e9 * _active(config.compression.embedder) * instruction
    start = a.load / 60  # hours
    loaded = {spec.model for spec in config.loaded.values() if not spec.api}
    weights, base = _size(loaded - {training.base}), _size([training.base])
    gold = {
        name: sum(rows for miner, rows in chosen.items() if miner in roster.experts)
        for name, roster in config.rosters.items()
    }
    trained = training.global_batch * sum(
        config.training_of(name).steps_over(rows) for name, rows in gold.items()
    )
    training_flops = trained * 6e9 * _active(training.base) * min(a.row, training.max_length)
    generated = [
        generation(
            "mine_instructions",
            {miner.name: mined[miner.name] for miner in miners if "mine" in miner.generates},
            a.template / 10,  # the chat template alone
            lambda _: instruction,
            config.mining.parts,
        ),
        generation(
            "rate_difficulty",
            _ratings(config, judges, {name: rows * a.curated for name, rows in mined.items()}),
            ask,
            thinking(a.verdict, "difficulty"),
        ),
        generation(
            "answer_instructions",
            {
                e.name: _answers(e.name, fought, rosters, chosen.get(e.name, 0))
                for e in fighters
                if "answer" in e.generates
            },
            ask,
            thinking(a.answer, "answers"),
        ),
        generation(
            "judge_battles",
            {judge.name: _votes(config, judge.name, fought) for judge in judges},
            ask + 2 * answer,
            thinking(a.verdict, "arena"),
            _rounds(config, rosters),
        ),
        _generation(
            "generate_samples",
            [(spec, problems) for spec in sampled],
            a.template,
            lambda spec: min(a.sample + thought(spec), longest),
            1,
            a,
        ),
    ]
    return [
        *generated[:2],
        Stage(
            "embed_instructions",
            hard,
            embedding / a.read / a.flops / 3600 + len(miners) * start,
            hard * 4 * DIMENSIONS / 1e9,
        ),
        *generated[2:4],
        Stage(
            "crown_answers",
            sum(gold.values()),
            0,
            sum(gold.values()) * 4 * (answer + instruction) * a.stored / 1e9,
        ),
        Stage(
            "train_target",
            trained,
            training_flops / a.train / a.flops / 3600 + runs * start * (training.gpus or 1),
            base * runs,
        ),
        generated[4],
        Stage("row cache", 0, 0, sum(stage.tokens for stage in generated) * a.cached / 1e9),
        Stage(
            "a training while it runs",
            0,
            0,
            fit.disk_training(shape_of(training.base).parameters * 1e9) / 1e9,
        ),
        Stage("weights from the hub", 0, 0, weights + base),
    ]


def _generation(name, asked: list[tuple[Expert, float]], prompt, new, loads, a) -> Stage:
    rows = sum(n for _, n in asked)
    tokens = sum(n * new(spec) for spec, n in asked)
    seconds = sum(
        n * 2e9 * _active(spec.model) * (prompt / a.read + new(spec) / a.write) / a.flops
        + loads * 60 * a.load * (spec.gpus or 1)
        for spec, n in asked
    )
    return Stage(name, rows, seconds / 3600, tokens * 2 * a.stored / 1e9, tokens)  # text and raw


def _battles(config: Config, authors: list[str]) -> pl.DataFrame:
    """Battles on `DEALT` instructions of every author."""
    rosters = {name: r.experts for name, r in config.rosters.items() if len(r.experts) > 1}
    return pl.concat(
        battles(
            [f"{author}:{n}" for n in range(DEALT)],
            author,
            rosters,
            config.arena.schedule,
            config.seed,
        )
        for author in authors
    )


def _ratings(config, judges, curated: dict[str, float]) -> dict[str, float]:
    names, k = [judge.name for judge in judges], config.difficulty.judges_per_author
    asked = {author: judges_of(author, names, k) for author in curated}
    return {judge: sum(n for a, n in curated.items() if judge in asked[a]) for judge in names}


def _answers(name, fought, rosters, chosen) -> float:
    plays = (pl.col("attacker") == name) | (pl.col("defender") == name)
    asked = fought.filter(plays).unique("id")
    if [name] in rosters:  # its own roster takes all that it wrote
        return asked.filter(pl.col("author") != name)["rows"].sum() + chosen
    return asked["rows"].sum()


def _votes(config, name, fought) -> float:
    judged = fought.filter(may_judge(name, *PLAYERS))
    every = judged["rows"].sum() * config.arena.votes_each
    return every * (config.arena.budget or 1)


def _rounds(config: Config, rosters: list[list[str]]) -> int:
    """Return how often a judge is loaded."""
    if not config.arena.budgeted:
        return 1
    return affordable.most_rounds(config.arena, rosters)


def shape_of(model: str) -> Shape:
    """Return the shape of a model or embedder; an unknown one counts as a dense one of 70 B."""
    try:
        return shapes.of(hub.locate(model)) or UNKNOWN
    except FileNotFoundError:  # the package of an embedder is in another environment
        return shapes.EMBEDDER


def _active(model: str) -> float:
    return shape_of(model).used


def _size(models) -> float:
    """Return the gigabytes of the models' weights in their files."""
    return sum(shape_of(model).bytes() / 1e9 for model in set(models))
