"""The terminal of a run: one line for each finished job, and the error of a failed one."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from snakemake_logger_plugin_warriorcoder.jobs import SILENT, Jobs, last_error

SCRIPTS = Path(__file__).parents[3] / "scripts"
SNAKEFILE = """
rule all:
    input: "good", "bad"
rule make:
    output: "{name}"
    log: "logs/{name}.log"
    script: "make.py"
"""
SCRIPT = """
import sys
sys.path.insert(0, {scripts!r})
from warriorcoder.core import job
log = job.start(snakemake.log[0])
print("a library's bar")
if snakemake.wildcards.name == "bad":
    raise ValueError("bad.csv: row 3 has no name.\\nAdd one.")
open(snakemake.output[0], "w").close()
job.tell(snakemake.log[0], "as published")
log.info("7 rows")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    (folder / "Snakefile").write_text(SNAKEFILE)
    (folder / "make.py").write_text(SCRIPT.format(scripts=str(SCRIPTS)))
    return folder


@pytest.fixture(scope="module")
def ran(folder):
    return snakemake(folder, "--cores", "1", "--keep-going")


def snakemake(folder, *arguments) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--logger", "warriorcoder", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_finished_job_is_one_line_with_its_last_message(ran):
    (line,) = [line for line in ran.stdout.splitlines() if "make good" in line]
    assert line.startswith("1/3 make good · 7 rows · ") and line.count(":") == 2


def test_what_a_job_tells_stands_below_its_line(ran, folder):
    lines = ran.stdout.splitlines()
    assert "make good" in lines[lines.index("as published") - 1]
    assert "as published" in (folder / "logs/good.log").read_text()


def test_a_failed_job_shows_its_whole_message_and_its_log_at_once_and_at_the_end(ran):
    assert ran.returncode == 1
    told = "  ValueError: bad.csv: row 3 has no name.\n  Add one.\n  log: logs/bad.log\n"
    assert ran.stdout.count(told) == 2
    assert ran.stdout.rstrip().endswith(
        "1 failed, 1 of 3 jobs are done. The same command goes on from here."
    )


def test_what_libraries_print_and_how_snakemake_works_stay_in_the_logs(ran, folder):
    assert (
        "library" not in ran.stdout and "a library's bar" in (folder / "logs/good.log").read_text()
    )
    assert "Select jobs" not in ran.stdout and "CalledProcessError" not in ran.stdout


def test_a_dry_run_reads_as_snakemake_prints_it(folder):
    planned = snakemake(folder, "--dry-run").stdout
    assert "Job stats:" in planned and "reason: Missing output files: bad" in planned


@pytest.fixture
def log(tmp_path):
    return tmp_path / "job.log"


def test_a_model_counts_its_rows_and_the_script_its_seconds(log):
    jobs = Jobs()
    jobs.total = 12
    jobs.start(5, "judge_battles", {"judge": "quq"}, [str(log)])
    log.with_name("job.log.rows.json").write_text(json.dumps({"generated": 1000, "reused": 90}))
    log.with_name("job.log.cost.json").write_text(json.dumps({"seconds": 200.3}))
    assert jobs.finish(5) == (
        " 1/12 judge_battles quq · 1,090 rows, 90 of them from the row cache · 0:03:20"
    )


def test_counts_of_an_earlier_run_are_not_shown(log):
    rows = log.with_name("job.log.rows.json")
    rows.write_text(json.dumps({"generated": 1000, "reused": 90}))
    os.utime(rows, (time.time() - 60,) * 2)
    jobs = Jobs()
    jobs.start(5, "judge_battles", {"judge": "quq"}, [str(log)])
    assert "rows" not in jobs.finish(5)


def test_a_long_job_is_told_when_its_log_has_news(log, monkeypatch):
    jobs = Jobs()
    jobs.start(5, "judge_battles", {"judge": "quq"}, [str(log)])
    assert not list(jobs.news())
    log.write_text("2026-11-30 16:00:00,123 480 of 960 rows\n")
    assert not list(jobs.news())
    monkeypatch.setattr("snakemake_logger_plugin_warriorcoder.jobs.LONG", -1)
    assert list(jobs.news()) == ["judge_battles quq: 480 of 960 rows"]
    assert not list(jobs.news())
    log.write_text("2026-11-30 16:00:00,123 480 of 960 rows\nLoading weights: 100%\n")
    assert not list(jobs.news())


def test_a_killed_job_without_a_message_says_so(log):
    log.write_text("2026-11-30 16:00:00,123 480 of 960 rows\n")
    jobs = Jobs()
    jobs.start(5, "train_target", {}, [str(log)])
    assert SILENT in jobs.fail(5, [str(log)], None)
    assert jobs.fail(5, [str(log)], None) == ""  # Snakemake repeats it


def test_a_job_that_succeeds_at_its_second_try_has_not_failed(log):
    jobs = Jobs()
    for _ in range(2):
        jobs.start(5, "train_target", {}, [str(log)])
        jobs.fail(5, [str(log)], None)
    jobs.start(5, "train_target", {}, [str(log)])
    jobs.finish(5)
    assert jobs.summary() == ""


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("all is well\n", ""),
        ("Traceback (most recent call last):\n  File x\n    y\nKeyError: 'a'\n", "KeyError: 'a'"),
        (
            "Traceback (most recent call last):\n  File x\nOSError: full\n\nDuring handling of the "
            "above exception, another exception occurred:\n\n"
            "Traceback (most recent call last):\n  File z\nwarriorcoder.core.ShardError: one\ntwo\n"
            "2026-11-30 16:00:00,123 later\n",
            "ShardError: one\ntwo",
        ),
        ("Traceback (most recent call last):\n  File x, cut by a full disk\n", ""),
    ],
)
def test_the_last_error_is_the_message_of_the_last_traceback(log, text, error):
    log.write_text(text)
    assert last_error(str(log)) == error


def test_the_logger_leaves_the_choice_of_the_library_to_the_snakefile():
    said = "import sys, snakemake_logger_plugin_warriorcoder; print('warriorcoder' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", said],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
