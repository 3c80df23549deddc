"""What all sections have in common."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

WORDS: dict[str, str] = {}  # pattern of a string → what it asks for


def text(pattern: str, *, words: str, **more):
    """The type of a string with a pattern; whoever breaks it reads `words`."""
    WORDS[pattern] = words
    return Annotated[str, Field(pattern=pattern, **more)]


def _distinct(values: Sequence) -> Sequence:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value!r} is there twice; leave one out")
    return values


LETTERS = "small letters, digits, '.' and '-', the first one a letter or digit"
Name = text(r"^[a-z0-9][a-z0-9.-]*$", words=LETTERS, max_length=40)
RosterName = text(
    r"^[a-z0-9][a-z0-9_.-]*$", words=LETTERS.replace("'.'", "'_', '.'"), max_length=40
)
Commit = text(r"^[0-9a-f]{40}$", words="a commit: 40 digits of 0-9 and a-f")
Sha256 = text(r"^[0-9a-f]{64}$", words="64 digits of 0-9 and a-f")
Url = text(r"^https?://\S+$", words="http(s)://…")
Unit = Annotated[float, Field(ge=0, le=1)]
Nucleus = Annotated[float, Field(gt=0, le=1)]
Temperature = Annotated[float, Field(ge=0, le=2)]
Distinct = AfterValidator(_distinct)


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_number(cls, value: Any, info: ValidationInfo) -> Any:
        """YAML's yes and no are neither 1 and 0 nor a name."""
        given = value if isinstance(value, list) else [value]
        if cls.model_fields[info.field_name].annotation is not bool:
            for each in given:
                if isinstance(each, bool):
                    said = str(each).lower()
                    raise ValueError(f"{said} is no value of this key; quote it if it is a name")
        return value
