"""Values richer than JSON: how each type travels and comes back.

`dump` and `LOADERS` are each other's inverse. A loader builds only objects of the standard library
and of numpy, and none that is much larger than its text.
"""

import sys
from array import array
from collections import UserDict, UserList, UserString, deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

LONG = 100_000  # items of a range that travels
PLACES = 5_000  # of a Decimal: arithmetic with a larger exponent writes all its zeros
COMPARED = 500_000  # more comparisons between items with equal hashes are no accident
EMPTY: dict = {}
KEYS, VALUES, ITEMS = type(EMPTY.keys()), type(EMPTY.values()), type(EMPTY.items())
WRAPPERS = {"UserList": (UserList, list), "UserDict": (UserDict, dict)}
WRAPPERS["UserString"] = UserString, str
ELEMENTS = "biufcUSO"  # dtypes of arrays that travel


def dump(value, kind: type, encode: Callable) -> dict | None:
    """Return `value` as data whose parts `encode` writes, or None if its type does not travel."""
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, bytes | bytearray):
        return {"bytearray" if isinstance(value, bytearray) else "bytes": bytes(value).hex()}
    if isinstance(value, Fraction):
        parts = Fraction.numerator.fget(value), Fraction.denominator.fget(value)  # type: ignore[attr-defined]
        return {"Fraction": [*map(encode, parts)]}
    if isinstance(value, Decimal):
        return {"Decimal": Decimal.__str__(value)} if _is_short(value) else {"unknown": "Decimal"}
    if isinstance(value, KEYS | VALUES):
        return {"keys" if isinstance(value, KEYS) else "values": [*map(encode, value)]}
    if isinstance(value, ITEMS):
        return {"items": [[*map(encode, pair)] for pair in value]}
    if kind is MappingProxyType:
        return {"mappingproxy": [[*map(encode, pair)] for pair in value.items()]}
    if isinstance(value, deque):
        return {"deque": [*map(encode, deque.__iter__(value))]}
    if isinstance(value, array):
        return {"array": [value.typecode, [*map(encode, array.tolist(value))]]}
    if kind is memoryview and value.ndim == 1 and value.format in "Bbc":
        return {"memoryview": value.tobytes().hex()}
    for tag, (wrapper, _) in WRAPPERS.items():
        if isinstance(value, wrapper):
            return {tag: encode(value.data)}
    if kind is range and _length(value) <= LONG:
        return {"range": [value.start, value.stop, value.step]}
    return None


def dump_numpy(value, kind: type, encode: Callable) -> dict | None:
    """Return a numpy scalar or array as data, or None if it is neither or does not travel."""
    numpy = sys.modules.get("numpy")
    if numpy is None or kind.__module__ != "numpy":
        return None
    if kind is numpy.ndarray and value.dtype.char in "gG" or kind is numpy.clongdouble:
        return {"unknown": f"numpy.{value.dtype}"}
    if kind is numpy.ndarray and value.dtype.kind in ELEMENTS:
        items = [*map(encode, value.ravel().tolist())]
        return {"ndarray": [value.dtype.str, list(value.shape), items]}
    if isinstance(value, numpy.generic):
        if value.dtype.char == "g":  # its `item` is a numpy scalar, too
            return {"numpy": ["longdouble", str(value)]}
        if value.dtype.kind in "biufc":
            return {"numpy": [str(value.dtype), encode(value.item())]}
    return None


def spread(keys: list) -> list:
    """Return `keys`.

    Raises:
        ValueError: a set or dict of them would take long, since their hashes collide.
    """
    if collide(keys):
        raise ValueError("keys were chosen to collide")
    return keys


def collide(items: list | tuple) -> bool:
    """Return True if so many different items share a hash that a set of them would not end."""
    if len(set(map(hash, items))) == len(items):
        return False
    groups: dict[int, list] = {}
    compared, most = 0, COMPARED + 4 * len(items)
    for item in items:
        group = groups.setdefault(hash(item), [])
        for other in group:
            compared += 1
            if _same(other, item):
                break
        else:
            group.append(item)
        if compared > most:
            return True
    return False


