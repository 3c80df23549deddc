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
    """Return `old` with the keys of `new`, section by section, as Snakemake merges config files."""
    return old | {key: _merged(old.get(key, {}), value) for key, value in new.items()}


def without(section: Section | dict, *keys: str) -> dict:
    """Return a section without some keys."""
    return {key: value for key, value in plain(section).items() if key not in keys}


def _merged(old: Any, value: Any) -> Any:
    """Return a key's merged value. An empty section replaces nothing."""
    if not isinstance(value, dict):
        return value
    return merge(old if isinstance(old, dict) else {}, value) if value else old
