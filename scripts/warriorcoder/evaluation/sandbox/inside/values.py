"""Python values as JSON and back, with their exact types.

None, bool, int, float, str and list are themselves. Every other type is a dict with one key, its
tag. A subclass of a plain type becomes that type, by the methods of the plain type. All other
values are `Opaque`. They equal no value but themselves, unless the program's own class decides.
Then nobody can compare them outside of the sandbox, and the text holds `UNKNOWN`.
"""

from functools import partial

from .rich import LOADERS, collide, dump, dump_numpy

__all__ = ["UNKNOWN", "Opaque", "collide", "decode", "encode"]

DIGITS = 1 << 1024  # larger ints travel as hex: decimal text is quadratic, and limited by Python
DEPTH = 200
LONG = 1_000_000  # items of an iterator that travel
PLAIN = {type(None), bool, float, str}
JSON = PLAIN | {int}
LAZY = (map, filter, zip, enumerate, reversed, type(_ for _ in ()))
UNKNOWN = b'{"unknown": '  # JSON escapes quotes, so that no string holds it
HEAP = 1 << 9  # Py_TPFLAGS_HEAPTYPE: not one of C's static classes
# Getters that no metaclass can replace.
FLAGS, MEMBERS = type.__dict__["__flags__"].__get__, type.__dict__["__dict__"].__get__
# Methods with which a class decides how its objects compare.
BEHAVIOUR = (
    "__eq__ __iter__ __getitem__ __len__ __array__ __array_interface__ __array_struct__ "
    "__array_ufunc__ __float__ __index__ __abs__ __sub__ __rsub__"
).split()


class Opaque:
    """A value that cannot leave the sandbox. It equals no other value and may hold its items."""

    def __init__(self, name: str, items: list | None = None):
        self.name, self._items = name, items

    def __iter__(self):
        if self._items is None:
            raise TypeError(f"{self.name} is not iterable")
        return iter(self._items)

    def __repr__(self) -> str:
        return f"<{self.name}>"


def encode(value, depth: int = 0):
    """Return `value` as data for JSON, opaque below a nesting of `DEPTH` (cycles included)."""
    kind = type(value)
    if value is None or kind is bool or kind is float or kind is str:
        return value
    if depth > DEPTH:
        return {"object": ["nested too deep", None]}
    if isinstance(value, int):
        value = int.__index__(value)
        return value if -DIGITS < value < DIGITS else {"int": hex(value)}
    depth += 1
    if kind is list and _is_flat(value):
        return list(value)
    if isinstance(value, list):
        return [encode(item, depth) for item in list.__iter__(value)]
    if isinstance(value, tuple):
        return {"tuple": [encode(item, depth) for item in tuple.__iter__(value)]}
    if isinstance(value, dict):
        pairs = dict.items(value)
        return {"dict": [[encode(key, depth), encode(item, depth)] for key, item in pairs]}
    if isinstance(value, set):
        return {"set": [encode(item, depth) for item in set.__iter__(value)]}
    if isinstance(value, frozenset):
        return {"frozenset": [encode(item, depth) for item in frozenset.__iter__(value)]}
    inner = partial(encode, depth=depth)
    if data := dump_numpy(value, kind, inner):
        return data
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return dump(value, kind, inner) or _opaque(value, kind, depth)


def _opaque(value, kind: type, depth: int) -> dict:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if kind in LAZY:
        items = [encode(item, depth) for _, item in zip(range(LONG), value, strict=False)]
        return {"object": [name, items]}
    made = [each for each in type.mro(kind) if FLAGS(each) & HEAP]
    if any(method in MEMBERS(each) for each in made for method in BEHAVIOUR):
        return {"unknown": name}
    return {"object": [name, None]}


def _is_flat(value: list) -> bool:
    """Return True if JSON takes a list unchanged, without a loop over its items in Python."""
    kinds = set(map(type, value))
    return kinds <= PLAIN or (kinds == {int} and max(map(int.bit_length, value)) <= 1024)


def decode(data):
    """Return the value that `encode` wrote as `data`.

    Raises:
        ValueError: `encode` cannot have written `data`.
    """
    try:
        return _decode(data)
    except Exception as error:
        raise ValueError(f"not an encoded value: {error}") from None


def _decode(data):
    if isinstance(data, list):
        if set(map(type, data)) <= JSON:
            return list(data)
        return [_decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((tag, body),) = data.items()
    if tag == "object":
        name, items = body
        return Opaque(str(name), None if items is None else [_decode(item) for item in items])
    return Opaque(str(body)) if tag == "unknown" else LOADERS[tag](body, _decode)
