"""Doubts that a run's own figures raise: the warnings of its first page."""

from collections.abc import Mapping

from warriorcoder.report.summary import title

SOUND = 0.95  # share of the judges' texts that a sound run parses
TEXTS = {"verdict": "verdicts", "difficulty": "difficulty ratings"}


def find(summary: Mapping, rosters: Mapping[str, Mapping], truth: Mapping | None) -> list[str]:
    """Return warnings, a sentence or two each.

    Args:
        summary: from `summary.summarise`.
        rosters: name → {"experts", "gold"}.
        truth: from `accuracy.assess`, or None where no answer can be executed.
    """
    main = summary["main_roster"]
    trained = summary["benchmarks"].get(main, {})
    found = [
        f"{100 * (1 - share):.1f} % of the {TEXTS[what]} could not be parsed."
        for what, share in summary["parse_rate"].items()
        if share is not None and share < SOUND
    ]
    found += [
        f"{100 * share:.1f} % of the {TEXTS[what]} held no mark, so that the judge was asked again "
        "and had to choose one."
        for what, share in summary["asked_again"].items()
        if share is not None and share > 1 - SOUND
    ]
    found += _gains(summary["benchmarks"].get("base", {}), trained)
    found += _plus(trained)
    for key, figure in trained.items():
        found += _conditions(title(key), figure)
    return found + (_executed(main, rosters, truth) if truth else [])


def _gains(base: Mapping[str, Mapping], trained: Mapping[str, Mapping]) -> list[str]:
    pairs = {key: (base[key], figure) for key, figure in trained.items() if key in base}
    below = [title(key) for key, (old, new) in pairs.items() if new["value"] < old["value"]]
    unclear = [
        f"{title(key)} (n = {new['n']})"
        for key, (old, new) in pairs.items()
        if new["ci95"][0] <= old["ci95"][1] and old["ci95"][0] <= new["ci95"][1]
    ]
    said = [f"The trained model scores below the base in {', '.join(below)}."] if below else []
    if unclear:
        said.append(
            f"The intervals of the base and the trained model overlap in {', '.join(unclear)}. "
            "More problems may tell the models apart."
        )
    return said


def _plus(trained: Mapping[str, Mapping]) -> list[str]:
    same = [
        title(key).partition(" pass@")[0]
        for key, figure in trained.items()
        if (plus := trained.get(key.replace(" pass@", "+ pass@")))
        and plus["n"] == figure["n"]
        and plus["value"] == figure["value"] > 0
    ]
    names = " or ".join(dict.fromkeys(same))
    return (
        [f"No plus input of {names} fails a program that passes its other inputs."] if same else []
    )


def _conditions(name: str, figure: Mapping) -> list[str]:
    said = []
    if figure["timeouts"]:
        said.append(f"{name}: {figure['timeouts']} samples timed out.")
    if figure["references_failed"]:
        said.append(f"{name}: {figure['references_failed']} reference solutions fail here.")
    if figure["isolation"] not in (None, "bubblewrap"):
        said.append(f"{name}: programs ran with the isolation {figure['isolation']}.")
    return said


def _executed(main: str, rosters: Mapping[str, Mapping], truth: Mapping) -> list[str]:
    said = [
        f"Judge {judge} is right in {100 * row['accuracy']:.1f} % of the verdicts, a judge that "
        f"always ties in {100 * truth['always_tie']:.1f} %."
        for judge, row in truth["per_judge"].items()
        if row["accuracy"] is not None and row["accuracy"] <= truth["always_tie"]
    ]
    shares = truth["gold_accuracy"]
    for name, share in shares.items():
        control = rosters[name].get("gold") == "random"
        if control and None not in (share, shares.get(main)) and share >= shares[main]:
            said.append(f"The random answers of {name} are right as often as those of {main}.")
    return said
