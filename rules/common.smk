import os
import re
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError

from warriorcoder.config import reading, slices
from warriorcoder.miniature.hyperparameters import shipped
from warriorcoder.provenance import digests
from warriorcoder.provenance.digests import fingerprint

# Waiting threads sleep instead of spinning, so two jobs on two cores do not slow each other.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def validated(config):
    """Return the config as sections. No rule reads Snakemake's own `config` after this.

    Snakemake takes the last of two equal keys. The commands' reader refuses them.
    """
    try:
        for path in workflow.configfiles:
            reading.read(path)
        return reading.validate(config)
    except reading.ConfigError as error:
        raise WorkflowError(str(error)) from None


def one_of(names):
    """Return a wildcard constraint. Without names it matches nothing."""
    return "|".join(map(re.escape, names)) or "(?!)"


# --- paths ----------------------------------------------------------------------------------------


def out(path):
    """Return a path below the folder of results."""
    return f"{CONFIG.results}/{path}"


def logs(path):
    """Return the path of a log (`RULE/WILDCARDS.log`) or a benchmark (`RULE/WILDCARDS.tsv`)."""
    return out(f"logs/{path}")


# --- params ---------------------------------------------------------------------------------------

# Once for each script: a plan asks for each job.
code_digest = cache(digests.code_digest)


def record(script, /, *parts, **more):
    """Return a params function with everything that decides a job's files, except its inputs.

    `parts` are keys of the config (as dotted paths), slices of it, and functions of the wildcards
    that return slices. `more` are other values, or functions of the wildcards. The code of
    `scripts/{script}.py` and the seed always decide. The files keep their record
    (warriorcoder.provenance.records). The names of the files that a job makes are in separate
    params, so that an added file does not change the record of the others.
    """

    def of(wildcards):
        check_plan()
        made = {"code": code_digest(SCRIPTS / f"{script}.py"), "seed": CONFIG.seed}
        for part in parts:
            part = slices.pick(CONFIG, part) if isinstance(part, str) else part
            made = slices.merge(made, part(wildcards) if callable(part) else part)
        return made | {
            name: slices.plain(value(wildcards) if callable(value) else value)
            for name, value in more.items()
        }

    return of


def forged(script):
    """Return a params function with the settings of the shipped models, which no config changes."""
    return lambda wildcards: {"code": code_digest(SCRIPTS / f"{script}.py"), "forge": shipped()}


def untracked(value):
    """Return a param that re-runs nothing: `value`, or what this function of the wildcards returns.

    Snakemake compares no param that is a function of resources.
    """
    return lambda wildcards, resources: value(wildcards) if callable(value) else value


# --- the report ----------------------------------------------------------------------------------


def in_report(file, category, label, caption=None):
    """Mark an output for `snakemake --report` under a label that is unique in its category.

    With a second label the page of Snakemake 9.27.1 goes blank where its values do not pair up.
    """
    return report(
        out(f"report/{file}"),
        caption=f"report/{caption or Path(file).stem}.rst",
        category=category,
        labels=lambda wildcards: {"what": label(wildcards) if callable(label) else label},
    )
