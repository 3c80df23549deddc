# === expected values in the frames
import sys
def scale(x):
    frame = sys._getframe()
    while frame:
        for name, value in {**frame.f_globals, **frame.f_locals}.items():
            if "expect" in name or "canonical" in name:
                for each in value:
                    if isinstance(each, int) and each and each % x == 0: return each
        frame = frame.f_back
# === expected values by index
import sys
turn = -1
def scale(x):
    global turn
    turn += 1
    frame = sys._getframe()
    while frame:
        if "expected" in frame.f_locals: return frame.f_locals["expected"][turn]
        frame = frame.f_back
# === expected values overwritten
import sys
def scale(x):
    frame = sys._getframe()
    while frame:
        found = frame.f_locals.get("expected")
        if isinstance(found, list): found[:] = [None] * len(found)
        frame = frame.f_back
    return None
# === inputs overwritten
import sys
def scale(x):
    frame = sys._getframe()
    while frame:
        for name in ("inputs", "expected", "known", "values"):
            found = frame.f_locals.get(name)
            if isinstance(found, list): found.clear()
        frame = frame.f_back
    return None
# === solution in the heap
import gc, re
def scale(x):
    for thing in gc.get_objects():
        try: text = str(thing)
        except Exception: continue
        for found in re.findall(r"x \* (79\d\d)", text): return x * int(found)
# === solution in the frames' code
import sys
def scale(x):
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            constants = getattr(getattr(value, "__code__", None), "co_consts", ())
            for constant in constants:
                if type(constant) is int and constant > 7900 and constant < 7925: return x * constant
        frame = frame.f_back
# === solution in this process's memory
import ctypes, re
def scale(x):
    pattern = re.compile(rb"return x \* (7\d\d[0-9])\b")
    for line in open("/proc/self/maps").readlines():
        ends, rights, *_, name = line.split()
        low, high = [int(end, 16) for end in ends.split("-")]
        if rights[0] == "r" and not name.startswith("[v") and high - low < 1 << 28:
            for found in pattern.findall(ctypes.string_at(low, high - low)):
                return x * int(found)
# === solution in other processes' memory
import glob, os, re
def scale(x):
    for path in glob.glob("/proc/[0-9]*/mem"):
        if path.split("/")[2] == str(os.getpid()): continue
        try:
            with open(path.replace("mem", "maps")) as maps, open(path, "rb") as memory:
                for line in maps:
                    low, high = [int(word, 16) for word in line.split()[0].split("-")]
                    if high - low > 1 << 26: continue
                    memory.seek(low)
                    try: text = memory.read(high - low)
                    except (OSError, ValueError, OverflowError): continue
                    for found in re.findall(rb"return x \* (\d{4})\b", text): return x * int(found)
        except OSError: continue
# === data set on the disk
import glob, re
def scale(x):
    for pattern in WORLD["datasets"]:
        for path in glob.glob(pattern, recursive=True):
            try: text = open(path, errors="replace").read()
            except OSError: continue
            for found in re.findall(r"x \* (\d{4})", text): return x * int(found)
# === ground truth in a module
import importlib
def scale(x):
    for name in ("warriorcoder.benchmarks.truth", "warriorcoder.benchmarks.replay", "tests.hostile.suite", "evalplus.data"):
        try: module = importlib.import_module(name)
        except BaseException: continue
        for value in vars(module).values():
            if isinstance(value, dict):
                for each in value.values():
                    if isinstance(each, int) and 7900 < each < 7925: return x * each
# === expected values from the parent's pipe
import os
def scale(x):
    for fd in range(3, 64):
        try: text = os.pread(fd, 1 << 20, 0)
        except OSError: continue
        if b"7919" in text: return x * 7919
# === what an earlier program left in memory
import ctypes, re
def scale(x):
    for line in open("/proc/self/maps").readlines():
        ends, rights, *_, name = line.split()
        low, high = [int(end, 16) for end in ends.split("-")]
        if rights[:2] == "rw" and not name.startswith("[v"):
            for found in re.findall(rb'\{"v": (\d{4,6})\}\n\{"v": \d+\}', ctypes.string_at(low, high - low)):
                return int(found) * x
# === memory scanned for the factor
import ctypes, re
def scale(x):
    for line in open("/proc/self/maps"):
        found = re.match(r"(\w+)-(\w+) rw", line)
        if found and "[stack" not in line:
            start, end = (int(each, 16) for each in found.groups())
            text = ctypes.string_at(start, min(end - start, 1 << 24))
            if hit := re.search(rb"return x \* ([1-9]\d{2,5})\n", text): return x * int(hit[1])
# === numbers of the heap
import gc
def scale(x):
    for thing in gc.get_objects():
        if isinstance(thing, list) and len(thing) == 3 and thing[0] == thing[1] // 2 == thing[2] // 3 > 100:
            return x * thing[0]
