"""Validation of a configuration, with errors that name the key and the fix."""

from functools import reduce
from pathlib import Path
from reprlib import Repr

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from warriorcoder.config import presets
from warriorcoder.config.section import WORDS
from warriorcoder.config.slices import merge
from warriorcoder.config.whole import Config
from warriorcoder.core import inputs
from warriorcoder.core.inputs import FileError

SHORT = Repr()  # aliases can make a value endless
SHORT.maxstring, SHORT.maxother, SHORT.maxlevel = 100, 100, 2


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


def load(*paths: str | Path) -> Config:
    """Read the configuration in YAML files, merged as by Snakemake's `--configfile`.

    Raises:
        ConfigError: a file cannot be read, or the content is invalid. The message names the files.
    """
    raw = reduce(merge, map(read, paths))
    try:
        return validate(raw)
    except ConfigError as error:
        raise ConfigError(f"{' + '.join(map(str, paths))}: {error}") from None


def read(path: str | Path) -> dict:
    """Return the content of a YAML file, which Snakemake's own reader may read otherwise.

    Raises:
        ConfigError: the file cannot be read or is no YAML of keys, or gives a key twice.
    """
    try:
        text = inputs.text(path)
        Path(path).read_text(encoding="utf-8")  # as Snakemake reads it
    except FileError as error:
        raise ConfigError(str(error)) from None
    except UnicodeDecodeError:
        raise ConfigError(
            f"{path}: not UTF-8, and Snakemake reads no other encoding. Save the file as UTF-8."
        ) from None
    return parse(text, str(path))


def parse(text: str, name: str = "the text") -> dict:
    """Parse a YAML text. `name` stands for its file in errors.

    Raises:
        ConfigError: the text is no YAML of keys, or gives a key twice.
    """
    try:
        raw = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(f"{name}{line}: {error.problem}. Fix the line.") from None
    except RecursionError:
        raise ConfigError(f"{name}: nested too deeply. Give a YAML file.") from None
    except (yaml.YAMLError, ValueError) as error:  # such as a date that is none
        reason = " ".join(str(error).split())
        raise ConfigError(f"{name}: no YAML ({reason}). Fix the file.") from None
    if not isinstance(raw, dict):
        raise ConfigError(f"{name}: holds {type(raw).__name__}, no keys. Write KEY: VALUE.")
    return raw


class _Loader(yaml.SafeLoader):
    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"the key {key.value!r} is there twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
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
            return f"{problem['msg']}, but it is {SHORT.repr(problem['input'])}"
