# === endless loop
def attack():
    while True: pass
# === endless loop at import
while True: pass
# === sleep
import time
def attack(): time.sleep(600)
# === loop in C
def attack(): return 3 ** (10**9)
# === loop in a regular expression
import re
def attack(): return re.match("(a+)+$", "a" * 60 + "b")
# === deaf to signals
import signal
def attack():
    for number in range(1, 64):
        try: signal.signal(number, lambda *_: None)
        except (OSError, ValueError): pass
    while True: pass
# === signals blocked
import signal, time
def attack():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
    time.sleep(600)
# === stopped by itself
import os, signal
def attack(): os.kill(os.getpid(), signal.SIGSTOP)
# === memory
def attack():
    x = bytearray(WORLD["memory_mb"] * 18 // 10 << 20)
    return "escaped" if len(x) else None
# === memory, limit raised
import resource
def attack():
    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    x = bytearray(WORLD["memory_mb"] * 18 // 10 << 20)
    return "escaped" if len(x) else None
# === memory by many
import os, time
def attack():
    down, up = os.pipe()
    for _ in range(9):
        if not os.fork():
            x = bytearray(b"x") * (WORLD["memory_mb"] // 5 << 20)
            os.write(up, b"x")
            time.sleep(600)
    got = 0
    while got < 9: got += len(os.read(down, 9))
    time.sleep(0.5)
    return "escaped"
# === memory that is shared
import mmap, os, time
def attack():
    kept = []
    for _ in range(9):
        if os.fork(): continue
        size = WORLD["memory_mb"] // 5
        kept.append(mmap.mmap(-1, size << 20))
        for _ in range(size): kept[0].write(b"x" * (1 << 20))
        time.sleep(600)
    time.sleep(0.9)
    return "escaped"
# === memory that is shared and not resident
import mmap, os, time
def attack():
    for _ in range(6):
        if os.fork(): continue
        size = WORLD["memory_mb"] // 5
        kept = mmap.mmap(-1, size << 20)
        for _ in range(size): kept.write(b"x" * (1 << 20))
        kept.madvise(mmap.MADV_DONTNEED)
        time.sleep(600)
    time.sleep(0.5)
    return "escaped"
# === memory that is shared by a process that hides
import ctypes, mmap, os, time
def attack():
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    for _ in range(6):
        if os.fork(): continue
        size = WORLD["memory_mb"] // 5
        kept = mmap.mmap(-1, size << 20)
        for _ in range(size): kept.write(b"x" * (1 << 20))
        kept.madvise(mmap.MADV_DONTNEED)
        time.sleep(600)
    time.sleep(0.5)
    return "escaped"
# === memory that is shared by a process that left
import mmap, os, time
def attack():
    for _ in range(6):
        if os.fork(): continue
        size = WORLD["memory_mb"] // 5
        kept = mmap.mmap(-1, size << 20)
        if child := os.fork():
            os.waitpid(child, 0)
            time.sleep(600)
        for _ in range(size): kept.write(b"x" * (1 << 20))
        os._exit(0)
    time.sleep(0.5)
    return "escaped"
# === memory in socket buffers
import os, socket, time
def attack():
    for _ in range(40):
        if os.fork(): continue
        kept = []
        try:
            while True:
                kept.append(socket.socketpair())
                for each in kept[-1]:
                    each.setblocking(False)
                    try:
                        while True: each.send(bytes(1 << 16))
                    except BlockingIOError: pass
        except OSError: time.sleep(600)
    time.sleep(0.9)
    return "escaped"
# === memory in sockets on their way
import array, os, socket, time
def attack():
    for _ in range(40):
        if os.fork(): continue
        down, up = socket.socketpair()
        try:
            while True:
                one, other = socket.socketpair()
                one.setblocking(False)
                try:
                    while True: one.send(bytes(1 << 16))
                except BlockingIOError: pass
                up.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [other.fileno()]))])
                kept = one
        except OSError: time.sleep(600)
    time.sleep(0.9)
    return "escaped"
