"""Plain Python values as JSON and back, with their exact types.

None, bool, int, float, str and list are themselves. Every other type is a dict with one key, its
tag. A subclass of a plain type becomes that type, by the methods of the plain type. numpy scalars
keep their dtype. Lazy or view-like iterables keep their items. All other values are `Opaque`.
"""

DIGITS = 1 << 1024  # larger ints travel as hex: decimal text is quadratic, and limited by Python
DEPTH = 200
PLAIN = {type(None), bool, float, str}
JSON = PLAIN | {int}
VIEWS = ("range", "map", "filter", "zip", "generator", "dict_keys", "dict_values", "dict_items")


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
    if kind.__module__ == "numpy" and hasattr(value, "dtype") and hasattr(value, "item"):
        if not value.shape and value.dtype.kind in "biufc":
            return {"numpy": [str(value.dtype), encode(value.item(), depth)]}
        return {"object": [f"numpy.{kind.__name__}", None]}
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, bytes | bytearray):
        return {"bytearray" if isinstance(value, bytearray) else "bytes": bytes(value).hex()}
    items = None
    if kind.__name__ in VIEWS:
        items = [encode(item, depth) for _, item in zip(range(1_000_000), value, strict=False)]
    return {"object": [f"{kind.__module__}.{kind.__qualname__}", items]}


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
    except (TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        raise ValueError(f"not an encoded value: {error}") from None


def _decode(data):
    if isinstance(data, list):
        if set(map(type, data)) <= JSON:
            return list(data)
        return [_decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((tag, body),) = data.items()
    match tag:
        case "int":
            return int(body, 16)
        case "tuple":
            return tuple(_decode(item) for item in body)
        case "dict":
            keys = _spread([_decode(key) for key, _ in body])
            return dict(zip(keys, [_decode(item) for _, item in body], strict=True))
        case "set":
            return set(_spread([_decode(item) for item in body]))
        case "frozenset":
            return frozenset(_spread([_decode(item) for item in body]))
        case "complex":
            return complex(*body)
        case "bytes":
            return bytes.fromhex(body)
        case "bytearray":
            return bytearray.fromhex(body)
        case "numpy":
            return _numpy(*body)
        case "object":
            name, items = body
            return Opaque(str(name), None if items is None else [_decode(item) for item in items])
    raise ValueError(f"unknown tag {tag!r}")


def collide(items: list | tuple) -> bool:
    """Return True if so many different items share a hash that a set of them would not end."""
    first: dict = {}
    others = 0
    for item in items:
        others += first.setdefault(hash(item), item) != item
    return others > 1000


def _spread(keys: list) -> list:
    if collide(keys):
        raise ValueError("keys were chosen to collide")
    return keys


def _numpy(dtype: str, value):
    import numpy as np

    kind = np.dtype(dtype)
    if kind.kind not in "biufc":
        raise ValueError(f"no scalar of dtype {dtype}")
    return kind.type(_decode(value))
