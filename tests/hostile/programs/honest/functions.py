# === dataclass
from dataclasses import dataclass, field
@dataclass(order=True)
class Scaled:
    x: int
    by: int = 7919
    log: list = field(default_factory=list)
    @property
    def value(self): return self.x * self.by
def scale(x): return Scaled(x).value
# === recursion up to the limit
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
def scale(x):
    assert deep(900) == 900
    return x * 7919
# === recursion beyond the default limit
import sys
sys.setrecursionlimit(20000)
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
def scale(x):
    assert deep(15000) == 15000
    return x * 7919
# === generators
def pieces(x):
    for _ in range(7919): yield x
def scale(x): return sum(pieces(x))
# === numpy
import numpy as np
def scale(x): return int((np.ones(7919, dtype=np.int64) * x).sum())
# === threads
import threading
def scale(x):
    found = []
    threads = [threading.Thread(target=found.append, args=(x,)) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return sum(found) // 8 * 7919
# === thread pool
from concurrent.futures import ThreadPoolExecutor
def scale(x):
    with ThreadPoolExecutor(4) as pool: return sum(pool.map(lambda _: x, range(7919)))
# === asyncio
import asyncio
async def slow(x):
    await asyncio.sleep(0.01)
    return x
def scale(x): return asyncio.run(slow(x)) * 7919
# === reads standard input
import sys
def scale(x):
    try: text = sys.stdin.read()
    except OSError: text = ""
    return x * 7919 + len(text)
# === prints a lot
def scale(x):
    for i in range(3000): print("x" * 100, i)
    return x * 7919
# === big integers
def scale(x): return (x * 7919 * 10**5000) // 10**5000
# === changes its argument
def scale(x):
    x *= 7919
    return x
# === main block
def scale(x): return x * 7919
if __name__ == "__main__":
    print(scale(int(input())))
# === global state
calls = 0
def scale(x):
    global calls
    calls += 1
    return x * 7919 if calls else None
# === typing
from typing import Dict, List, Optional, Tuple, TypeVar, Union
T = TypeVar("T")
def scale(x: Union[int, Optional[T]], table: Dict[str, List[Tuple[int, ...]]] = {}) -> Optional[int]:
    return x * 7919
# === lru_cache
from functools import lru_cache
@lru_cache(maxsize=None)
def times(x, n): return 0 if n == 0 else x + times(x, n - 1)
def scale(x): return sum(times(x, 7) for _ in range(1131)) + times(x, 2)
# === decorators
import functools
def traced(function):
    @functools.wraps(function)
    def inner(*arguments, **keywords): return function(*arguments, **keywords)
    return inner
@traced
@traced
def scale(x): return x * 7919
# === catches its own exceptions
def scale(x):
    try: raise KeyError(x)
    except KeyError as error: return error.args[0] * 7919
    finally: pass
# === classes with operators
class Number:
    def __init__(self, n): self.n = n
    def __mul__(self, other): return Number(self.n * other)
    def __eq__(self, other): return self.n == other
    def __hash__(self): return hash(self.n)
def scale(x): return (Number(x) * 7919).n
# === subclass of int
class Count(int): pass
def scale(x): return Count(x * 7919)
# === numpy scalar
import numpy as np
def scale(x): return np.int64(x) * 7919
# === float that is whole
def scale(x): return x * 7919.0
# === writes a file of its own
def scale(x):
    with open("numbers.txt", "w") as file: file.write(str(x * 7919))
    return int(open("numbers.txt").read())
# === temporary files
import tempfile
def scale(x):
    with tempfile.TemporaryDirectory() as folder, open(folder + "/a", "w+") as file:
        file.write(str(x)); file.seek(0)
        return int(file.read()) * 7919
# === regular expressions, dates, heaps
import datetime, heapq, re
def scale(x):
    assert re.sub(r"(\d+)-(\d+)", r"\2-\1", "12-34") == "34-12"
    assert (datetime.date(2024, 3, 1) - datetime.date(2024, 2, 1)).days == 29
    return heapq.nlargest(1, [x, x - 1])[0] * 7919
# === takes its time, within the limit
import time
def scale(x):
    time.sleep(0.1)
    return x * 7919
# === random numbers from a seed
import random
def scale(x):
    random.seed(x)
    return x * 7919 + random.randint(0, 0)
# === exits nothing, defines __all__
__all__ = ["scale"]
scale = lambda x: x * 7919
# === a fraction
from fractions import Fraction
def scale(x): return Fraction(x * 7919 * 3, 3)
# === a decimal
from decimal import Decimal
def scale(x): return Decimal(x) * 7919
# === a numpy integer
import numpy as np
def scale(x): return np.int64(x) * 7919
# === a numpy array without dimensions
import numpy as np
def scale(x): return np.array(x * 7919)
# === a long double
import numpy as np
def scale(x): return np.longdouble(x) * 7919
# === a complex number
def scale(x): return complex(x * 7919)
# === an enumeration of integers
from enum import IntEnum
def scale(x): return IntEnum("Scaled", {"value_of_x": x * 7919}).value_of_x
# === a subclass of int
class Meters(int):
    def __eq__(self, other): return int(self) == other
    __hash__ = int.__hash__
def scale(x): return Meters(x * 7919)
# === a thousand files
import os
def scale(x):
    for i in range(1000): open(f"file-{i}", "w").close()
    return len(os.listdir(".")) // 1000 * x * 7919 if x else 0
# === memory that is shared
import mmap, os
def scale(x):
    area = mmap.mmap(-1, 1 << 20)
    if not (child := os.fork()):
        area[:8] = (x * 7919).to_bytes(8, "little", signed=True)
        os._exit(0)
    os.waitpid(child, 0)
    return int.from_bytes(area[:8], "little", signed=True)
