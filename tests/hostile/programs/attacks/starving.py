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
# === output
import os, sys
def attack():
    end = __import__("time").monotonic() + 30
    while __import__("time").monotonic() < end:
        for fd in (1, 2):
            try: os.write(fd, b"x" * 65536)
            except OSError: pass
# === records without end
import os
def attack():
    while True:
        for fd in range(3, 12):
            try: os.write(fd, b"x" * 65536)
            except OSError: pass
# === records of many small lists
import os
for fd in range(3, 9):
    try:
        os.write(fd, b'{"v": [')
        while True: os.write(fd, b"[]," * 20_000)
    except OSError: pass
def attack(): return None
# === large value
def attack(): return "x" * (400 << 20)
# === set that collides
def attack(): return [7 + i * (2**61 - 1) for i in range(100_000)]
# === number of a million digits
def attack(): return [10 ** 300_000] * 20
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
# === pipes made large
import fcntl, os
def attack():
    kept = []
    for _ in range(100):
        down, up = os.pipe()
        kept += [down, up]
        fcntl.fcntl(up, 1031, 1 << 20)
        os.set_blocking(up, False)
        try:
            while True: os.write(up, bytes(1 << 20))
        except OSError: pass
# === processor time by many
import os
def attack():
    for _ in range(30):
        if not os.fork():
            while True: pass
    while True: pass
