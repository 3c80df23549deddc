"""A logger of Snakemake with one line for each finished job (`logger` in a profile).

It imports nothing of the library, because the Snakefile decides which clone's library is imported.
"""

import re
import sys
import threading
from logging import LogRecord
from typing import Any

from snakemake.logging import ColorizingTextHandler
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_warriorcoder.jobs import Jobs

PULSE = 60  # seconds between two looks at the running jobs
HIDDEN = re.compile(r"[^\n -~]")  # may move the cursor, colour or reorder text
# Events and messages about Snakemake's own work. Its log in .snakemake/log keeps them.
UNTOLD = {
    LogEvent.WORKFLOW_STARTED,
    LogEvent.JOB_STARTED,
    LogEvent.PROGRESS,
    LogEvent.RESOURCES_INFO,
    LogEvent.SHELLCMD,
}
CHATTER = (
    "Using workflow specific profile",
    "Assuming unrestricted shared filesystem usage",
    "Building DAG of jobs",
    "Using shell:",
    "Conda environments: ignored",
    "Select jobs to execute",
    "Job rate limit reached",
    "SLURM run ID:",
    "Reading SLURM partition configuration",
)
REPEATED = (  # a line of this logger says it
    "has been submitted with SLURM jobid",
    "CalledProcessError in file",
    "At least one job did not complete successfully",
    "Exiting because a job execution failed",
)


class LogHandler(LogHandlerBase):
    """Print each finished or failed job, running jobs once a minute, and failures at the end.

    A dry run, and all that is unusual, reads as Snakemake prints it.
    """

    writes_to_stream = True
    writes_to_file = needs_rulegraph = has_filter = has_formatter = False

    def __post_init__(self) -> None:
        """Open the terminal, and watch the jobs of a real run."""
        settings = self.common_settings
        self.jobs = Jobs()
        self.ended = threading.Event()
        self.talking = threading.Lock()
        self.stream = sys.stdout if settings.stdout else sys.stderr
        self.snakemake = ColorizingTextHandler(settings.nocolor, self.stream)
        if not settings.dryrun:
            threading.Thread(target=self._watch, daemon=True).start()

    def emit(self, record: LogRecord) -> None:
        """Print what a record tells about the run."""
        with self.talking:
            if self.common_settings.dryrun or not self._told(record):
                self.snakemake.formatter = self.formatter
                self.snakemake.emit(record)

    def close(self) -> None:
        """Print the failed jobs of the run."""
        self.ended.set()
        with self.talking:
            self._print(self.jobs.summary())
        super().close()

    def _told(self, record: Any) -> bool:
        """Print a record of a real run as a line, or leave it out; False for an unusual one."""
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self.jobs.total = record.stats["total"]
            self._print(f"{self.jobs.total} jobs")
        elif event == LogEvent.JOB_INFO:
            self.jobs.start(record.jobid, record.rule_name, record.wildcards, record.log)
        elif event == LogEvent.JOB_FINISHED:
            self._print(self.jobs.finish(record.job_id))
        elif event == LogEvent.JOB_ERROR:
            self._print(self.jobs.fail(record.jobid, record.log, record.rule_msg))
        elif event not in UNTOLD:
            message = record.getMessage()
            return message.startswith(CHATTER) or any(words in message for words in REPEATED)
        return True

    def _watch(self) -> None:
        while not self.ended.wait(PULSE):
            with self.talking:
                for line in self.jobs.news():
                    self._print(line)

    def _print(self, text: str) -> None:
        if text:
            print(HIDDEN.sub(_shown, text), file=self.stream, flush=True)


def _shown(character: re.Match) -> str:
    return character[0] if character[0].isprintable() else ascii(character[0])[1:-1]
