"""Validation of a configuration, with errors that name the key and the fix."""

from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from warriorcoder.config import presets
from warriorcoder.config.section import WORDS
from warriorcoder.config.whole import Config


class ConfigError(ValueError):
    """The configuration is invalid. The message names each key and its fix."""


def validate(raw: dict) -> Config:
    """Return `raw` as a Config, with the keys it lacks from its preset.

    Raises:
        ConfigError: `raw` is invalid. Each line names a key, the fault and the fix.
    """
    try:
        return Config.model_validate(presets.fill(raw))
    except ValidationError as error:
        problems = [p for p in error.errors() if p["type"] != "default_factory_not_called"]
        problems = [p for p in problems if p["loc"] == ("fidelity",)] or problems
        lines = [f"  {_where(p['loc'], raw)}{_explain(p, raw)}" for p in problems]
        raise ConfigError("the configuration cannot be used:\n" + "\n".join(lines)) from None


def load(path: str | Path) -> Config:
    """Read the configuration in a YAML file.

    Raises:
        ConfigError: the file cannot be read, or its content is invalid.
    """
    try:
        return validate(parse(Path(path).read_text()))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"cannot be read ({error}). Give a YAML file.") from None


def parse(text: str) -> dict:
    """Parse a YAML text.

    Raises:
        yaml.YAMLError: the text is no YAML, or gives a key twice.
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
    """Return the path of a key, with an expert's name instead of its number."""
    steps = [str(step) for step in place if step != "[key]"]
    if steps[0:1] == ["experts"] and steps[1:]:
        given = raw["experts"][place[1]]
        steps[1] = str(isinstance(given, dict) and given.get("name") or place[1])
    return ".".join(steps) + ": " if steps else ""


def _explain(problem: ErrorDetails, raw: dict) -> str:
    match problem["type"]:
        case "missing" if not raw.get("fidelity") and presets.fills(problem["loc"]):
            return f"missing. Add it, or a preset as `fidelity`: one of {', '.join(presets.NAMES)}."
        case "string_pattern_mismatch":
            return f"{problem['input']!r} should be {WORDS[problem['ctx']['pattern']]}"
        case "extra_forbidden":
            return "unknown key. Remove it or fix its spelling (config/README.md lists all keys)."
        case "missing":
            return "missing. Add it (config/README.md explains it)."
        case "value_error":
            return str(problem["ctx"]["error"])
        case _:
            return f"{problem['msg']}, but it is {problem['input']!r}"
