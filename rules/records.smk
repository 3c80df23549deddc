# Snakemake takes a file that it has no record of for up to date, whatever the config says: results
# that were copied without `.snakemake`. Such files have to say themselves that they fit the config
# (warriorcoder.recipes), or the run stops. One file stands for all that its job made.

from base64 import urlsafe_b64encode

from snakemake.utils import listfiles

from warriorcoder import recipes

CHECKED_BY_READERS = ("compute_ground_truth",)


def arrived(each):
    """(file, recipe that the config gives it) of all that a rule made and has no record of."""
    kept = (str(path) for path in each.output if str(path).endswith(recipes.CARRIERS))
    pattern = next(kept, "")
    if each.name not in CHECKED_BY_READERS and pattern.startswith(out("")):
        for path, wildcards in listfiles(pattern):
            if not has_record(path):
                now = each.params.recipe
                yield path, now(wildcards) if callable(now) else now


def has_record(path):
    """Whether Snakemake wrote down how it made a file."""
    name = urlsafe_b64encode(path.encode()).decode()
    folders = [f"@{name[i : i + 254]}" for i in range(0, len(name) - 254, 254)]
    return Path(".snakemake/metadata", *folders, name[254 * len(folders) :]).exists()


def refuse_unfitting(forced):
    """Stop the run: name the files, what they differ in, and the ways on."""
    lines, force = [], []
    for each in filter(lambda each: "recipe" in each.params.keys(), workflow.rules):
        found = [(path, recipes.misfit(path, recipe)) for path, recipe in arrived(each)]
        unfit = {path: misfit for path, misfit in found if misfit}
        if each.name not in forced and not unfit.keys() <= set(forced):
            lines += [f"  {path}  ({'; '.join(misfit)})" for path, misfit in unfit.items()]
            force += [each.name] if len(unfit) == len(found) else unfit
    if lines:
        more = [f"  and {len(lines) - 10} more"] if lines[10:] else []
        force = " ".join(force)
        raise WorkflowError(
            "Results without Snakemake's records do not fit this config and code:\n"
            + "\n".join(lines[:10] + more)
            + "\nMake them again, and what depends on them:"
            + f"\n  snakemake --cores all --forcerun {force}"
            + "\nTake them and what depends on them as they are:"
            + f"\n  snakemake --cores all --touch --forcerun {force}"
            + "\nDelete those that this config does not need any more."
        )


# The command line is all that a Snakefile can know of what the run is for.
if workflow.is_main_process and not {"--forceall", "-F", "--lint", "--unlock"} & set(sys.argv):
    refuse_unfitting(sys.argv if {"--forcerun", "-R"} & set(sys.argv) else [])
