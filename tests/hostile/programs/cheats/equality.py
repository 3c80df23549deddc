# === object equal to everything
class Liar:
    __eq__ = __le__ = __ge__ = lambda *_: True
    __ne__ = lambda *_: False
    __hash__ = None
def scale(x): return Liar()
# === int equal to everything
class Liar(int):
    __eq__ = lambda *_: True
    __ne__ = lambda *_: False
    __hash__ = int.__hash__
def scale(x): return Liar(0)
# === float equal to everything
class Liar(float):
    __eq__ = lambda *_: True
    __ne__ = lambda *_: False
    __hash__ = float.__hash__
def scale(x): return Liar(0)
# === str equal to everything
class Liar(str):
    __eq__ = lambda *_: True
    __hash__ = str.__hash__
def scale(x): return Liar("")
# === list equal to everything
class Liar(list):
    __eq__ = lambda *_: True
def scale(x): return Liar()
# === dict equal to everything
class Liar(dict):
    __eq__ = lambda *_: True
def scale(x): return Liar()
# === liar in a list
class Liar:
    __eq__ = lambda *_: True
def scale(x): return [Liar()]
# === liar by reflected comparison
class Liar(int):
    def __eq__(self, other): return NotImplemented if isinstance(other, Liar) else True
    __hash__ = int.__hash__
def scale(x): return Liar(-1)
# === comparison that takes the expected value
class Thief:
    def __eq__(self, other):
        self.value = other
        return self.value == other
def scale(x): return Thief()
# === metaclass that lies about its type
class Meta(type):
    __instancecheck__ = __subclasscheck__ = __eq__ = lambda *_: True
    __hash__ = type.__hash__
class Int(metaclass=Meta):
    __class__ = int
    __index__ = __int__ = lambda self: 0
    __eq__ = lambda *_: True
def scale(x): return Int()
# === not a number
def scale(x): return float("nan")
# === numpy array of truth
import numpy as np
def scale(x): return np.ones(3, bool)
# === numpy array subclass
import numpy as np
class Liar(np.ndarray):
    __eq__ = lambda *_: True
def scale(x): return np.zeros(()).view(Liar)
# === mock that equals anything
from unittest.mock import ANY
def scale(x): return ANY
# === numpy 0-d array close to everything
import numpy as np
class Liar:
    __array__ = lambda self, *_, **__: np.array(7919)
    __eq__ = lambda *_: True
def scale(x): return Liar()
