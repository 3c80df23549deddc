"""The distribution of a job's rows and GPUs to copies of a model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.config.experts import Engine, Expert
from warriorcoder.models.engines import EngineError, Request
from warriorcoder.models.engines.replicas import DEALT, deal, devices
from warriorcoder.models.model import Model


@given(st.integers(0, 2000), st.integers(1, 9))
def test_every_row_is_dealt_once_and_evenly_and_neighbours_stay_together(rows, hands):
    requests = [Request(str(row), (1,), row) for row in range(rows)]
    parts = deal(requests, hands)
    assert sorted((r for part in parts for r in part), key=lambda r: r.seed) == requests
    sizes = [len(part) for part in parts]
    assert len(sizes) == hands and max(sizes) - min(sizes) <= DEALT
    for part in parts:
        starts = [r.seed for r in part if r.seed % DEALT == 0]
        assert [r.seed for r in part] == [
            seed for start in starts for seed in range(start, min(start + DEALT, rows))
        ]


def test_each_copy_sees_its_own_gpus_of_those_that_the_job_was_given(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert devices(8, 4) == ["0,1,2,3", "4,5,6,7"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-a,GPU-b,5,7")
    assert devices(4, 2) == ["GPU-a,GPU-b", "5,7"]
    assert devices(4, 1) == ["GPU-a", "GPU-b", "5", "7"]


def test_more_gpus_than_there_are_to_see_are_refused(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    with pytest.raises(EngineError, match="on 4 GPUs and sees 2 .*`gpus`"):
        devices(4, 2)


def test_vllm_without_a_number_of_gpus_is_refused_where_there_are_some(monkeypatch, tmp_path):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    spec = Expert(name="athene", model=str(tmp_path))
    with pytest.raises(EngineError, match="athene: the job asks for no GPU.*`gpus`"):
        Model(spec, Engine(kind="vllm"), tmp_path / "rows.sqlite")._loaded  # noqa: B018


def test_one_copy_takes_the_gpus_as_they_were_given(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    assert devices(2, 2) == devices(0, 1) == [None]
