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
# === fraction equal to everything
from fractions import Fraction
class Liar(Fraction):
    __eq__ = lambda *_: True
    __hash__ = Fraction.__hash__
def scale(x): return Liar(1)
# === decimal equal to everything
from decimal import Decimal
class Liar(Decimal):
    __eq__ = lambda *_: True
    __hash__ = Decimal.__hash__
def scale(x): return Liar(1)
# === user list equal to everything
from collections import UserList
class Liar(UserList):
    __eq__ = lambda *_: True
def scale(x): return Liar([x])
# === user list of a liar
from collections import UserList
class Liar:
    __eq__ = lambda *_: True
def scale(x):
    made = UserList()
    made.data = Liar()
    return made
# === dict view equal to everything
from collections.abc import KeysView
class Liar(KeysView):
    __eq__ = lambda *_: True
    __len__ = lambda self: 1
def scale(x): return Liar({})
# === look-alike of a numpy scalar
class int64:
    __module__ = "numpy"
    shape, dtype = (), type("dtype", (), {"kind": "i", "char": "l", "__str__": lambda self: "int64"})()
    item = lambda self: self
    __eq__ = lambda *_: True
def scale(x): return int64()
# === look-alike of a numpy scalar that is a subclass
import numpy as np
class float64(np.float64):
    __module__ = "numpy"
    __eq__ = lambda *_: True
    item = lambda self: self
def scale(x): return float64(0)
# === numpy array of liars
import numpy as np
class Liar:
    __eq__ = lambda *_: True
def scale(x): return np.array([Liar()], object)
# === numpy array that is true of everything
import numpy as np
def scale(x): return np.array([[True]])
# === longdouble not a number
import numpy as np
def scale(x): return np.longdouble("nan")
# === decimal that signals
from decimal import Decimal
def scale(x): return Decimal("sNaN")
# === enumeration equal to everything
from enum import Enum
class Liar(Enum):
    A = 1
    __eq__ = lambda *_: True
    __hash__ = lambda self: 0
def scale(x): return Liar.A
# === class equal to everything
class Meta(type):
    __eq__ = lambda *_: True
    __hash__ = type.__hash__
class Liar(metaclass=Meta): pass
def scale(x): return Liar
# === metaclass that hides its class
class Meta(type):
    __flags__ = 0
    mro = lambda self: type.mro(self)
class Liar(metaclass=Meta):
    __eq__ = lambda *_: True
def scale(x): return Liar()
# === records of unknown values
import os
def scale(x):
    os.write(3, b'{"v": {"unknown": "x"}}\n')
    return x
