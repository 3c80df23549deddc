"""Embeddings of instructions (paper 3.2, step 3), whose distances compression measures."""

from collections.abc import Sequence

import numpy as np

from warriorcoder.config.compression import Compression
from warriorcoder.core import job
from warriorcoder.curation.directions import check
from warriorcoder.download import hub, snapshots


def embed(ids: Sequence[str], texts: list[str], by: Compression) -> np.ndarray:
    """Return embeddings of `texts`, float32 [n, d], each of Euclidean length 1.

    The model runs on the first GPU, or on the CPU. `ids` name the texts in errors.

    Raises:
        EmbeddingError: an embedding is zero or not finite.
    """
    if not texts:
        return np.zeros((0, 0), np.float32)
    import torch
    from sentence_transformers import SentenceTransformer

    path = snapshots.folder(hub.locate(by.embedder), by.revision)
    model = SentenceTransformer(
        path,
        device="cuda" if torch.cuda.is_available() else "cpu",
        local_files_only=True,
        model_kwargs={"dtype": getattr(torch, by.dtype)},
    )
    with job.work():
        x = model.encode(texts, batch_size=by.batch_size, show_progress_bar=False)
    x = np.asarray(x, np.float64).reshape(len(texts), -1)
    check(ids, x)
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)
