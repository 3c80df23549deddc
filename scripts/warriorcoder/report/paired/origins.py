"""The config and code behind two models, from the records in their files."""

from collections import defaultdict
from pathlib import Path

from warriorcoder.provenance import records
from warriorcoder.report.paired.sides import Side

SHARED = {  # stage → its files, which all models of a run share
    "mining": "mined/*/*/*.parquet",
    "curation": "curated/*.parquet",
    "difficulty": "difficulty/*/*.parquet",
    "embedding": "embeddings/*.parquet",
    "selection": "selected/*.parquet",
    "battles": "battles/*.parquet",
    "answers": "answers/*/*.parquet",
    "votes": "votes/*/*/*.parquet",
}
OWN = {
    "ratings": "ratings/{model}.parquet",
    "gold": "gold/{model}/scored.parquet",
    "training": "checkpoints/{model}/COMPLETED",
    "samples": "benchmarks/{model}/*/samples.parquet",
    "scores": "benchmarks/{model}/*/results.json",
}
CODE = "code"


def differences(a: Side, b: Side) -> dict[str, list[str]]:
    """Return difference → the stages in whose records it stands.

    A difference is `rating.alpha: 0.7 → 0.3`, `code`, or files that one side lacks. A stage whose
    code differs is listed under `code`.
    """
    found: dict[str, list[str]] = defaultdict(list)
    same_run = a.results.resolve() == b.results.resolve()
    for stage, pattern in (OWN if same_run else SHARED | OWN).items():
        one, two = (_files(side, pattern) for side in (a, b))
        for name, left, right in ((a.name, one, two), (b.name, two, one)):
            if alone := left.keys() - right.keys():
                found[f"files only in {name}: {len(alone)}"].append(stage)
        lines: dict[str, None] = {}
        for name in sorted(one.keys() & two.keys()):
            before, now = _record(one[name], a), _record(two[name], b)
            lines |= dict.fromkeys(records.differences(before, now))
        for line in lines:
            found[CODE if line.endswith(CODE) else line].append(stage)
    return {line: list(dict.fromkeys(stages)) for line, stages in found.items()}


def _files(side: Side, pattern: str) -> dict[str, Path]:
    """Return name → path. The name is the same on both sides."""
    paths = side.results.glob(pattern.format(model=side.model))
    names = {path: path.relative_to(side.results).as_posix() for path in paths}
    return {name.replace(f"/{side.model}", "/", 1): path for path, name in names.items()}


def _record(path: Path, side: Side) -> dict:
    return _neutral(records.read(path) or {}, side)


def _neutral(value, side: Side):
    """Return a value with the model's name and checkpoint replaced, which differ by nature."""
    if isinstance(value, dict):
        return {key: _neutral(item, side) for key, item in value.items()}
    if isinstance(value, list):
        return [_neutral(item, side) for item in value]
    if value == side.model:
        return "(model)"
    trained = isinstance(value, str) and value.endswith(f"checkpoints/{side.model}")
    return "(checkpoint)" if trained else value