def _same(one, other) -> bool:
    try:
        return bool(one == other)
    except Exception:  # numpy compares a scalar with each item of a sequence
        return False


def _is_short(value: Decimal) -> bool:
    """Return True if the digits of a Decimal fit `PLACES`, with the zeros of its exponent."""
    parts = Decimal.as_tuple(value)
    exponent = parts.exponent if isinstance(parts.exponent, int) else 0  # "F" of infinity
    return len(parts.digits) + abs(exponent) <= PLACES


def _length(value: range) -> int:
    try:
        return len(value)
    except OverflowError:
        return LONG + 1


def _each(body, decode: Callable) -> list:
    if not isinstance(body, list):
        raise ValueError("not a list")
    return [*map(decode, body)]


def _mapping(body, decode: Callable) -> dict:
    keys = spread([decode(key) for key, _ in body])
    return dict(zip(keys, [decode(item) for _, item in body], strict=True))


def _fraction(body, decode: Callable) -> Fraction:
    numerator, denominator = _each(body, decode)
    if type(numerator) is not int or type(denominator) is not int:
        raise ValueError("not a Fraction")
    return Fraction(numerator, denominator)


def _decimal(body, _) -> Decimal:
    value = Decimal(body if len(body) <= 2 * PLACES else "too long")
    if not _is_short(value):
        raise ValueError("a Decimal that is too long")
    return value


def _range(body, _) -> range:
    start, stop, step = body
    value = range(start, stop, step)
    if _length(value) > LONG:
        raise ValueError("a range that is too long")
    return value


def _scalar(body, decode: Callable):
    import numpy as np

    dtype, value = body[0], decode(body[1])
    if dtype == "longdouble":
        return np.longdouble(str(value))
    kind = np.dtype(dtype)
    if kind.kind not in "biufc" or type(value) not in (bool, int, float, complex):
        raise ValueError(f"no scalar of dtype {dtype}")
    return kind.type(value)


def _ndarray(body, decode: Callable):
    import numpy as np

    dtype, shape, data = body
    kind, items = np.dtype(dtype), _each(data, decode)
    if kind.kind in "US":  # as wide as its items, whatever its dtype pretends
        kind = np.dtype(f"{kind.kind}{max(map(len, items), default=1)}")
    if kind.kind not in ELEMENTS:
        raise ValueError(f"no array of dtype {dtype}")
    flat = np.empty(len(items), kind)
    for index, item in enumerate(items):
        flat[index] = item
    return flat.reshape(shape)


def _wrapped(tag: str) -> Callable:
    wrapper, plain = WRAPPERS[tag]

    def load(body, decode: Callable):
        data = decode(body)
        if not isinstance(data, plain):
            raise ValueError(f"no {tag}")
        return wrapper(data)

    return load


LOADERS: dict[str, Callable] = {
    "int": lambda body, _: int(body, 16),
    "tuple": lambda body, decode: tuple(_each(body, decode)),
    "dict": _mapping,
    "set": lambda body, decode: set(spread(_each(body, decode))),
    "frozenset": lambda body, decode: frozenset(spread(_each(body, decode))),
    "complex": lambda body, _: complex(*body),
    "bytes": lambda body, _: bytes.fromhex(body),
    "bytearray": lambda body, _: bytearray.fromhex(body),
    "memoryview": lambda body, _: memoryview(bytes.fromhex(body)),
    "Fraction": _fraction,
    "Decimal": _decimal,
    "keys": lambda body, decode: dict.fromkeys(spread(_each(body, decode))).keys(),
    "values": lambda body, decode: dict(enumerate(_each(body, decode))).values(),
    "items": lambda body, decode: _mapping(body, decode).items(),
    "mappingproxy": lambda body, decode: MappingProxyType(_mapping(body, decode)),
    "deque": lambda body, decode: deque(_each(body, decode)),
    "array": lambda body, decode: array(body[0], _each(body[1], decode)),
    "range": _range,
    "numpy": _scalar,
    "ndarray": _ndarray,
} | {tag: _wrapped(tag) for tag in WRAPPERS}
