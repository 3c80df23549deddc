"""Embeddings of instructions (paper 3.2, step 3), what compression measures distances in."""

import numpy as np

from warriorcoder.download import hub, snapshots


def embed(
    texts: list[str], embedder: str, revision: str | None, dtype: str, batch_size: int
) -> np.ndarray:
    """Embeddings of `texts`, float32 [n, d], each of Euclidean length 1.

    Runs on the first GPU where there is one, else on the CPU; `dtype` is that of the weights.
    """
    if not texts:
        return np.zeros((0, 0), np.float32)
    import torch
    from sentence_transformers import SentenceTransformer

    path = snapshots.folder(hub.locate(embedder), revision)
    model = SentenceTransformer(
        path,
        device="cuda" if torch.cuda.is_available() else "cpu",
        local_files_only=True,
        model_kwargs={"dtype": getattr(torch, dtype)},
    )
    x = model.encode(texts, batch_size=batch_size, show_progress_bar=False)
    x = np.asarray(x, np.float64).reshape(len(texts), -1)
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)
