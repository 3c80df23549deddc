"""Write docs/scale.md: jobs, GPU-hours and room of the shipped configs: `make scale`."""

import re
import subprocess
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

import yaml

from warriorcoder.config.reading import validate
from warriorcoder.models.shapes import KNOWN
from warriorcoder.report import scale

EXPERTS = (5, 10, 20)
# Config → the GPUs of its hours, and its experts and target in words.
FAMILY = {
    "gpus-1x80": ("H100", "five experts of 7-16 B, a target of 1.3 B"),
    "gpus-4x48": ("L40S", "five experts of 8-32 B, a target of 6.7 B"),
    "gpus-2x24": ("4090", "five experts of 7-8 B in 4 bits, a target of 1.3 B"),
}
HEAD = [f"{n} experts" for n in EXPERTS]
PAGE = """# What the full scale takes

`make scale` writes this page. Do not edit it. The last three sections describe the configs that
they name. All others describe `config/paper.yaml`. The runs with more experts repeat the config's
experts under other names, and have rosters of 10 and 20 beside those of 1, 2 and 5. `snakemake
rehearsal` estimates a real run from what a small share of it took.

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

The added experts bring no weights here. A model that is really new adds 2 GB for every billion
parameters.

## Assumed

{assumed}

A token takes 2 FLOPs for every active parameter, 6 in training.

{parameters}

{family}
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


def figures(raw: dict) -> dict[str, str]:
    """Return the parts of the page that need no plan, for the paper's config."""
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
            [[model, shape.used, shape.parameters] for model, shape in KNOWN.items()],
        ),
    }


def member(name: str, raw: dict) -> str:
    """Return a config's table of stages, under its GPUs and its models."""
    gpu, models = FAMILY[name]
    assumptions = replace(scale.Assumptions(), flops=scale.FLOPS[gpu])
    stages = scale.estimate(validate(raw), assumptions)
    rows = [[each.name, each.rows, each.gpu_hours, each.gigabytes] for each in stages]
    rows.append(
        ["together", 0, *(sum(column) for column in zip(*(r[2:] for r in rows), strict=True))]
    )
    cells = [
        [name, f"{n:,.0f}" if n else "", f"{hours:.1f}" if hours else "", f"{room:,.1f}"]
        for name, n, hours, room in rows
    ]
    head = f"`config/{name}.yaml`: {models}. GPU-hours of the {gpu}, {assumptions.flops:g} FLOP/s."
    return head + "\n\n" + table(["stage", "rows", "GPU-hours", "GB"], cells)


def jobs(plans: list[dict[str, int]]) -> str:
    """Rules whose number of jobs depends on the experts; the others in one row."""
    rows = {rule: [plan[rule] for plan in plans] for rule in plans[0]}
    total = rows.pop("total")
    growing = {rule: row for rule, row in rows.items() if len(set(row)) > 1}
    rest = [all_ - sum(column) for all_, *column in zip(total, *growing.values(), strict=True)]
    named = growing | {"the others": rest, "together": total}
    return table(["rule", *HEAD], [[rule, *row] for rule, row in named.items()])


def load(name: str) -> dict:
    """Return a shipped config as it is written."""
    return yaml.safe_load(Path(f"config/{name}.yaml").read_text())


if __name__ == "__main__":
    paper = load("paper")
    plans = [planned(scale.grow(paper, n)) for n in EXPERTS]
    family = [f"## {name}\n\n{member(name, load(name))}" for name in FAMILY]
    page = {
        "plan": plans[0],
        "jobs": jobs([counts(plan) for plan in plans]),
        "family": "\n\n".join(family),
        **figures(paper),
    }
    Path("docs/scale.md").write_text(PAGE.format(**page))
