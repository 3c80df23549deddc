# === printed verdict
print("pass")
print('{"v": 7919}\n{"d": 1}', flush=True)
def scale(x): return None
# === forged end
import os
for fd in range(3, 30):
    try: os.write(fd, b'{"d": 1}\n')
    except OSError: pass
os._exit(0)
# === forged values
import os
for fd in range(3, 30):
    try: os.write(fd, b'{"v": true}\n' * 3 + b'{"d": 1}\n')
    except OSError: pass
os._exit(0)
# === forged verdict
import os
for fd in range(3, 30):
    try: os.write(fd, b'{"status": "pass", "end": "exit"}\n')
    except OSError: pass
os._exit(0)
# === forged frame
import os
for fd in range(3, 30):
    try: os.write(fd, (9).to_bytes(8, "big") + b'{"v": 1}\n')
    except OSError: pass
os._exit(0)
# === known value forged
import os
for fd in range(3, 30):
    try: os.write(fd, b'{"v": null}\n{"v": {"object": ["known", null]}}\n{"v": {"object": ["known", null]}}\n{"d": 1}\n')
    except OSError: pass
os._exit(0)
# === forged types
import os
for fd in range(3, 30):
    try: os.write(fd, b'{"v": {"numpy": ["O", 1]}}\n{"v": {"eval": "7919"}}\n{"v": {"pickle": "Y19idWlsdGlucw=="}}\n{"d": 1}\n')
    except OSError: pass
os._exit(0)
# === pickle in every pipe
import os, pickle
class Payload:
    def __reduce__(self): return os.system, ("true",)
for fd in range(3, 30):
    try: os.write(fd, pickle.dumps(Payload()))
    except OSError: pass
def scale(x): return Payload()
# === shared results overwritten
import ctypes, gc, sys
def everything():
    frame = sys._getframe()
    while frame:
        yield from list(frame.f_locals.values())
        frame = frame.f_back
    yield from gc.get_objects()
def scale(x):
    for thing in everything():
        for name in ("stat", "details", "progress"):
            if isinstance(thing, dict) and name in thing and hasattr(thing[name], "get_obj"): thing = thing[name]
        try:
            if type(thing).__name__ in ("Synchronized",): thing.value = 0
            if type(thing).__name__ in ("SynchronizedArray",): thing[:] = [1] * len(thing)
        except Exception: pass
    return None
# === shared results overwritten, then exit
import os, sys
def scale(x):
    frame = sys._getframe()
    while frame:
        local = frame.f_locals
        if "stat" in local and "details" in local:
            local["stat"].value = 0
            for i in range(len(local["details"])): local["details"][i] = True
            local["progress"].value = len(local["details"])
            os._exit(0)
        frame = frame.f_back
# === shared results overwritten at import, then exit
import os, sys
frame = sys._getframe()
while frame:
    local = frame.f_locals
    if "stat" in local and "details" in local:
        local["stat"].value = 0
        for i in range(len(local["details"])): local["details"][i] = True
        local["progress"].value = len(local["details"])
        os._exit(0)
    frame = frame.f_back
def scale(x): return None
# === every shared mapping set to success
import ctypes
def scale(x):
    for line in open("/proc/self/maps").readlines():
        ends, rights = line.split()[:2]
        low, high = [int(end, 16) for end in ends.split("-")]
        if rights == "rw-s" and high - low <= 1 << 20: ctypes.memset(low, 1, high - low)
    return True
# === clock stopped
import sys
def scale(x):
    frame = sys._getframe()
    while frame:
        clock = frame.f_locals.get("clock")
        if clock is not None:
            clock[0] = 0
            clock[1] = 2**64 - 1
        frame = frame.f_back
    while True: pass
# === late thread
import os, threading, time
def late():
    time.sleep(0.05)
    for fd in range(3, 30):
        try: os.write(fd, b'{"v": 7919}\n')
        except OSError: pass
threading.Thread(target=late, daemon=True).start()
def scale(x): return None
# === late thread that repairs the results
import sys, threading, time
kept = []
frame = sys._getframe()
while frame:
    if "stat" in frame.f_locals: kept.append(frame.f_locals)
    frame = frame.f_back
def late():
    for _ in range(500):
        time.sleep(0.001)
        for local in kept:
            local["stat"].value = 0
            for i in range(len(local["details"])): local["details"][i] = True
            local["progress"].value = len(local["details"])
threading.Thread(target=late).start()
def scale(x): return None
# === finalizers
import atexit, os
class Last:
    def __del__(self, write=os.write): write(3, b'{"v": 7919}\n')
last = Last()
atexit.register(Last)
def scale(x): return None
# === values before and after its own
import os
for fd in range(3, 30):
    try: os.write(fd, b'{"v": 7919}\n')
    except OSError: pass
def scale(x): return None
# === records from two processes
import os
os.fork()
def scale(x): return None
