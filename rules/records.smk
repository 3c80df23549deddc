# Snakemake takes a file that it has no record of for up to date, whatever the config says: results
# that were copied without `.snakemake`. Such files have to say themselves that they fit the config
# (warriorcoder.provenance.records), or the run stops. One file stands for all that its job made.

import json
import shlex
from base64 import urlsafe_b64encode

from snakemake.utils import listfiles

from warriorcoder.provenance import plans, records

CHECKED_BY_READERS = ("compute_ground_truth",)


def there(each):
    """(file, its wildcards) of all that a rule with a record made."""
    kept = (str(path) for path in each.output if str(path).endswith(records.CARRIERS))
    pattern = next(kept, "")
    told = "record" in each.params.keys() and each.name not in CHECKED_BY_READERS
    return listfiles(pattern) if told and pattern.startswith(out("")) else []


def misfit(each, path, wildcards):
    """What a rule's file differs in from what this config and code would make."""
    now = each.params.record
    return records.misfit(path, now(wildcards) if callable(now) else now)


def has_record(path):
    """Whether Snakemake wrote down how it made a file."""
    name = urlsafe_b64encode(path.encode()).decode()
    folders = [f"@{name[i : i + 254]}" for i in range(0, len(name) - 254, 254)]
    return Path(".snakemake/metadata", *folders, name[254 * len(folders) :]).exists()


def config_options():
    """The options of this command line that say which config it runs."""
    given = workflow.config_settings
    files = [os.path.relpath(file) for file in given.configfiles]
    options = ["--configfile", *files] if files else []
    options += ["--config", *given.config_args] if given.config_args else []
    return shlex.join(options)


def refuse_unfitting(forced):
    """Stop the run: name the files, what they differ in, and the ways on."""
    lines, force = [], []
    for each in workflow.rules:
        found = [(path, misfit(each, path, w)) for path, w in there(each) if not has_record(path)]
        unfit = {path: differs for path, differs in found if differs}
        if each.name not in forced and not unfit.keys() <= set(forced):
            lines += [f"  {path}  ({'; '.join(differs)})" for path, differs in unfit.items()]
            force += [each.name] if len(unfit) == len(found) else unfit
    if lines:
        more = [f"  and {len(lines) - 10} more"] if lines[10:] else []
        # Options last: `--configfile` and `--config` take what follows for theirs.
        force = f"--forcerun {' '.join(force)} {config_options()}".rstrip()
        raise WorkflowError(
            "Results without Snakemake's records do not fit this config and code:\n"
            + "\n".join(lines[:10] + more)
            + "\nMake them again, and what depends on them:"
            + f"\n  snakemake --cores all {force}"
            + "\nTake them and what depends on them as they are:"
            + f"\n  snakemake --cores all --touch {force}"
            + "\nDelete those that this config does not need any more."
        )


def tell_changes():
    """Say of all that is there what it differs in: Snakemake says it of a plan's first jobs only."""
    for each in workflow.rules:
        for path, wildcards in there(each):
            if changed := misfit(each, path, wildcards):
                print(plans.told(each.name, wildcards, changed), file=sys.stderr)


# The command line is all that a Snakefile can know of what the run is for.
if workflow.is_main_process and not {"--forceall", "-F", "--lint", "--unlock"} & set(sys.argv):
    refuse_unfitting(sys.argv if {"--forcerun", "-R"} & set(sys.argv) else [])
if plans.ASKED in os.environ:
    tell_changes()
