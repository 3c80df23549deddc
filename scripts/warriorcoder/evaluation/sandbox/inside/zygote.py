"""The sandbox's first process, which forks a child per program, limits it and kills what is left.

It has seen no task when a program starts and holds no expected value. Programs and their records
pass it in memory maps of their own, which are gone when the next program is forked. It is not
dumpable (no program can trace it or open its files) and, as process 1 of its own namespace, cannot
be signalled from inside.

Frames on its two pipes are 8 bytes of length and the body. A request is a JSON line with the limits
of the program's time and the program as JSON; a reply is a JSON line and what the child wrote.
"""

import ctypes
import gc
import importlib
import json
import mmap
import os
import resource
import shutil
import signal
import tempfile
import time

from . import child, rooms, syscalls
from .watch import Clock, collect, drain, slay

# prctl(2): PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG
NOT_DUMPABLE, DUMPABLE, SUBREAPER, DIE_WITH_PARENT = (4, 0), (4, 1), (36, 1), (1, signal.SIGKILL)
LIBC = ctypes.CDLL(None)
COMMON = (
    "array bisect cmath collections copy dataclasses datetime decimal enum fractions functools "
    "hashlib heapq io itertools json math operator random re statistics string textwrap typing"
).split()


def main(limits: dict) -> None:
    """Serve programs until the request pipe closes."""
    requests, replies = _take_pipes()
    for option in NOT_DUMPABLE, SUBREAPER:
        LIBC.prctl(*option, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # process 1 gets a signal that it has a handler of
    made = None if limits["folders"] else _make_folder(limits)
    limits["kept"] = {entry for folder in limits["folders"] for entry in _paths(folder)}
    for name in [*COMMON, *limits["preload"]]:
        importlib.import_module(name)
    gc.freeze()
    turn = rooms.serve_in_turn(limits) if limits["fresh"] else 0
    LIBC.prctl(*NOT_DUMPABLE, 0, 0, 0)  # another user id has reset it
    syscalls.install()
    limits["processes"] += _tasks()
    _empty(limits)
    if not turn:
        _send(replies, b"ready\n")
        os.dup2(0, 2)  # what could go wrong at the start had standard error to say so
    _serve_all(requests, replies, limits)
    if made:
        shutil.rmtree(made, ignore_errors=True)


def _serve_all(requests: int, replies: int, limits: dict) -> None:
    """Serve programs until the parent is gone or, among fresh folders, until one left a trace."""
    traces = None
    if limits["fresh"]:
        traces = rooms.Traces(limits["folders"], limits["parents"], limits["proc"])
    while (request := _receive(requests)) is not None:
        if not _serve(request, requests, replies, limits):
            return
        if traces and traces.left():
            os._exit(rooms.RENEW)


def _serve(request: mmap.mmap, requests: int, replies: int, limits: dict) -> bool:
    """Run one program to its end or to a limit, kill its processes and reply.

    Return False if the parent is gone.
    """
    begun = time.monotonic()
    times = json.loads(request.readline())
    clock = Clock(times["seconds"], times["call_seconds"], len(request), times["load"])
    before = _processor_time()
    pipe, written = os.pipe()
    pid = os.fork()
    if pid == 0:
        for option in DIE_WITH_PARENT, DUMPABLE:  # else nobody may read its maps
            LIBC.prctl(*option, 0, 0, 0)
        os.setsid()  # after which `watch` reads them
        program = request.read()
        request.close()
        written = os.dup2(written, 3)
        os.closerange(4, 1 << 16)
        child.run(program, times["load"] * times["seconds"], written, clock.page, limits)
    os.close(written)
    request.close()
    with _area((limits["output_mb"] + 1) << 20) as area:
        size, end = collect(pid, pipe, requests, area, clock, limits)
        slay()
        size = drain(pipe, area, size) if end == "exit" else size
        os.close(pipe)
        _empty(limits)
        starved = end == "timeout" and clock.starved(_processor_time() - before)
        header = {"end": end, "seconds": time.monotonic() - begun, "starved": starved}
        if end != "gone":
            with memoryview(area) as records:
                _send(replies, json.dumps(header).encode() + b"\n", records[:size])
    return end != "gone"


def _processor_time() -> float:
    """Return the seconds of processor time of all programs so far that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _area(size: int) -> mmap.mmap:
    """Memory that a fork before it does not have, and that is given back whole."""
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def _tasks() -> int:
    """Return the number of visible processes that count against this user's limit."""
    if os.getpid() == 1:
        return 1
    count = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{name}").st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue
    return count


def _make_folder(limits: dict) -> str:
    """Make a scratch folder, since others may share /tmp."""
    limits["folders"] = [folder := tempfile.mkdtemp(prefix="sandbox-")]
    os.environ["HOME"] = os.environ["TMPDIR"] = tempfile.tempdir = folder
    return folder


def _paths(folder: str) -> list[str]:
    return [entry.path for entry in os.scandir(folder)]


def _empty(limits: dict) -> None:
    """Remove the files of programs and imports. Earlier files and mounts stay."""
    if limits["fresh"]:
        return
    for folder in limits["folders"]:
        for path in _paths(folder):
            if path in limits["kept"]:
                continue
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)


def _take_pipes() -> tuple[int, int]:
    """Move the two pipes away from standard input and output, which become /dev/null."""
    requests, replies = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return requests, replies


def _receive(pipe: int) -> mmap.mmap | None:
    head = bytearray(8)
    if not _fill(pipe, head):
        return None
    body = _area(int.from_bytes(head, "big"))
    return body if _fill(pipe, body) else None


def _fill(pipe: int, buffer) -> bool:
    with memoryview(buffer) as room:
        size = 0
        while size < len(room):
            got = os.readv(pipe, [room[size:]])
            if not got:
                return False
            size += got
    return True


def _send(pipe: int, *pieces: bytes | memoryview) -> None:
    length = sum(map(len, pieces))
    for piece in (length.to_bytes(8, "big"), *pieces):
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(pipe, rest) :]
