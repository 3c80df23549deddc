"""Runs every hostile and honest program through a checker and counts what went wrong.

`python -m hostile.suite` prints `as IDENTITY: N honest passed; M cheats: k passed; H attacks: e
escaped; s survivors` and fails if anything did. Root runs all as an ordinary user, and then the
classes that depend on the identity, or all with `--all`, as root. `--here` runs all as whoever
calls. `--checker evalplus` runs evalplus' own checker, in a jail where its escapes harm nothing;
`--table` prints both, by class, as Markdown.
"""

import argparse
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hostile import identity
from hostile.catalogue import Case, load
from hostile.world import ROOT, World, cache_folder

from warriorcoder.evaluation.sandbox import isolation

MEMORY_MB = {"ours": 512, "evalplus": 1536}  # evalplus' limit is on the scorer's fork
FIRST_OWN = 300  # descriptors of the scorer's protocol: programs try those below, a checker's own
PATIENCE = (
    240.0  # seconds for a program and the two after it: 3 s each, ten times on a busy machine
)
DIED = "the scorer died or hung"
ONLY_OURS = ("cruxeval_input", "cruxeval_output", "own_tests")


class Scorer:
    """The scorer process of a checker, started again when an attack ended it."""

    def __init__(self, checker: str, world: World, jail: Path | None):
        self.checker, self.world, self.jail, self.process = checker, world, jail, None

    def ask(self, case: Case) -> dict | None:
        """Its reply; None if it died or did not answer."""
        if self.process is None:
            self._start()
        line = json.dumps({"problem": case.problem, "source": case.source}) + "\n"
        try:
            os.write(self.requests, line.encode())
            return self._reply(PATIENCE)
        except (EOFError, TimeoutError, BrokenPipeError):
            self.close()
            return None

    def close(self) -> None:
        if self.process is None:
            return
        for pipe in self.requests, self.replies:
            os.close(pipe)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _start(self) -> None:
        (down, self.requests), (self.replies, up) = os.pipe(), os.pipe()
        theirs_in, theirs_out = [fcntl.fcntl(end, fcntl.F_DUPFD, FIRST_OWN) for end in (down, up)]
        for end in down, up:
            os.close(end)
        self.nonce, self.rest = os.urandom(8).hex(), b""
        scratch = tempfile.mkdtemp(dir=self.world.base)
        os.chmod(scratch, 0o777)
        setup = self.world.known_to_programs("/tmp" if self.jail else str(self.world.tmp), 0, 0)
        setup |= {"nonce": self.nonce, "memory_mb": MEMORY_MB[self.checker], "scratch": scratch}
        arguments = [self.checker, theirs_in, theirs_out, json.dumps(setup)]
        command = [sys.executable, "-m", "hostile.scorer", *map(str, arguments)]
        environment = os.environ | {
            "HOSTILE_SECRET": self.world.secret,
            "HOME": str(self.world.home),
            "PYTHONPATH": f"{ROOT}/scripts:{ROOT}/tests",
        }
        errors = open(self.world.base / "errors", "ab")
        self.process = subprocess.Popen(
            command if self.jail is None else [*_jail(self.jail, self.world), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=(theirs_in, theirs_out),
            start_new_session=True,
        )
        for pipe in theirs_in, theirs_out:
            os.close(pipe)
        try:
            self._reply(120)
        except (EOFError, TimeoutError):
            words = (self.world.base / "errors").read_text(errors="replace")[-2000:]
            raise SystemExit(f"the scorer does not start:\n{words}") from None

    def _reply(self, seconds: float) -> dict:
        deadline = time.monotonic() + seconds
        while True:
            line, found, rest = self.rest.partition(b"\n")
            if found:
                self.rest = rest
                try:
                    if (reply := json.loads(line))["nonce"] == self.nonce:
                        return reply
                except (ValueError, TypeError, KeyError):
                    continue  # a program wrote on the scorer's descriptors
                continue
            if not select.select([self.replies], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError
            if not (piece := os.read(self.replies, 1 << 20)):
                raise EOFError
            self.rest = (self.rest + piece)[-(1 << 20) :]


def _jail(folder: Path, world: World) -> list[str]:
    """bubblewrap around a whole scorer: a disposable home and /tmp, no network, few processes."""
    root = identity.is_root()
    namespaces = [each for each in isolation._namespaces(root) if each != "--as-pid-1"]
    prefixes = [sys.base_prefix, sys.prefix, str(ROOT)]
    mounts = ["--proc", "/proc", "--dev", "/dev"]
    for name, place in {"tmp": "/tmp", "shm": "/dev/shm", "vartmp": "/var/tmp"}.items():
        mounts += ["--bind", str(folder / name), place]
    mounts += isolation._files(list(map(os.path.realpath, prefixes)))
    for path in world.base, world.home:
        mounts += ["--bind", str(path), str(path)]
    bounds = ["prlimit", "--nproc=400", "--fsize=2000000000"]
    if root:
        user = str(isolation.STRANGERS + os.getpid())
        bounds += ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"]
    return [shutil.which("bwrap"), *namespaces, *mounts, "--chdir", str(ROOT), "--", *bounds]


def _world(checker: str) -> tuple[World, Path | None]:
    if checker == "ours":
        return World(Path.home(), Path("/tmp"), (Path("/dev/shm"), Path("/var/tmp"))), None
    jail = cache_folder("jail-")
    for name in ("home", "tmp", "shm", "vartmp"):
        (jail / name).mkdir()
        (jail / name).chmod(0o777)
    jail.chmod(0o755)
    return World(jail / "home", jail / "tmp", (jail / "shm", jail / "vartmp")), jail


def run(checker: str, cases: list[Case]) -> tuple[list[tuple[Case, str]], int]:
    """Return the faults as (case, reason), and the number of programs that left a process behind.

    A fault is an honest program that fails, a cheat that passes or an attack that got something.
    """
    world, jail = _world(checker)
    scorer = Scorer(checker, world, jail)
    wrong, survivors = [], 0
    try:
        for case in cases:
            reply = scorer.ask(case)
            why = _why(case, reply, world.touched())
            alive = world.survivors()
            survivors += bool(alive)
            if case.group == "attacks" and alive:
                why = [*why, f"{len(alive)} processes outlived it"]
            if why:
                wrong.append((case, "; ".join(why)))
                print(f"{case.group}/{case.theme}: {case.name}: {'; '.join(why)}", file=sys.stderr)
    finally:
        scorer.close()
        world.close()
        if jail:
            subprocess.run(["rm", "-rf", jail], check=True)  # folders may lie too deep for Python
    return wrong, survivors


def _why(case: Case, reply: dict | None, touched: list[str]) -> list[str]:
    if reply is None:
        return [DIED]
    why = []
    if reply["passed"] != (case.group == "honest"):
        got = {"cheats": "passed", "honest": "did not pass"}
        why.append(got.get(case.group, "got what it wanted"))
    if not reply["next"]:
        why.append("the next program failed")
    if not reply["clean"]:
        why.append("the next program finds its traces")
    if reply["contacts"]:
        why.append("reached a listener")
    return why + [f"changed {each}" for each in touched]


def summary(cases: list[Case], wrong: list[tuple[Case, str]], survivors: int) -> str:
    total, bad = Counter(case.group for case in cases), Counter(case.group for case, _ in wrong)
    bad["cheats"] -= sum(case.group == "cheats" and why == DIED for case, why in wrong)
    return (
        f"{total['honest'] - bad['honest']} honest passed; {total['cheats']} cheats: "
        f"{bad['cheats']} passed; {total['attacks']} attacks: {bad['attacks']} escaped; "
        f"{survivors} survivors"
    )


def count(checker: str, cases: list[Case]) -> bool:
    """Run `cases`, print the summary, and return True if anything went wrong."""
    wrong, survivors = run(checker, cases)
    print(f"as {identity.name()}: {summary(cases, wrong, survivors)}", flush=True)
    return bool(wrong or survivors)


def compare(cases: list[Case]) -> bool:
    """Run both checkers, print the table, and return True if anything went wrong in ours."""
    common = [case for case in cases if case.theme not in ONLY_OURS]
    theirs, survivors = run("evalplus", common)
    print(f"evalplus: {summary(common, theirs, survivors)}")
    ours, survivors = run("ours", cases)
    print(f"ours: {summary(cases, ours, survivors)}")
    print(table({"ours": ours, "evalplus": theirs}, cases))
    return bool(ours or survivors)


def table(results: dict[str, list[tuple[Case, str]]], cases: list[Case]) -> str:
    """Markdown: per class of programs, how many went wrong by each checker."""
    lines = ["| programs | class | number | ours | evalplus |", "| --- | --- | --- | --- | --- |"]
    for (group, theme), number in Counter((case.group, case.theme) for case in cases).items():
        cells = []
        for checker, wrong in results.items():
            whys = [why for case, why in wrong if (case.group, case.theme) == (group, theme)]
            died = whys.count(DIED) if group == "cheats" else 0
            text = f"{len(whys) - died}" + (f" (and {died} end the scorer)" if died else "")
            cells.append("–" if checker == "evalplus" and theme in ONLY_OURS else text)
        lines.append(f"| {group} | {theme} | {number} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checker", choices=["ours", "evalplus"], default="ours")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--only", default="", help="theme")
    parser.add_argument("--all", action="store_true", help="everything as root, too")
    parser.add_argument("--here", action="store_true", help="as the user who calls, alone")
    arguments = parser.parse_args()
    cases = [case for case in load() if arguments.only in case.theme]
    if arguments.table:
        sys.exit(compare(cases))
    if arguments.checker == "evalplus":
        sys.exit(count("evalplus", [case for case in cases if case.theme not in ONLY_OURS]))
    if arguments.here or not identity.is_root():
        sys.exit(count("ours", cases))
    failed = identity.as_ordinary_user(["--here", "--only", arguments.only]) != 0
    if not arguments.all:
        cases = [case for case in cases if case.theme in identity.DEPENDENT]
    sys.exit(count("ours", cases) or failed)


if __name__ == "__main__":
    main()
