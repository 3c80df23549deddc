"""Fresh namespaces for programs, so that nothing which one leaves there reaches the next.

The sandbox's first process keeps the rights that this takes, and runs no program. It forks a
server into namespaces of its own: processes, network, IPC and mounts, with a new /proc, /tmp and
/dev/shm. The server gives up all rights and runs programs. When one of them left a trace, the
server ends, and the next takes its place. Most programs leave none, and new namespaces cost more
than such a program.
"""

import ctypes
import fcntl
import os
import signal
import socket
import struct

NEW = 0x20000 | 0x8000000 | 0x20000000 | 0x40000000  # CLONE_NEWNS, NEWIPC, NEWPID, NEWNET
CLONE = {"x86_64": 56, "aarch64": 220}
NOSUID_NODEV, NOEXEC = 2 | 4, 8
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1  # ioctls of an interface
DROP_BOUND, CLEAR_AMBIENT = 24, (47, 4)  # prctl(2)
VERSION = 0x20080522  # of capset(2)
READ_ONLY = 1 | 32 | 4096  # MS_RDONLY, MS_REMOUNT, MS_BIND
BIND = 4096 | 16384  # MS_BIND, MS_REC
DEVICES = [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty")]
FILES = 10_000  # in each private folder
COUNTERS = "snmp", "snmp6", "netstat", "sockstat", "dev"
RENEW = 3  # the exit status of a server that wants a successor
LIBC = ctypes.PyDLL(None, use_errno=True)


def serve_in_turn(limits: dict) -> int:
    """Fork server after server. Return, in each of them, the number of servers before it.

    The first process never returns. It ends with the last server.

    Raises:
        OSError: the kernel refuses namespaces or mounts.
    """
    turn = 0
    while True:
        server = LIBC.syscall(CLONE[os.uname().machine], NEW | signal.SIGCHLD, 0, 0, 0, 0)
        if server < 0:
            raise OSError(ctypes.get_errno(), "the kernel makes no namespaces")
        if not server:
            ctypes.pythonapi.PyOS_AfterFork_Child()
            _furnish(limits)
            return turn
        _, status = os.waitpid(server, 0)
        if os.waitstatus_to_exitcode(status) != RENEW:
            os._exit(0)
        turn += 1


class Traces:
    """Counters and the state of private folders, which a program could read after earlier ones.

    Args:
        folders: the private folders.
        parents: folders in them that hold a mount.
        proc: /proc of the server's namespaces.
    """

    def __init__(self, folders: list[str], parents: list[str], proc: str):
        self._folders, self._parents, self._counters = folders, parents, []
        self._processes = os.open(f"{proc}/loadavg", os.O_RDONLY)
        for name in COUNTERS:
            if os.path.exists(f"{proc}/net/{name}"):  # without IPv6 there is no snmp6
                self._counters.append(os.open(f"{proc}/net/{name}", os.O_RDONLY))
        self._seen = self._look()

    def left(self) -> bool:
        """Return True if there is a trace of more than one process since the last look."""
        try:
            (before, state), self._seen = self._seen, self._look()
        except OSError:  # a folder is full, or closed
            return True
        made = [new - old for old, new in zip(before, self._seen[0], strict=True)]
        return set(made) != {1} or state != self._seen[1]

    def _look(self) -> tuple[list[int], list]:
        """Return the numbers of processes and of files so far, and the rest.

        The look makes a file in each folder.
        """
        counts = [int(os.pread(self._processes, 200, 0).split()[-1])]
        state: list = [os.pread(counter, 1 << 16, 0) for counter in self._counters]
        for folder in [*self._folders, *self._parents]:
            now = os.stat(folder)
            state += [now.st_mode, now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_atime_ns]
            state += [os.listxattr(folder), os.statvfs(folder).f_ffree]
        for folder in self._folders:
            probe = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
            counts.append(os.fstat(probe).st_ino)
            os.close(probe)
        return counts, state


def _furnish(limits: dict) -> None:
    """Mount the private folders, start the loopback interface, and give up all rights."""
    _mount(b"proc", b"/proc", NOSUID_NODEV | NOEXEC, None)
    limits["proc"] = f"/proc/self/fd/{os.open('/proc', os.O_RDONLY)}"
    try:  # programs do not see the server's counters; the server sees programs
        _mount(b"proc", b"/proc", NOSUID_NODEV | NOEXEC, b"hidepid=noaccess")
    except OSError:  # before Linux 5.8
        pass
    for device in DEVICES:  # programs could set their times
        if os.path.exists(device):
            kept = os.statvfs(device).f_flag
            atime = (1 << 21 if kept & os.ST_RELATIME else 0) | kept & os.ST_NOATIME
            _mount(None, device.encode(), READ_ONLY | kept & 0xE | atime, None)
    limits["parents"] = []
    size = f"size={limits['disk_mb']}m,nr_inodes={FILES},mode=1777"
    for folder in limits["folders"]:
        limits["parents"] += _renew(folder, size)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, GET_FLAGS, request))[1]
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", b"lo", flags | UP))
    for capability in range(64):
        LIBC.prctl(DROP_BOUND, capability, 0, 0, 0)
    if limits["user"]:
        os.setgroups([])
        os.setresgid(*[limits["user"]] * 3)
        os.setresuid(*[limits["user"]] * 3)
    LIBC.prctl(*CLEAR_AMBIENT, 0, 0, 0)
    if LIBC.capset(struct.pack("Ii", VERSION, 0), bytes(24)):
        raise OSError(ctypes.get_errno(), "the kernel takes no rights away")


def _renew(folder: str, size: str) -> list[str]:
    """Mount a new `folder` with the mounts below the old one, and return all parents of these."""
    with open("/proc/self/mountinfo") as file:
        points = [line.split()[4].encode().decode("unicode_escape") for line in file]
    below = [point for point in points if point.startswith(f"{folder}/")]
    kept = {point: os.open(point, os.O_PATH) for point in below}
    _mount(b"tmpfs", folder.encode(), NOSUID_NODEV, size.encode())
    for point, old in kept.items():
        os.makedirs(point, 0o755, exist_ok=True)
        _mount(None, point.encode(), BIND, None, f"/proc/self/fd/{old}".encode())
        os.close(old)
    steps = {point: point.removeprefix(folder).count("/") for point in below}
    parents = {point.rsplit("/", up)[0] for point in below for up in range(1, steps[point])}
    return sorted(parents)


def _mount(
    kind: bytes | None, folder: bytes, flags: int, data: bytes | None, source: bytes | None = None
) -> None:
    if LIBC.mount(source or kind, folder, kind, ctypes.c_ulong(flags), data):
        raise OSError(ctypes.get_errno(), f"the kernel does not mount {folder.decode()}")
