"""`warriorcoder score`, which scores samples on a benchmark in the sandbox."""

import argparse
import logging
import shlex
import sys
from collections import Counter
from pathlib import Path

from warriorcoder.cli import terminal
from warriorcoder.cli.errors import InputError, need
from warriorcoder.cli.options import file, positive, writable
from warriorcoder.core import cpus
from warriorcoder.core.atomic import STANDARD
from warriorcoder.evaluation.benchmarks import defaults

BENCHMARKS = {  # kind of the data set
    "humaneval": "humaneval",
    "humaneval+": "humaneval",
    "mbpp": "mbpp",
    "mbpp+": "mbpp",
    "cruxeval-input": "cruxeval-input",
    "cruxeval-output": "cruxeval-output",
    "ds1000": "ds1000",
}
ENVIRONMENTS = {"ds1000": Path(".cache/environments/ds1000.json")}
UNFENCED = ("ds1000", "completion")  # a model's raw text, from which scoring takes fences
KS = (1, 5, 10)
DAY = 86400  # seconds
TRUTH = Path(".cache/ground_truth")


def register(commands) -> None:
    """Add the command and its options to `commands`."""
    parser = commands.add_parser(
        "score",
        help="score samples on a benchmark",
        description="Run samples in the sandbox and write pass@k and a status per sample.",
    )
    add = parser.add_argument
    add("--benchmark", required=True, choices=BENCHMARKS)
    add(
        "--dataset",
        required=True,
        type=file,
        metavar="FILE",
        help="the benchmark's problems; may be .gz",
    )
    add(
        "--samples",
        required=True,
        type=file,
        metavar="FILE",
        help="JSON lines, may be .gz: task_id, and solution (a complete program; CRUXEval: the "
        "answer; DS-1000: the code) or completion (HumanEval, MBPP: the text after the prompt; "
        "CRUXEval, DS-1000: a model's raw text); several lines of a task are several samples",
    )
    add(
        "--out",
        required=True,
        type=file,
        metavar="FILE",
        help="the results, JSON; - is standard output",
    )
    add("--workers", type=positive(int), default=cpus.available(), metavar="N")
    add("--allow-missing", action="store_true", help="leave out tasks without a sample")
    add(
        "--seconds",
        type=positive(float, DAY),
        metavar="S",
        help=f"limit per program ({defaults.SECONDS:g}; DS-1000: "
        f"{defaults.OWN_SECONDS['ds1000']:g}; HumanEval+ and MBPP+ have evalplus' limits)",
    )
    add(
        "--memory-mb",
        type=positive(int),
        metavar="MB",
        help=f"address space of a program ({defaults.MEMORY_MB}; DS-1000: "
        f"{defaults.OWN_MEMORY_MB['ds1000']})",
    )
    add(
        "--environment",
        type=file,
        metavar="FILE",
        help="description of the packages for the programs, made by Snakemake (DS-1000: "
        f"{ENVIRONMENTS['ds1000']}, if it exists)",
    )
    add(
        "--seed",
        type=int,
        default=defaults.SEED,
        metavar="N",
        help="seed of the bootstrap (%(default)s, as in the shipped configs)",
    )
    add("--isolation", choices=("bubblewrap", "container", "process"), default="bubblewrap")
    add("--container", metavar="COMMAND", help="command that starts Python 3.11 in a container")
    add("--i-accept-weak-isolation", action="store_true", help="consent to container or process")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Read all inputs, score the samples and write the results.

    Raises:
        FileError: an input cannot be read. Nothing is written.
        InputError: an input cannot be used. Nothing is written.
        ExtraMissing: evalplus is not installed.
    """
    need("score", "evalplus")
    from warriorcoder.cli import samples as sample_files
    from warriorcoder.core import tables
    from warriorcoder.environments import locks
    from warriorcoder.evaluation.sandbox import SandboxError

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    environment = arguments.environment or ENVIRONMENTS.get(BENCHMARKS[arguments.benchmark])
    given = {"samples": arguments.samples, "dataset": arguments.dataset}
    out = writable(arguments.out, **given, environment=environment)
    try:
        problems = _problems(arguments)
        ids = [problem["task_id"] for problem in problems]
        samples = sample_files.read(arguments.samples, ids)
        missing = sorted(set(ids) - {sample.task_id for sample in samples}, key=ids.index)
        if missing and not arguments.allow_missing:
            raise InputError(
                f"{arguments.samples}: no sample of {len(missing)} of {len(ids)} tasks "
                f"({', '.join(missing[:3])}…). Add them, or score the rest with --allow-missing."
            )
        results, record = _results(arguments, problems, samples)
        tables.write_json(results | {"missing": missing}, out, record)
    except (
        locks.LockError,
        tables.TableError,
        SandboxError,
    ) as error:
        raise InputError(str(error)) from None
    estimate = results["metrics"][arguments.benchmark]["pass@1"]
    low, high = estimate["ci95"]
    terminal.say(
        f"pass@1 {estimate['value']:.4f} ({low:.4f} to {high:.4f})",
        sys.stderr if out == STANDARD else sys.stdout,
    )


def _problems(arguments: argparse.Namespace) -> list[dict]:
    from warriorcoder.evaluation import benchmarks

    kind = BENCHMARKS[arguments.benchmark]
    problems = benchmarks.load(kind, arguments.dataset)
    foreign = {"humaneval": "Mbpp/", "mbpp": "HumanEval/"}.get(kind)
    if foreign and problems[0]["task_id"].startswith(foreign):
        raise InputError(f"{arguments.dataset}: its tasks are {foreign}…. Fix --benchmark.")
    if arguments.benchmark.endswith("+") and "plus_input" not in problems[0]:
        raise InputError(
            f"{arguments.dataset}: no plus inputs in it. Give evalplus' release of the data set, "
            f"or --benchmark {kind}."
        )
    return problems


def _results(
    arguments: argparse.Namespace, problems: list[dict], samples: list
) -> tuple[dict, dict]:
    """Return the results, and the record of the settings that made them."""
    from warriorcoder.cli.progress import Watched
    from warriorcoder.evaluation import benchmarks
    from warriorcoder.evaluation.benchmarks import scoring

    name, kind = arguments.benchmark, BENCHMARKS[arguments.benchmark]
    sha256 = benchmarks.dataset_sha256(arguments.dataset)
    truth = _truth(kind, problems, sha256)
    given: Counter = Counter()
    places = []
    for sample in samples:
        places.append((sample.task_id, 0, given[sample.task_id]))
        given[sample.task_id] += 1
    problems = [problem for problem in problems if problem["task_id"] in given]
    by_id = {problem["task_id"]: problem for problem in problems}
    programs = [(each.task_id, _program(kind, by_id[each.task_id], each)) for each in samples]
    settings = {
        "isolation": arguments.isolation,
        "i_accept_weak_isolation": arguments.i_accept_weak_isolation,
        "container": shlex.split(arguments.container) if arguments.container else None,
        **defaults.limits(kind, arguments.seconds, arguments.memory_mb),
    }
    room = scoring.room(kind, _environment(kind, arguments.environment))
    workers = min(arguments.workers, len(programs))  # each more would only start an interpreter
    with Watched(**settings, workers=workers, **room) as sandbox:
        judged = scoring.judge(
            kind,
            problems,
            programs,
            sandbox,
            truth,
            plus=name.endswith("+"),
            written=[each.text for each in samples if (kind, each.form) != UNFENCED],
        )
    for note in judged.notes:
        logging.info("note: %s", note)
    reported = [k for k in KS if min(given.values()) >= k]
    results = scoring.results(problems, places, judged, [reported], arguments.seed)
    facts = {"benchmark": name, "kind": kind, "dataset_sha256": sha256}
    facts |= {"isolation": arguments.isolation}
    return facts | results, {"seed": arguments.seed, "sandbox": settings}


def _program(kind: str, problem: dict, sample) -> str:
    from warriorcoder.evaluation.benchmarks import scoring

    if sample.form == "solution":
        return sample.text
    if kind in ("humaneval", "mbpp"):
        return problem["prompt"] + sample.text
    return scoring.extract(kind, problem, sample.text, "completion")


def _environment(kind: str, given: str | None) -> str | Path | None:
    """Return the description of the programs' packages, None for those of this Python."""
    usual = ENVIRONMENTS.get(kind)
    if given or usual is None:
        return given
    if usual.exists():
        return usual
    logging.warning(
        "%s is missing: programs run with this Python's packages, with which some references "
        "fail. docs/benchmarks.md shows the command that makes it",
        usual,
    )
    return None


def _truth(kind: str, problems: list[dict], sha256: str):
    """Return the ground truth of the data set, computed if it is missing; None without inputs."""
    from warriorcoder.evaluation.benchmarks.files import has_own_tests

    if kind not in ("humaneval", "mbpp") or has_own_tests(kind, problems[0]):
        return None
    from importlib.metadata import version

    from warriorcoder.core import tables
    from warriorcoder.evaluation.benchmarks.truth import GroundTruth, write

    path = TRUTH / f"{sha256[:16]}-evalplus-{version('evalplus')}.parquet"
    try:
        return GroundTruth(path, sha256)
    except tables.TableError:
        logging.info("computing ground truth once, which takes minutes: %s", path)
        write(kind, problems, sha256, path)
        return GroundTruth(path, sha256)
