# Check the requests of all planned jobs before the first one starts. A dry run checks them against
# the config and the command line. A run also checks them against the machine or the cluster.

import shlex
import shutil
import subprocess

from warriorcoder.core import devices, job as jobs


def refuse_at_start():
    """Check all requests when the run starts, before the `onstart` of the main Snakefile.

    Snakemake ignores the directive `onstart` of a module. Once all Snakefiles are read, the method
    sets the hook of the whole run.
    """
    theirs = workflow.globals.get("onstart", lambda: None)
    workflow.onstart(lambda log: (refuse_requests(), theirs()))


def refuse_requests():
    """Stop the run before it starts if a planned job asks for unavailable GPUs or nodes."""
    planned = list(workflow.dag.needrun_jobs())
    for each in planned:
        each.resources  # a rule's own refusals
    if workflow.executor_plugin.name == "slurm":
        refuse_of_cluster(planned)
    elif workflow.local_exec:
        refuse_of_machine(planned)


def refuse_of_machine(planned):
    """Stop if a job asks for more GPUs than this machine has."""
    seen = devices.visible()
    for each in planned:
        count = jobs.granted(each.resources)
        # On a machine without GPUs the models of experts run on the CPU.
        if count > len(seen) and (
            seen or each.rule.name.endswith(("check_training", "train_target"))
        ):
            raise WorkflowError(
                f"{each.rule.name} asks for {count} GPUs, and this machine shows {len(seen)}. Lower "
                f"its `gpus` in the config, or fix {devices.VISIBLE}."
            )


def refuse_of_cluster(planned):
    """Stop if SLURM would never start a job, according to `sbatch --test-only`."""
    if not shutil.which("sbatch"):
        raise WorkflowError(
            "The profile slurm needs SLURM, and there is no command sbatch here. Start Snakemake on a "
            "machine of the cluster, or without `--profile slurm` to run the jobs here."
        )
    from snakemake_executor_plugin_slurm.submit_string import get_submit_command
    from snakemake_executor_plugin_slurm.utils import set_gres_string

    calls = {}
    for each in planned:
        if each.is_local:
            continue
        executor = workflow.scheduler.get_executor(each)
        place = {
            "run_uuid": "test-only",
            "slurm_logfile": os.devnull,
            "comment_str": "test-only",
            "account": next(executor.get_account_arg(each)),
            "partition": executor.get_partition_arg(each),
            "workdir": workflow.workdir_init,
        }
        call = get_submit_command(each, place, settings=workflow.executor_settings)
        calls.setdefault(call + set_gres_string(each), each.rule.name)
    for call, name in calls.items():
        tried = subprocess.run(
            [*shlex.split(call), "--test-only", "--wrap=true"], capture_output=True, text=True
        )
        if tried.returncode:
            raise WorkflowError(
                f"SLURM refuses the request of {name}: {tried.stderr.strip()}\n  {call}\n"
                "Lower memory and time in the profile (slurm/config.yaml), or GPUs and nodes in the "
                "config. The option `--no-hooks` skips this check."
            )
