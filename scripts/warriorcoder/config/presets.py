"""Fidelity presets: the choices on which the paper, its code and good practice differ.

`fidelity: NAME` takes `config/fidelity/NAME.yaml` for every key that a config leaves out; a key
that is there wins, whatever its value. Presets hold no amounts, sizes or models. The files lie in
this package; `config/fidelity` is a link to them.
"""

from importlib import resources

import yaml

NAMES = ("paper", "official-code", "recommended")


def read(name: str) -> dict:
    """The choices of a preset: section → key → value."""
    return yaml.safe_load((resources.files(__package__) / f"fidelity/{name}.yaml").read_text())


def fill(raw: dict) -> dict:
    """`raw` with its preset's choices where it makes none. An unknown preset fills nothing."""
    name = raw.get("fidelity") if isinstance(raw, dict) else None
    return _fill(raw, read(name)) if name in NAMES else raw


def fills(place: tuple) -> bool:
    """Whether presets make the choice at a key, or choices in a section."""
    return any(tuple(key.split("."))[: len(place)] == place for key in table())


def table() -> dict[str, tuple]:
    """`section.key` → its value in each of `NAMES`."""
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
