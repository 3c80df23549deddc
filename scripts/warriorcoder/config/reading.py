"""A configuration from what somebody wrote, or what is wrong with it, in words."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from warriorcoder.config import presets
from warriorcoder.config.section import WORDS
from warriorcoder.config.whole import Config


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names each key and its fix."""


def validate(raw: dict) -> Config:
    """`raw`, with its preset's choices where it makes none, as a Config.

    Raises:
        ConfigError: one line per wrong key, with the key's path, what is wrong and what would do.
    """
    try:
        return Config.model_validate(presets.fill(raw))
    except ValidationError as error:
        problems = [p for p in error.errors() if p["type"] != "default_factory_not_called"]
        problems = [p for p in problems if p["loc"] == ("fidelity",)] or problems
        lines = [f"  {_where(p['loc'], raw)}{_explain(p, raw)}" for p in problems]
        raise ConfigError("the configuration cannot be used:\n" + "\n".join(lines)) from None


def load(path: str | Path) -> Config:
    """The configuration in a YAML file.

    Raises:
        ConfigError: it cannot be read, or as `validate`.
    """
    try:
        return validate(parse(Path(path).read_text()))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"cannot be read ({error}); give a YAML file") from None


def parse(text: str) -> dict:
    """What a YAML text holds.

    Raises:
        yaml.YAMLError: it is none, or gives a key twice.
    """
    return yaml.load(text, _Loader)


class _Loader(yaml.SafeLoader):
    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        keys = [key.value for key, _ in node.value]
        for place, (key, _) in enumerate(node.value):
            if key.value in keys[:place]:
                raise yaml.MarkedYAMLError(
                    None, None, f"{key.value} is there twice", key.start_mark
                )
        return node


def _where(place: tuple, raw: dict) -> str:
    """The path of a key, with an expert's name for its number."""
    steps = [str(step) for step in place if step != "[key]"]
    if steps[0:1] == ["experts"] and steps[1:]:
        given = raw["experts"][place[1]]
        steps[1] = str(isinstance(given, dict) and given.get("name") or place[1])
    return ".".join(steps) + ": " if steps else ""


def _explain(problem: dict, raw: dict) -> str:
    match problem["type"]:
        case "missing" if not raw.get("fidelity") and presets.fills(problem["loc"]):
            return f"missing; add it, or `fidelity`, a preset: one of {', '.join(presets.NAMES)}"
        case "string_pattern_mismatch":
            return f"{problem['input']!r} should be {WORDS[problem['ctx']['pattern']]}"
        case "extra_forbidden":
            return "unknown key; remove it or mend its spelling (config/README.md lists all keys)"
        case "missing":
            return "missing; add it (config/README.md says what it means)"
        case "value_error":
            return str(problem["ctx"]["error"])
        case _:
            return f"{problem['msg']}, but it is {problem['input']!r}"
