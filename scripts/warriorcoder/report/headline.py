"""The end of a run in a terminal: what the summary says, on one screen."""

BAR = 30


def text(summary: dict) -> str:
    """Return the headline table of `summary.summarise` as text without a trailing newline."""
    parts = [_passes(summary), _arena(summary), _cost(summary)]
    return "\n\n".join(part for part in parts if part)


def _passes(summary: dict) -> str:
    scores = dict(summary["pass_at_1"])
    problems = scores.pop("n")
    if not scores:
        return f"{summary['name']}: no HumanEval results"
    wide = max(map(len, scores))
    lines = [
        f"{summary['name']}: pass@1 on HumanEval ({summary['pass_at_1_dataset']}, n = {problems})"
    ]
    for model, value in sorted(scores.items(), key=lambda item: (item[0] != "base", item[1])):
        low, high = summary["pass_at_1_ci95"][model]
        bar = "█" * round(BAR * value)
        star = "  <- main" if model == summary["main_roster"] else ""
        lines.append(
            f"  {model:<{wide}}  {100 * value:5.1f} %  [{100 * low:.1f}, {100 * high:.1f}]  "
            f"{bar:<{BAR}}{star}".rstrip()
        )
    return "\n".join(lines)


def _arena(summary: dict) -> str:
    counts = summary["counts"]
    said = [_parsed(summary, "verdict", "verdicts")]
    said.append(_parsed(summary, "difficulty", "difficulty ratings"))
    if summary["judge_accuracy"] is not None:
        said.append(f"judges right {_percent(summary['judge_accuracy'])}")
    lines = [
        f"arena: {counts['instructions']:,} instructions, {counts['battles']:,} battles, "
        f"{counts['votes']:,} votes",
        "  " + ", ".join(said),
    ]
    if summary["elo"]:
        ranked = sorted(summary["elo"].items(), key=lambda item: -item[1])
        lines.append("  Elo: " + ", ".join(f"{expert} {rating:.0f}" for expert, rating in ranked))
    return "\n".join(lines)


def _parsed(summary: dict, what: str, name: str) -> str:
    again = summary["asked_again"][what]
    asked = f" ({_percent(again)} asked again)" if again else ""
    return f"{name} parsed {_percent(summary['parse_rate'][what])}{asked}"


def _cost(summary: dict) -> str:
    loads, made = summary["model_loads"]["total"], summary["generated_rows"]["total"]
    return (
        f"cost: {summary['cpu_seconds']['total']:,.0f} CPU seconds, {loads:,} model loads, "
        f"{made:,} rows generated, {summary['reused_rows']['total']:,} from the cache"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
