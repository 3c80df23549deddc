"""The base class of all sections, and the types of values that they share."""

import os
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

WORDS: dict[str, str] = {}  # pattern of a string → its description in an error


def text(pattern: str, *, words: str, max_length: int | None = None) -> Any:
    """Return the pydantic field of a string with a pattern. An error describes it by `words`."""
    WORDS[pattern] = words
    return Field(pattern=pattern, max_length=max_length)


def _distinct(values: Sequence) -> Sequence:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value!r} is there twice. Remove one.")
    return values


def _expanded(path: Any) -> Any:
    """Return a path with `~`, `$NAME` and `${NAME}` replaced, as a shell does."""
    if not isinstance(path, str):
        return path

    def value(found: re.Match) -> str:
        name = found[1].strip("{}")
        if not os.environ.get(name):
            raise ValueError(
                f"{path!r} names the variable {name}, which is not set. Export it, or write the "
                "path without it."
            )
        return os.environ[name]

    written = re.sub(r"\$([A-Za-z_]\w*|\{[A-Za-z_]\w*\})", value, path)
    home = os.path.expanduser(written)
    if home.startswith("~"):
        raise ValueError(f"{path!r}: there is no such user. Write ./{path} for a folder here.")
    return home


LETTERS = "small letters, digits, '.' and '-', the first one a letter or digit"
Name = Annotated[str, text(r"^[a-z0-9][a-z0-9.-]*$", words=LETTERS, max_length=40)]
RosterName = Annotated[
    str,
    text(r"^[a-z0-9][a-z0-9_.-]*$", words=LETTERS.replace("'.'", "'_', '.'"), max_length=40),
]
EXPANDED = BeforeValidator(_expanded)
Place = Annotated[str, EXPANDED]  # of a file, a folder or a model
Commit = Annotated[str, text(r"^[0-9a-f]{40}$", words="a commit: 40 digits of 0-9 and a-f")]
Sha256 = Annotated[str, text(r"^[0-9a-f]{64}$", words="64 digits of 0-9 and a-f")]
Url = Annotated[str, text(r"^https?://\S+$", words="http(s)://…")]
Unit = Annotated[float, Field(ge=0, le=1)]
Nucleus = Annotated[float, Field(gt=0, le=1)]
Temperature = Annotated[float, Field(ge=0, le=2)]
Distinct = AfterValidator(_distinct)
# A judge's text without a mark (METHOD 19).
OnInvalid = Literal["count", "ask_again"]
ON_INVALID = (
    "`ask_again` asks a judge once more where its text holds no {}, for the mark alone. The second "
    "text is in the column `again`."
)


class Section(BaseModel):
    """A frozen section of the configuration that refuses unknown keys and NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def recorded(cls, values: dict[str, Any]) -> Self:
        """Return a section with the keys that a record holds, and no default of another key.

        A job that reads a key which its rule does not name fails with an AttributeError.
        """
        section = cast(Self, cls.model_construct(**values))
        for key in cls.model_fields.keys() - values.keys():
            vars(section).pop(key, None)
        return section

    @field_validator("*", mode="before")
    @classmethod
    def _no_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse a boolean (YAML's yes and no) as a number or a name."""
        given = value if isinstance(value, list) else [value]
        if cls.model_fields[str(info.field_name)].annotation not in (bool, bool | None):
            for each in given:
                if isinstance(each, bool):
                    literal = str(each).lower()
                    raise ValueError(
                        f"expected no boolean, got {literal}. If it is a name, quote it: "
                        f'"{literal}".'
                    )
        return value
