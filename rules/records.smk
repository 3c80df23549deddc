# Snakemake takes results that were copied without `.snakemake` for up to date, whatever the config
# is. Each result file holds a record (warriorcoder.provenance.records). A run stops before its
# first job if the record of a copied file does not fit the config.

import shlex

from snakemake.logging import logger

from warriorcoder.provenance import plans, records

CHECKED = set()  # plans


def check_plan():
    """Check the plan of a run, once.

    The functions of params call this. Snakemake evaluates them once all jobs of a plan are known,
    and evaluates none for a command without a plan.
    """
    runs = workflow.is_main_process and workflow.executor_plugin is not None
    if runs and workflow.dag not in CHECKED:
        CHECKED.add(workflow.dag)
        refuse_unfitting(workflow.dag)
        refuse_at_start()
        if plans.LOGGER in workflow.output_settings.log_handler_settings:
            log_changes(workflow.dag)


def carriers(job):
    """Return the outputs of a job that hold its record."""
    if "record" not in job.params.keys():
        return []
    results = [path for path in job.output if path.startswith(out(""))]
    return [path for path in results if path.endswith(records.CARRIERS) and Path(path).exists()]


def misfit(job):
    """Return the first file of a job without Snakemake metadata that does not fit the config.

    Returns (file, differences), or None.
    """
    persistence = workflow.persistence
    outdated = persistence.has_outdated_metadata(job)
    copied = [path for path in carriers(job) if outdated or persistence.metadata(path) is None]
    compared = ((path, records.misfit(path, job.params.record)) for path in copied)
    return next(((path, differs) for path, differs in compared if differs), None)


def made_again(dag):
    """Return the jobs that `--forceall`, `--forcerun` or `--force` names, and all that follow."""
    named = [
        job
        for job in dag.jobs
        if job.rule in dag.forcerules or not dag.forcefiles.isdisjoint(job.output)
    ]
    return set(dag.bfs(dag.depending, *named))


def refuse_unfitting(dag):
    """Stop the run with an error that names the files, the differences and the fixes."""
    jobs = dag.jobs - made_again(dag)
    unfit = {job: found for job in jobs if (found := misfit(job))}
    if not unfit:
        return
    found = [job for job in dag.jobs if any(map(os.path.exists, job.output))]
    kept = {job.rule for job in found if job not in unfit}
    forced = [path if job.rule in kept else job.rule.name for job, (path, _) in unfit.items()]
    lines = sorted(f"  {path}  ({'; '.join(differs)})" for path, differs in unfit.values())
    more = [f"  and {len(lines) - 10} more"] if lines[10:] else []
    again, options = ["snakemake", "--cores", "all"], this_run(sorted(set(forced)))
    logger.error(
        "Results without Snakemake's records do not fit this config and code:\n"
        + "\n".join(lines[:10] + more)
        + "\nMake them again, and what depends on them:"
        + f"\n  {shlex.join([*again, *options])}"
        + "\nTake them and what depends on them as they are:"
        + f"\n  {shlex.join([*again, '--touch', *options])}"
    )
    raise SystemExit(1)  # Snakemake shows an exception as one of the rule whose params it evaluates


def this_run(forced):
    """Return arguments of Snakemake: this run's targets, workflow and config, and `--forcerun`."""
    given, settings = workflow.config_settings, workflow.workflow_settings
    backend, url = settings.persistence_backend.name, settings.persistence_backend_db_url
    here = lambda path: os.path.relpath(path, workflow.workdir_init)
    snakefile, folder = here(workflow.main_snakefile), workflow.overwrite_workdir
    options = {
        "--forcerun": forced,
        "--snakefile": [snakefile] if snakefile != "Snakefile" else [],
        "--directory": [folder] if folder else [],
        "--persistence-backend": [backend.lower()] if backend != "FILE" else [],
        "--persistence-backend-db-url": [url] if url else [],
        "--configfile": map(here, given.configfiles),
        "--config": given.config_args or [],
    }
    arguments = sorted(workflow.dag_settings.targets)
    for name, values in options.items():
        arguments += [name, *values] if (values := [str(value) for value in values]) else []
    return arguments


def log_changes(dag):
    """Log the changes of each job's params. Snakemake logs those of a plan's first jobs only."""
    for job in dag.jobs:
        params = workflow.persistence.params_changed(job)
        if changed := plans.changes(params.only_old, params.only_new):
            name = " ".join([job.rule.name, *job.wildcards_dict.values()])
            about = {"job_name": name, "changes": changed}
            logger.info(f"{name}: {'; '.join(changed)}", extra=about)
