"""Parts of a config as plain values, as a file's record holds them."""

from functools import reduce
from typing import Any

from warriorcoder.config.section import Section


def plain(value: Any) -> Any:
    """Return config sections as JSON-like values, so that a param has one representation."""
    if isinstance(value, Section):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def pick(config: Section, path: str) -> dict:
    """Return one key of a config at its place: `rating.k` is `{"rating": {"k": 40.0}}`.

    Raises:
        AttributeError: the config has no such key.
    """
    names = path.split(".")
    value = plain(reduce(getattr, names, config))
    return reduce(lambda inner, name: {name: inner}, reversed(names), value)


def merge(old: dict, new: dict) -> dict:
    """Return `old` with the keys of `new`, section by section."""
    both = {key: merge(old[key], value) for key, value in new.items() if _nested(old, key, value)}
    return old | new | both


def without(section: Section | dict, *keys: str) -> dict:
    """Return a section without some keys."""
    return {key: value for key, value in plain(section).items() if key not in keys}


def _nested(old: dict, key: str, value: Any) -> bool:
    return isinstance(old.get(key), dict) and isinstance(value, dict)
