"""Write docs/scale.md: jobs, GPU-hours and room of the shipped configs: `make scale`."""

import re
import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

import yaml

from warriorcoder.config.reading import validate
from warriorcoder.report import scale

EXPERTS = (5, 10, 20)
HEAD = [f"{n} experts" for n in EXPERTS]
PAGE = """# What the full scale takes

Written by `make scale`; do not edit. All but the last section is of `config/paper.yaml`. Experts
beyond the config's are its own once more under other names, with rosters of 10 and 20 beside those
of 1, 2 and 5.

## Jobs

`snakemake -n --configfile config/paper.yaml` ends with:

```
{plan}
```

With more experts: `mining.parts: 10` makes ten times as many `mine_instructions`.

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

## One GPU

`config/one-gpu.yaml`, {planned} jobs: five experts of 7-16 B, a target of 1.3 B. Its GPU-hours are
hours, as its jobs take turns.

{one_gpu}
"""


def planned(raw: dict) -> str:
    """The job counts of a run from nothing, as Snakemake prints them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.yaml"
        file.write_text(yaml.safe_dump(raw | {"results": folder}, sort_keys=False))
        command = [sys.executable, "-m", "snakemake", "-n", "--configfile", file]
        plan = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return plan[plan.index("Job stats:") :].split("\n\n")[0].rstrip()


def counts(plan: str) -> dict[str, int]:
    """Return rule → number of jobs in a plan."""
    return {rule: int(jobs) for rule, jobs in re.findall(r"^(\w+) +(\d+)$", plan, re.M)}


def table(head: list[str], rows: list[list]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def figures(raw: dict, small: dict) -> dict[str, str]:
    """Return the parts of the page that need no plan, for the paper's and the small config."""
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
        "one_gpu": one_gpu(scale.estimate(validate(small), assumptions)),
    }


def one_gpu(stages: list[scale.Stage]) -> str:
    """Return the table of the config for one GPU."""
    rows = [[each.name, each.rows, each.gpu_hours, each.gigabytes] for each in stages]
    rows.append(
        ["together", 0, *(sum(column) for column in zip(*(r[2:] for r in rows), strict=True))]
    )
    cells = [
        [name, f"{n:,.0f}" if n else "", f"{hours:.1f}" if hours else "", f"{room:,.1f}"]
        for name, n, hours, room in rows
    ]
    return table(["stage", "rows", "GPU-hours", "GB"], cells)


def jobs(plans: list[dict[str, int]]) -> str:
    """Rules whose number of jobs depends on the experts; the others in one row."""
    rows = {rule: [plan[rule] for plan in plans] for rule in plans[0]}
    total = rows.pop("total")
    growing = {rule: row for rule, row in rows.items() if len(set(row)) > 1}
    rest = [all_ - sum(column) for all_, *column in zip(total, *growing.values(), strict=True)]
    named = growing | {"the others": rest, "together": total}
    return table(["rule", *HEAD], [[rule, *row] for rule, row in named.items()])


if __name__ == "__main__":
    paper, small = (
        yaml.safe_load(Path(f"config/{name}.yaml").read_text()) for name in ("paper", "one-gpu")
    )
    plans = [planned(scale.grow(paper, n)) for n in EXPERTS]
    page = {
        "plan": plans[0],
        "jobs": jobs([counts(plan) for plan in plans]),
        "planned": counts(planned(small))["total"],
        **figures(paper, small),
    }
    Path("docs/scale.md").write_text(PAGE.format(**page))
