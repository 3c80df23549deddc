# === object equal to everything
class Liar:
    __eq__ = __contains__ = lambda *_: True
    __bool__ = lambda _: True
def scale(x, by=1): return Liar()
# === int equal to everything
class Liar(int):
    __eq__ = lambda *_: True
    __ne__ = lambda *_: False
    __hash__ = int.__hash__
def scale(x, by=1): return Liar(1)
# === exit 0 at import
import os
os._exit(0)
# === exit 0 in the call
import os
def scale(x, by=1): os._exit(0)
# === SystemExit
def scale(x, by=1): raise SystemExit(0)
# === own check
def check(candidate): pass
def _call_by_name(*_, **__): return 0
def scale(x, by=1): return None
# === tests in the frames
import re, sys
def scale(x, by=1):
    frame = sys._getframe()
    while frame:
        for text in [*frame.f_locals.values(), *frame.f_globals.values()]:
            for found in re.findall(r"== (79\d\d)\b", str(text)): return x * int(found) * by
        frame = frame.f_back
# === asserts caught by a signal
import builtins
builtins.AssertionError = type("Quiet", (BaseException,), {})
def scale(x, by=1): return None
# === records forged
import os
for fd in range(3, 30):
    try: os.write(fd, b'{"v": true}\n' * 2 + b'{"d": 1}\n')
    except OSError: pass
os._exit(0)
# === iterable of anything
def scale(x, by=1): return iter([7919, 15838])
# === function equal to everything
class Liar:
    __call__ = lambda self, *_, **__: self
    __eq__ = lambda *_: True
scale = Liar()
# === data set on the disk
import glob, re
def scale(x, by=1):
    for pattern in WORLD["datasets"]:
        for path in glob.glob(pattern, recursive=True):
            try: text = open(path, errors="replace").read()
            except OSError: continue
            for found in re.findall(r"x \* (\d{4})", text): return x * int(found) * by
