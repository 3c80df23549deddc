# === patched builtins
import builtins
builtins.isinstance = builtins.all = builtins.any = lambda *_: True
builtins.len = lambda _: 3
builtins.type = lambda *_: int
def scale(x): return None
# === patched json
import json
json.dumps = lambda *_, **__: '{"v": true}'
json.loads = lambda *_, **__: {"v": True}
def scale(x): return None
# === patched harness
import sys
for module in list(sys.modules.values()):
    for name in ("encode", "_call", "_describe", "is_floats", "unsafe_execute"):
        if hasattr(module, name): setattr(module, name, lambda *_: {"v": True})
def scale(x): return None
# === patched numpy comparison
import numpy as np
np.allclose = np.isclose = np.array_equal = np.all = lambda *_, **__: True
def scale(x): return -1.0
# === patched numpy comparison and type
import builtins
import numpy as np
np.allclose = lambda *_, **__: True
real = type
builtins.type = lambda *a: int if len(a) == 1 else real(*a)
import sys
frame = sys._getframe()
while frame:
    if "atol" in frame.f_locals: frame.f_globals["is_floats"] = lambda *_: True
    frame = frame.f_back
def scale(x): return 0
# === tracing that changes locals
import ctypes, sys
def tracer(frame, event, arg):
    if "exact_match" in frame.f_locals:
        frame.f_locals["exact_match"] = True
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return tracer
def scale(x):
    frame = sys._getframe().f_back
    while frame:
        frame.f_trace = tracer
        frame = frame.f_back
    sys.settrace(tracer)
    return None
# === int constants changed in memory
import ctypes
def scale(x):
    for small in range(2, 200):
        try: ctypes.memmove(id(small) + 24, id(1) + 24, 4)
        except Exception: pass
    return 1
# === import hook
import sys
class Hook:
    def find_spec(self, name, path=None, target=None): return None
sys.meta_path.insert(0, Hook())
sys.modules["numpy"] = sys.modules["math"]
def scale(x): return None
# === assertions off
import sys
sys.flags = type("Flags", (), {"optimize": 2})()
__debug__flag = False
def scale(x): return None
# === time limit cancelled
import signal, time
def scale(x):
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    time.sleep(60)
    return x * 7919
# === time limit caught
import time
def scale(x):
    for _ in range(4):
        try: time.sleep(60)
        except BaseException: pass
    return x * 7919
# === limits patched in the frames
import sys, time
def scale(x):
    frame = sys._getframe()
    while frame:
        for name in ("time_limits", "call_seconds", "seconds"):
            value = frame.f_locals.get(name)
            if isinstance(value, list): value[:] = [10**6] * len(value)
        frame = frame.f_back
    time.sleep(60)
    return x * 7919
# === trace function that changes what is written
import sys
def trace(frame, event, argument):
    if "record" in frame.f_locals: frame.f_locals["record"]["v"] = True
    return trace
sys.settrace(trace)
def scale(x): return True
# === profile function
import sys
def scale(x):
    sys.setprofile(lambda frame, *_: frame.f_locals.update(value=True))
    return True
# === audit hook that ends the process
import os, sys
sys.addaudithook(lambda name, _: name == "open" and os._exit(0))
def scale(x): return x
# === audit hook that raises
import sys
def hook(*_): raise SystemExit(0)
def scale(x):
    sys.addaudithook(hook)
    return x
# === loaders of rich values
import sys
def scale(x):
    rich = sys.modules["inside.rich"]
    for tag in rich.LOADERS: rich.LOADERS[tag] = lambda *_: True
    return {x}
