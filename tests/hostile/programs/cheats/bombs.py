# === collision bomb
def scale(x): return {7 + i * (2**61 - 1) for i in range(4000)}
# === collision bomb in a list
def scale(x): return [7 + i * (2**61 - 1) for i in range(200_000)]
# === deep value
def scale(x):
    value = []
    for _ in range(10**5): value = [value]
    return value
# === cycle
def scale(x):
    value = []
    value.append(value)
    return value
# === pickled payload
class Payload:
    def __reduce__(self): return eval, ("True",)
def scale(x): return Payload()
# === decimal of a million digits
def scale(x): return 10 ** 1_000_000
# === lying length and items
class Liar(list):
    __len__ = lambda self: 3
    __iter__ = lambda self: iter([7919] * 3)
    __getitem__ = lambda self, i: 7919
    __eq__ = lambda *_: True
def scale(x): return Liar([x])
# === encoder recursion
class Liar(dict):
    items = lambda self: iter([(self, self)])
    __eq__ = lambda *_: True
    __hash__ = lambda self: 0
def scale(x): return Liar(a=1)
# === items that grow while they are read
class Grow(list):
    def __iter__(self):
        while True: yield 1
def scale(x): return Grow()
# === fraction of a million digits
from fractions import Fraction
def scale(x): return Fraction(10**1_000_000, 3)
# === column without end
def scale(x): return [[x * 1.0]] * 30_000
# === tuple of colliding tuples
def scale(x): return tuple((7 + i * (2**61 - 1),) for i in range(30_000))
# === dict view that collides
def scale(x): return dict.fromkeys(7 + i * (2**61 - 1) for i in range(3000)).keys()
# === array of arrays
import numpy as np
def scale(x): return [np.zeros((10, 1000))] * 20
# === deque in itself
from collections import deque
def scale(x):
    value = deque()
    value.append(value)
    return value
# === user list in itself
from collections import UserList
def scale(x):
    value = UserList()
    value.data = value
    return value
