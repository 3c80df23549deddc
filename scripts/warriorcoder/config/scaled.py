"""The config of a rehearsal, which runs a config at a small share.

Amounts shrink: mined and entered rows, selected instructions, training steps and benchmark
problems. Settings that decide a single row stay, so that the mined rows of a rehearsal are the
first rows of the real run's shards, and its entered rows the first of their files.
"""

import math

from warriorcoder.config import mining
from warriorcoder.config.whole import Config

LEAST = {"rows": mining.LEAST, "instructions": 8, "steps": 2, "problems": 5}


def scaled(raw: dict, config: Config) -> dict:
    """Return `raw` at the share `config.rehearsal.share`, without a rehearsal of its own.

    A shard of the transformers engine keeps whole batches, because rows depend on their batch. No
    amount grows.

    Args:
        raw: a config as its file gives it.
        config: the same, validated.
    """
    share = config.rehearsal.share if config.rehearsal else 1.0

    def part(amount: int, kind: str) -> int:
        return min(amount, max(LEAST[kind], math.ceil(share * amount)))

    def shorter(section: dict) -> dict:
        return section | (
            {"steps": part(section["steps"], "steps")} if section.get("steps") else {}
        )

    mined, batch = config.mining.per_config, 1
    if config.engine.kind == "transformers":
        batch = config.engine.batch_size
    rows = min(mined, math.ceil(part(mined, "rows") / batch) * batch)
    chosen = part(config.compression.instructions_per_expert, "instructions")
    problems = {name: part(config.problems_of(name), "problems") for name in config.benchmarks}
    return raw | {
        "name": f"{config.name[:30]}-rehearsal",
        "results": f"{config.results.rstrip('/')}-rehearsal",
        "rehearsal": None,
        "mining": raw["mining"]
        | {"per_config": rows, "parts": 1, "entered_share": share * config.mining.entered_share},
        "compression": raw["compression"] | {"instructions_per_expert": chosen},
        "training": shorter(raw["training"]),
        "rosters": {name: shorter(roster) for name, roster in raw["rosters"].items()},
        "benchmarks": {
            name: spec | {"problems": problems[name]} for name, spec in raw["benchmarks"].items()
        },
    }
