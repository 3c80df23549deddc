"""Fidelity presets, the choices that differ between the paper, its code and good practice.

`fidelity: NAME` fills the keys that a config leaves out from `config/fidelity/NAME.yaml`. A key in
the config wins. Presets hold no amounts, sizes or models. The files lie in this package, and
`config/fidelity` is a link to them.
"""

from importlib import resources
from typing import Literal, get_args

import yaml

Fidelity = Literal["paper", "official-code", "recommended"]
NAMES = get_args(Fidelity)


def read(name: str) -> dict:
    """Return the choices of a preset: section → key → value."""
    return yaml.safe_load((resources.files(__package__) / f"fidelity/{name}.yaml").read_text())


def fill(raw: dict) -> dict:
    """Return `raw` with the keys it lacks from its preset. An unknown preset fills nothing."""
    name = raw.get("fidelity") if isinstance(raw, dict) else None
    return _fill(raw, read(str(name))) if name in NAMES else raw


def fills(place: tuple) -> bool:
    """Return True if presets fill the key, or keys of the section, at `place`."""
    return any(tuple(key.split("."))[: len(place)] == place for key in table())


def table() -> dict[str, tuple]:
    """Return `section.key` → its value in each of `NAMES`."""
    choices = [read(name) for name in NAMES]
    return {
        f"{section}.{key}": tuple(each[section][key] for each in choices)
        for section, keys in choices[0].items()
        for key in keys
    }


def _fill(given, defaults):
    if not (isinstance(given, dict) and isinstance(defaults, dict)):
        return given
    missing = {key: value for key, value in defaults.items() if key not in given}
    return {key: _fill(value, defaults.get(key)) for key, value in given.items()} | missing
