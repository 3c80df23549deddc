"""Explain why jobs would run: `python scripts/explain_plan.py [any arguments of snakemake]`."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace

from snakemake import cli
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

from warriorcoder.provenance import plans

PLANNED: list[plans.Job] = []
CHANGES: dict[str, tuple[str, ...]] = {}


class LogHandler(LogHandlerBase):
    """A logger of Snakemake that keeps the jobs of a plan, without the target `all`."""

    writes_to_stream = writes_to_file = has_formatter = needs_rulegraph = False
    has_filter = True

    def emit(self, record) -> None:
        """Keep the job, or the changes, of a log record."""
        if getattr(record, "event", None) == LogEvent.JOB_INFO and record.rule_name != "all":
            wildcards = tuple(record.wildcards.values())
            PLANNED.append(plans.Job(record.rule_name, wildcards, record.reason))
        elif hasattr(record, "changes"):  # rules/records.smk
            CHANGES[record.job_name] = tuple(record.changes)


def plan(arguments: list[str]) -> tuple[int, list[plans.Job]]:
    """Return the exit code of `snakemake ARGUMENTS` and the jobs that it plans."""
    LoggerPluginRegistry().register_plugin(plans.LOGGER, sys.modules[__name__])
    try:
        cli.main(["--logger", plans.LOGGER, *arguments])
    except SystemExit as ended:
        return ended.code, [replace(job, changes=CHANGES.get(job.name, ())) for job in PLANNED]


if __name__ == "__main__":
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        code, jobs = plan(["--dry-run", *sys.argv[1:]])
    sys.exit(printed.getvalue() if code else print(plans.explain(jobs)))