# === memory in nameless files
import os
def attack():
    kept = []
    for _ in range(15):
        kept.append(os.memfd_create("x"))
        for _ in range(60): os.write(kept[-1], b"x" * (1 << 20))
    return "escaped"
# === memory in System V segments
import ctypes
def attack():
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    libc.shmdt.argtypes = [ctypes.c_void_p]
    for _ in range(9):
        number = libc.shmget(0, ctypes.c_size_t(100 << 20), 0o1600)
        if number < 0: return None
        where = libc.shmat(number, None, 0)
        ctypes.memset(where, 1, 100 << 20)
        libc.shmdt(where)
    return "escaped"
# === full /tmp
import os
def attack():
    size = 0
    for i in range(900):
        with open(f"/tmp/{WORLD['mark']}-{i}", "wb") as file: size += file.write(bytes(1 << 20))
    return "escaped"
# === full working folder
def attack():
    for i in range(900):
        with open(f"{WORLD['mark']}-{i}", "wb") as file: file.write(bytes(1 << 20))
    return "escaped"
# === full /dev/shm
def attack():
    for i in range(900):
        with open(f"/dev/shm/{WORLD['mark']}-{i}", "wb") as file: file.write(bytes(1 << 20))
    return "escaped"
# === one large file
def attack():
    with open(WORLD["mark"], "wb") as file:
        for _ in range(900): file.write(bytes(1 << 20))
    return "escaped"
# === many files
import os
def attack():
    for i in range(300_000): os.close(os.open(f"{WORLD['mark']}-{i}", os.O_CREAT))
# === more files than a folder holds
import os
def attack():
    made = 0
    try:
        while made < 20_000:
            os.symlink("x", f"{WORLD['mark']}-{made}")
            made += 1
    except OSError: pass
    return "escaped" if made > 12_000 else None
# === more folders than a folder holds
import os
def attack():
    made = 0
    os.chdir("/dev/shm")
    try:
        while made < 20_000:
            os.mkdir(f"{WORLD['mark']}-{made}")
            made += 1
    except OSError: pass
    return "escaped" if made > 12_000 else None
# === deep folders
import os
def attack():
    for _ in range(3000):
        os.mkdir(WORLD["mark"])
        os.chdir(WORLD["mark"])
# === fork bomb
import os, time
def attack():
    made = 0
    end = time.monotonic() + 2
    while time.monotonic() < end and made < 500:
        try:
            if not os.fork(): time.sleep(600)
            made += 1
        except OSError: break
    return "escaped" if made > 200 else None
# === fork bomb of forks
import os, time
def attack():
    rename(WORLD["comm"])
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try: os.fork()
        except OSError: pass
# === thread bomb
import threading, time
def attack():
    made = 0
    try:
        while made < 500:
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
            made += 1
    except RuntimeError: pass
    return "escaped" if made > 200 else None
# === open files
import os
def attack():
    kept = []
    try:
        while len(kept) < 5000: kept.append(os.open("/dev/null", os.O_RDONLY))
    except OSError: pass
    return "escaped" if len(kept) > 1100 else None
# === stack
import sys
sys.setrecursionlimit(10**9)
def attack(): return attack()
# === stack in C
import sys
def attack():
    sys.setrecursionlimit(10**9)
    class Deep:
        def __repr__(self): return repr([self])
    return repr(Deep())
# === processor time by many
import os
def attack():
    for _ in range(30):
        if not os.fork():
            while True: pass
    while True: pass
# === clock overwritten through frames
import sys, threading
def attack():
    frame = sys._getframe()
    while "clock" not in frame.f_locals: frame = frame.f_back
    clock = frame.f_locals["clock"]
    def lie():
        while True: clock[0] = 0
    threading.Thread(target=lie, daemon=True).start()
    while True: pass
# === stopped with all its processes
import os, signal, time
def attack():
    for _ in range(10):
        if not os.fork(): time.sleep(600)
    os.killpg(0, signal.SIGSTOP)
# === terminals
import os
def attack():
    kept = []
    try:
        while len(kept) < 4000: kept += os.openpty()
    except OSError: pass
    return "escaped" if len(kept) > 1100 else None
