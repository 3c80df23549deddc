"""Limits on one running program (clock, memory, output), and its end."""

import mmap
import os
import re
import select
import signal
import sys
import time

TICK = 0.05
FAIR = 0.9  # of its limit: what a program that never waits gets of a free processor, at least
TRANSPORT = 16 << 20  # bytes per second: what a value takes to travel is not the program's time

SOCKET = 512 << 10  # bytes of the buffers of a pair's end, by default
ZERO = b"/dev/zero"  # the name of shared anonymous memory
SHARED = re.compile(rb"^(\w+)-(\w+) ...s (\w+) \S+ (\d+) +/dev/zero", re.MULTILINE)

_shared = mmap.mmap(-1, mmap.PAGESIZE)  # with the program under way


class Clock:
    """Wall time of a program, which reports the start of a call.

    A forged report gains it at most `seconds`. Each call has a limit, which excludes the time to
    write its value. Loading and all calls together have `seconds`, plus one second per `TRANSPORT`
    bytes in and out. `load` times as much wall time may pass.
    """

    def __init__(
        self, seconds: float, call_seconds: list[float] | None, size: int, load: float = 1.0
    ):
        self.seconds, self.call_seconds, self.load = seconds, call_seconds or [], load
        self.end = time.monotonic() + load * seconds + size / TRANSPORT
        _shared[:] = bytes(len(_shared))
        self.page = memoryview(_shared).cast("Q")  # see `child.run`

    def deadline(self, written: int) -> float:
        """Return the deadline of the program, or of the running call if that is earlier."""
        end, (begun, number) = self.end + written / TRANSPORT, self.page[:2]
        if not begun or number >= len(self.call_seconds) or self.page[0] != begun:
            return end
        return min(end, begun / 1e9 + self.load * self.call_seconds[number])

    def starved(self, used: float) -> bool:
        """Return True if a program that timed out had less processor time than its limit.

        Args:
            used: seconds of processor time, of the program with all its processes.
        """
        _, number, before = self.page[:3]
        if self.deadline(0) < self.end:
            return used - before / 1e9 < FAIR * self.call_seconds[number]
        return used < FAIR * self.seconds


def collect(pid: int, pipe: int, parent: int, area, clock: Clock, limits: dict) -> tuple[int, str]:
    """Fill `area` with the program's output from `pipe`, and return its size and the end.

    Ends: `exit`, `timeout`, `memory`, `output` (more than `area` holds) and `gone` (the other end
    of `parent` is closed).
    """
    room, size, end = memoryview(area), 0, ""
    os.set_blocking(pipe, False)
    poller = select.poll()
    poller.register(pipe, select.POLLIN)
    poller.register(parent, 0)
    looked = time.monotonic()
    while not end:
        now = time.monotonic()
        left = clock.deadline(size) - now
        if left <= 0:
            end = "timeout"
        for ready, event in poller.poll(min(TICK, max(left, 0)) * 1000):
            if ready == parent and event & (select.POLLHUP | select.POLLERR):
                end = "gone"
            elif ready == pipe:
                got = os.readv(pipe, [room[size : size + (1 << 20)]])
                size += got
                end = end or ("" if got and size < len(room) else "output" if got else "exit")
        if now - looked > TICK:
            looked = now
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                end = end or "exit"
            if _has_begun(pid) and _memory(limits["proc"]) > limits["memory_mb"] << 20:
                end = end or "memory"
    room.release()
    return size, end


def _has_begun(pid: int) -> bool:
    """Return True if a program may run in a child, whose memory was hidden until its `setsid`."""
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False


def drain(pipe: int, area, size: int) -> int:
    """Read the rest of the pipe of a dead program into `area`, and return the new size."""
    with memoryview(area) as room:
        while size < len(room):
            try:
                got = os.readv(pipe, [room[size : size + (1 << 20)]])
            except BlockingIOError:
                break
            if not got:
                break
            size += got
    return size


def slay() -> None:
    """Kill and reap every process but this one."""
    while True:
        if os.getpid() == 1:  # in a namespace of its own: -1 is all but process 1, at one stroke
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError:
                pass
        else:
            for other in _others("/proc"):
                try:
                    os.kill(other, signal.SIGKILL)
                except (ProcessLookupError, PermissionError):
                    pass
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _others(proc: str) -> list[int]:
    """Return every other process of this namespace, or all descendants outside of one."""
    if os.getpid() == 1:
        return [int(name) for name in os.listdir(proc) if name.isdigit() and name != "1"]
    found, queue = [], [os.getpid()]
    while queue:
        pid = queue.pop()
        try:
            for thread in os.listdir(f"{proc}/{pid}/task"):
                with open(f"{proc}/{pid}/task/{thread}/children") as file:
                    queue += (children := [int(word) for word in file.read().split()])
                    found += children
        except OSError:
            continue
    return found


def _memory(proc: str) -> int:
    """Return the bytes of all programs: resident pages, shared anonymous memory and sockets.

    A page of shared anonymous memory stays when no process has it resident any more, so each
    mapping counts with its size, once. A socket counts with the most that its buffers hold. A
    process that hides its memory has too much.
    """
    page, total = os.sysconf("SC_PAGE_SIZE"), 0
    shared: dict[bytes, int] = {}
    for pid in _others(proc):
        try:
            with open(f"{proc}/{pid}/statm") as file:
                _, resident, of_files, *_ = map(int, file.read().split())
            with open(f"{proc}/{pid}/maps", "rb") as file:
                maps = file.read()
        except PermissionError:  # it hides its memory
            return sys.maxsize
        except (OSError, ValueError):
            continue
        found = SHARED.findall(maps) if ZERO in maps else []
        for start, end, offset, inode in found:
            size = int(end, 16) - int(start, 16) + int(offset, 16)
            shared[inode] = max(size, shared.get(inode, 0))
        total += (resident - (of_files if found else 0)) * page
    return total + sum(shared.values()) + _sockets(proc) * SOCKET


def _sockets(proc: str) -> int:
    if os.getpid() != 1:  # among the sockets of others
        return 0
    try:
        with open(f"{proc}/net/sockstat") as file:
            return int(file.readline().split()[-1])
    except (OSError, ValueError, IndexError):
        return 0
