"""The sections `models` and `published`: models beside the base and the rosters, known figures."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from warriorcoder.config.experts import Expert, Source
from warriorcoder.config.section import Section, text

Style = Literal["completion", "chat"]
METRIC = r"^((humaneval|mbpp)\+?|cruxeval-(input|output)|ds1000(/[A-Za-z]+)?)$"
METRICS = "a metric of a benchmark, such as humaneval+ or ds1000/Numpy"


class Model(Source):
    """A model that the benchmarks score as it is, in a row of its own."""

    style: Style = Field(
        "chat",
        description="Prompts of the benchmarks: `completion` continues bare text, `chat` uses the "
        "chat template.",
    )

    @model_validator(mode="after")
    def _style_fits(self):
        if self.chats and self.style == "completion":
            raise ValueError(
                "a chat server puts its own template around every prompt. Take style: chat, or "
                "api.protocol: completions."
            )
        if self.reasoning != "none" and self.style == "completion":
            raise ValueError(
                "a bare prompt opens no thought. Take style: chat, or remove reasoning."
            )
        return self

    def named(self, name: str) -> Expert:
        """Return the model as an expert that answers benchmarks."""
        own = {key: getattr(self, key) for key in Source.model_fields}
        return Expert(name=name, roles=("benchmark",), **own)


class Published(Section):
    """A published figure of a model, with the conditions under which it was measured."""

    metric: Annotated[str, text(METRIC, words=METRICS)] = Field(
        description="Metric as in results.json: `humaneval`, `humaneval+`, `mbpp`, `mbpp+`, "
        "`cruxeval-input`, `cruxeval-output`, `ds1000` or `ds1000/LIBRARY`."
    )
    k: int = Field(1, gt=0, description="The k of pass@k.")
    value: float = Field(ge=0, le=100, description="Percent.")
    version: str = Field(description="Data set, spelt as in `benchmarks.NAME.version`.")
    style: Style = Field(description="Prompts: `completion` or `chat`.")
    setting: str = Field(
        "greedy",
        description="Decoding as the report spells it, such as `T 0.2, top-p 0.95, 10 samples`.",
    )
    dtype: str | None = Field(None, description="Precision of the weights. Null: not stated.")
    source: str = Field(min_length=1, description="Citation, with its table or address.")
