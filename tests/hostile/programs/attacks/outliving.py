# === daemon
import os, time
def attack():
    if not os.fork():
        os.setsid()
        if not os.fork():
            rename(WORLD["comm"])
            time.sleep(120)
        os._exit(0)
    time.sleep(0.1)
# === daemon from import
import os, time
if not os.fork():
    os.setsid()
    rename(WORLD["comm"])
    time.sleep(120)
    os._exit(0)
def attack(): return None
# === child of a subprocess
import subprocess, sys, time
def attack():
    subprocess.Popen([sys.executable, "-c", f"import time; open('/proc/self/comm', 'w').write({WORLD['comm']!r}); time.sleep(120)"], start_new_session=True)
    time.sleep(0.3)
# === shell in the background
import subprocess, time
def attack():
    subprocess.Popen(["bash", "-c", f"trap '' HUP TERM INT; exec -a {WORLD['comm']} sleep 120 & disown"])
    time.sleep(0.2)
# === deaf to signals
import os, signal, time
def attack():
    if not os.fork():
        for number in range(1, 64):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        rename(WORLD["comm"])
        time.sleep(120)
    time.sleep(0.1)
# === parent's death signal taken off
import ctypes, os, time
def attack():
    if not os.fork():
        ctypes.CDLL(None).prctl(1, 0)
        os.setsid()
        rename(WORLD["comm"])
        time.sleep(120)
    time.sleep(0.1)
# === runs from one process into the next
import os, time
def attack():
    rename(WORLD["comm"])
    end = time.monotonic() + 1
    while time.monotonic() < end:
        if os.fork(): os._exit(0)
# === stopped children
import os, signal, time
def attack():
    for _ in range(4):
        if not os.fork():
            rename(WORLD["comm"])
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(120)
    time.sleep(0.1)
# === its own process namespace
import ctypes, os, time
def attack():
    ctypes.CDLL(None).unshare(0x10000000 | 0x20000000)
    if not os.fork():
        rename(WORLD["comm"])
        time.sleep(120)
    time.sleep(0.1)
# === endless loop in a child while the parent passes
import os
def attack():
    if not os.fork():
        rename(WORLD["comm"])
        while True: pass
# === new reaper
import ctypes, os, time
def attack():
    ctypes.CDLL(None).prctl(36, 1)
    if not os.fork():
        if not os.fork():
            os.setsid()
            rename(WORLD["comm"])
            time.sleep(120)
        os._exit(0)
    time.sleep(0.1)
# === after its exit, by atexit
import atexit, os, time
def later():
    if not os.fork():
        rename(WORLD["comm"])
        time.sleep(120)
atexit.register(later)
def attack(): return None
# === thread that never ends
import threading, time
threading.Thread(target=time.sleep, args=(120,)).start()
rename(WORLD["comm"])
def attack(): return None
