"""A check of embeddings: without a direction no distance between them means anything."""

from collections.abc import Sequence

import numpy as np


class EmbeddingError(ValueError):
    """Embeddings that are zero or not finite; the message names the rows and the fix."""


def check(ids: Sequence[str], x: np.ndarray) -> None:
    """Refuse embeddings `x` [n, d] that have no direction; `ids` name the rows.

    Raises:
        EmbeddingError: a row is zero, or a value is infinite or not a number.
    """
    length = np.linalg.norm(x, axis=1)
    bad = np.flatnonzero(~((length > 0) & (length < np.inf)))
    if len(bad):
        named = ", ".join(f"{ids[row]} (length {length[row]:g})" for row in bad[:3])
        raise EmbeddingError(
            f"{len(bad)} of {len(ids)} embeddings are zero or not finite: {named}. Set "
            "compression.dtype to float32, or choose another compression.embedder. Delete this "
            "author's embeddings if they exist."
        )
