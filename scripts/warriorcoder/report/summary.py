"""`report/summary.json`: the figures of a run under stable keys, for programs and the terminal."""

import polars as pl

from warriorcoder.config.rating import Rating
from warriorcoder.gold import final_score
from warriorcoder.report import standings
from warriorcoder.report.comparison import METRICS, main_roster

NAMED = ("model", "low", "high")
CONDITIONS: tuple[str, ...] = (
    "n",
    "dataset",
    "setting",
    "dataset_sha256",
    "evalplus",
    "isolation",
    "timeouts",
)
CONDITIONS += ("references_failed", "slowdown", "notes")


def summarise(
    *,
    name: str,
    rosters: dict[str, dict],
    rating: Rating,
    results: pl.DataFrame,
    judged: pl.DataFrame,
    remaining: pl.DataFrame,
    ratings: pl.DataFrame,
    truth: dict | None,
    counts: dict,
    spent: pl.DataFrame,
) -> dict:
    """Return the summary.

    Args:
        name: of the config.
        rosters: name → {"experts", "gold"}.
        rating: its snapshot decides which Elo is `elo`.
        results: from `measured.read_results`.
        judged: from `judges.table`.
        remaining: from `yields.left`.
        ratings: table `ratings`, all rosters.
        truth: from `accuracy.assess`, or None.
        counts: instructions, battles, votes, sft_rows.
        spent: from `costs.read`.
    """
    main = main_roster(rosters)
    rated = ratings.filter(roster=main)
    return {
        "name": name,
        "main_roster": main,
        **_pass_at_1(results),
        "benchmarks": _benchmarks(results),
        "parse_rate": {
            "verdict": _rate(judged, "parsed", "votes"),
            "difficulty": _rate(judged, "difficulty_parsed", "difficulty_ratings"),
        },
        "asked_again": {
            "verdict": _rate(judged, "asked_again", "votes"),
            "difficulty": _rate(judged, "difficulty_asked_again", "difficulty_ratings"),
        },
        "judge_accuracy": truth["accuracy"] if truth else None,
        "answer_accuracy": truth["answer_accuracy"] if truth else None,
        "gold_accuracy": truth["gold_accuracy"] if truth else None,
        "funnel": _funnel(remaining),
        "elo": standings.of_expert(rated, final_score.SNAPSHOT[rating.snapshot]),
        "bradley_terry": standings.of_expert(rated, "bradley_terry"),
        "judge_aware": standings.of_expert(rated, "judge_aware"),
        "counts": counts,
        "seconds": _by_rule(spent, "seconds"),
        "cpu_seconds": _by_rule(spent, "cpu_seconds"),
        "model_loads": _by_rule(spent, "loads"),
        "generated_rows": _by_rule(spent, "generated"),
        "reused_rows": _by_rule(spent, "reused"),
    }


def _pass_at_1(results: pl.DataFrame) -> dict:
    """HumanEval's pass@1 per model and `n`, its problems; intervals and version beside it.

    Where the config has several HumanEvals it is the first one's.
    """
    rows = results.filter(metric="humaneval", k=1)
    rows = rows.filter(pl.col("benchmark") == rows["benchmark"].first())
    return {
        "pass_at_1": dict(rows.select("model", "value").iter_rows()) | {"n": rows["n"].max()},
        "pass_at_1_ci95": {model: ci95 for model, *ci95 in rows.select(NAMED).iter_rows()},
        "pass_at_1_dataset": rows["dataset"].first(),
    }


def _benchmarks(results: pl.DataFrame) -> dict:
    """model → `metric pass@k` → value, interval, and what it was measured on and under.

    Where a model has a metric on several data sets or settings, the key names those too.
    """
    several = results.select(pl.struct("model", "metric", "k").is_duplicated()).to_series()
    found: dict = {}
    for row, ambiguous in zip(results.iter_rows(named=True), several, strict=True):
        key = f"{row['metric']} pass@{row['k']}"
        if ambiguous:
            key += f" ({row['dataset']}, {row['setting']})"
        found.setdefault(row["model"], {})[key] = {
            "value": row["value"],
            "ci95": [row["low"], row["high"]],
            **{name: row[name] for name in CONDITIONS},
        }
    return found


def title(key: str) -> str:
    """Return a key of `benchmarks` for readers: `humaneval+ pass@1` → `HumanEval+ pass@1`."""
    metric, _, rest = key.partition(" ")
    if metric.startswith("ds1000"):
        return f"DS-1000{metric.removeprefix('ds1000').replace('/', ' ')} {rest}"
    return f"{METRICS.get(metric, metric)} {rest}"


def _funnel(remaining: pl.DataFrame) -> dict:
    """expert → sampling → stage → rows."""
    found: dict = {}
    for expert, sampling, stage, rows in remaining.iter_rows():
        found.setdefault(expert, {}).setdefault(sampling, {})[stage] = rows
    return found


def _rate(judged: pl.DataFrame, part: str, whole: str) -> float | None:
    n = int(judged[whole].sum())
    return int(judged[part].sum()) / n if n else None


def _by_rule(spent: pl.DataFrame, column: str) -> dict:
    """rule → sum, for rules that have one, and their `total`."""
    rows = spent.select("rule", column).drop_nulls()
    digits = 3 if rows.schema[column].is_float() else 0
    per_rule = {rule: round(value, digits) for rule, value in rows.iter_rows()}
    return per_rule | {"total": round(sum(per_rule.values()), digits)}
