"""Write docs/scale.md: jobs, GPU-hours and room of config/paper.yaml: `make scale`."""

import re
import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

import yaml

from warriorcoder.analysis import scale
from warriorcoder.config import validate

EXPERTS = (5, 10, 20)
HEAD = [f"{n} experts" for n in EXPERTS]
PAGE = """# What the full scale takes

Written by `make scale` from `config/paper.yaml`; do not edit. Experts beyond the config's are its
own once more under other names, with rosters of 10 and 20 beside those of 1, 2 and 5.

## Jobs

As `snakemake -n` plans them. `mining.parts: 10` makes ten times as many `mine_instructions`.

{jobs}

## GPU-hours

{hours}

## Room, in GB

{room}

Added experts bring no weights here: 2 GB for every billion parameters that are really new.

## Assumed

{assumed}

A token takes 2 FLOPs for every active parameter, 6 in training.

{parameters}
"""


def planned(raw: dict) -> dict[str, int]:
    """Rule → jobs of a run from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.yaml"
        file.write_text(yaml.safe_dump(raw | {"results": folder}, sort_keys=False))
        command = [sys.executable, "-m", "snakemake", "-n", "--configfile", file]
        plan = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    stats = plan[plan.index("Job stats:") :].split("\n\n")[0]
    return {rule: int(jobs) for rule, jobs in re.findall(r"^(\w+) +(\d+)$", stats, re.M)}


def table(head: list[str], rows: list[list]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def figures(raw: dict) -> dict[str, str]:
    """The parts of the page that need no plan."""
    assumptions = scale.Assumptions()
    estimates = [scale.estimate(validate(scale.grow(raw, n)), assumptions) for n in EXPERTS]

    def of(name: str, digits: int) -> str:
        values = {
            stages[0].name: [getattr(stage, name) for stage in stages]
            for stages in zip(*estimates, strict=True)
        }
        values["together"] = [sum(column) for column in zip(*values.values(), strict=True)]
        return table(
            ["stage", *HEAD],
            [[key, *(f"{x:,.{digits}f}" for x in row)] for key, row in values.items() if any(row)],
        )

    return {
        "hours": of("gpu_hours", 0),
        "room": of("gigabytes", 1),
        "assumed": table(
            ["what", "value"],
            [
                [each.metadata["meaning"], f"{getattr(assumptions, each.name):g}"]
                for each in fields(scale.Assumptions)
            ],
        ),
        "parameters": table(
            ["parameters, 10⁹", "active", "all"],
            [[model, *sizes] for model, sizes in scale.PARAMETERS.items()],
        ),
    }


def jobs(plans: list[dict[str, int]]) -> str:
    """Rules whose number of jobs depends on the experts; the others in one row."""
    rows = {rule: [plan[rule] for plan in plans] for rule in plans[0]}
    total = rows.pop("total")
    growing = {rule: row for rule, row in rows.items() if len(set(row)) > 1}
    rest = [all_ - sum(column) for all_, *column in zip(total, *growing.values(), strict=True)]
    named = growing | {"the others": rest, "together": total}
    return table(["rule", *HEAD], [[rule, *row] for rule, row in named.items()])


if __name__ == "__main__":
    paper = yaml.safe_load(Path("config/paper.yaml").read_text())
    plans = [planned(scale.grow(paper, n)) for n in EXPERTS]
    Path("docs/scale.md").write_text(PAGE.format(jobs=jobs(plans), **figures(paper)))
