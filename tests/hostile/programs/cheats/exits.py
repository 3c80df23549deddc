# === exit 0 at import
import os
os._exit(0)
# === exit 0 in the call
import os
def scale(x): os._exit(0)
# === SystemExit at import
raise SystemExit(0)
# === SystemExit in the call
import sys
def scale(x): sys.exit(0)
# === KeyboardInterrupt
def scale(x): raise KeyboardInterrupt
# === killed by itself
import os, signal
def scale(x): os.kill(os.getpid(), signal.SIGKILL)
# === exit through ctypes
import ctypes
def scale(x): ctypes.CDLL(None)._exit(0)
# === no function
scale = 7919
# === loop at import
while True: pass
# === endless iterator
def scale(x): return (i for i in iter(int, 1))
# === replaced by another program
import os
def scale(x): os.execv("/bin/true", ["true"])
# === fork that answers for it
import os
if os.fork(): os._exit(0)
def scale(x): return None
# === exception whose text is a pass
class Pass(BaseException):
    __str__ = __repr__ = lambda self: "pass"
def scale(x): raise Pass
