"""The sandbox's first process: forks a child per program, keeps its limits, leaves no survivor.

It has seen no task when a program starts, holds no expected value, is not dumpable (no program can
trace it or open its files) and, as process 1 of its own namespace, cannot be signalled from inside.
Frames on its two pipes are 8 bytes of length and the body. A request is a line with the seconds and
the program as JSON; a reply is one JSON line and the records that the child wrote.
"""

import ctypes
import gc
import importlib
import json
import os
import select
import shutil
import signal
import time

from . import child

# prctl(2): PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG
NOT_DUMPABLE, SUBREAPER, DIE_WITH_PARENT = (4, 0), (36, 1), (1, signal.SIGKILL)
LIBC = ctypes.CDLL(None)
TICK = 0.05
COMMON = (
    "array bisect cmath collections copy dataclasses datetime decimal enum fractions functools "
    "hashlib heapq io itertools json math operator random re statistics string textwrap typing"
).split()


def main(limits: dict) -> None:
    """Serve programs until the request pipe closes."""
    requests, replies = _take_pipes()
    if limits["user"]:
        os.setgroups([])
        os.setresgid(*[limits["user"]] * 3)
        os.setresuid(*[limits["user"]] * 3)
    for option in NOT_DUMPABLE, SUBREAPER:
        LIBC.prctl(*option, 0, 0, 0)
    for name in [*COMMON, *limits["preload"]]:
        importlib.import_module(name)
    gc.freeze()
    os.dup2(0, 2)  # what could go wrong at the start had standard error to say so
    _send(replies, b"ready\n")
    while (request := _receive(requests)) is not None:
        header, records = _serve(request, limits)
        _empty(limits["scratch"])
        _send(replies, json.dumps(header).encode() + b"\n" + records)


def _serve(request: bytes, limits: dict) -> tuple[dict, bytes]:
    """Run one program to its end, or to a limit, and kill whatever it started."""
    begun = time.monotonic()
    seconds, _, program = request.partition(b"\n")
    deadline = begun + float(seconds)
    pipe, written = os.pipe()
    pid = os.fork()
    if pid == 0:
        LIBC.prctl(*DIE_WITH_PARENT, 0, 0, 0)
        os.setsid()
        written = os.dup2(written, 3)
        os.closerange(4, 1 << 16)
        child.run(program, float(seconds), written, limits)
    os.close(written)
    records, end = _collect(pipe, pid, deadline, limits)
    code = _slay(pid)
    if end == "exit":
        records += _drain(pipe)
    os.close(pipe)
    return {"end": end, "code": code, "seconds": time.monotonic() - begun}, bytes(records)


def _collect(pipe: int, pid: int, deadline: float, limits: dict) -> tuple[bytearray, str]:
    """What the child writes until it closes its pipe or ends, and why that was the end."""
    records, most = bytearray(), limits["output_mb"] << 20
    os.set_blocking(pipe, False)
    poller = select.poll()
    poller.register(pipe, select.POLLIN)
    looked = time.monotonic()
    while (now := time.monotonic()) < deadline:
        if poller.poll(min(TICK, deadline - now) * 1000):
            piece = os.read(pipe, 1 << 20)
            if not piece:
                return records, "exit"
            records += piece
            if len(records) > most:
                return bytearray(), "output"
        if now - looked < TICK:
            continue
        looked = now
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return records, "exit"
        if sum(map(_resident, _others())) > limits["memory_mb"] << 20:
            return records, "memory"
    return records, "timeout"


def _drain(pipe: int) -> bytes:
    """What is left in the pipe of a dead child: 64 KiB, or what it made the pipe hold."""
    pieces = []
    while True:
        try:
            piece = os.read(pipe, 1 << 20)
        except BlockingIOError:
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def _slay(pid: int) -> int:
    """Kill and reap every process but this one; the wait status of `pid`."""
    code = 0
    while True:
        if os.getpid() == 1:  # in a namespace of its own: -1 is all but process 1, at one stroke
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError:
                pass
        else:
            for other in _others():
                try:
                    os.kill(other, signal.SIGKILL)
                except (ProcessLookupError, PermissionError):
                    pass
        try:
            dead, status = os.waitpid(-1, 0)
        except ChildProcessError:
            return code
        if dead == pid:
            code = status


def _others() -> list[int]:
    """Every other process of this namespace; outside of one, all descendants."""
    if os.getpid() == 1:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    found, queue = [], [os.getpid()]
    while queue:
        pid = queue.pop()
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as file:
                    queue += (children := [int(word) for word in file.read().split()])
                    found += children
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _empty(folder: str) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)


def _take_pipes() -> tuple[int, int]:
    """Move the two pipes away from standard input and output, which become /dev/null."""
    requests, replies = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return requests, replies


def _receive(pipe: int) -> bytes | None:
    head = _exactly(pipe, 8)
    return None if head is None else _exactly(pipe, int.from_bytes(head, "big"))


def _exactly(pipe: int, amount: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < amount:
        piece = os.read(pipe, amount - len(pieces))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)


def _send(pipe: int, body: bytes) -> None:
    frame = memoryview(len(body).to_bytes(8, "big") + body)
    while frame:
        frame = frame[os.write(pipe, frame) :]
