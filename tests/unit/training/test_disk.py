"""If this test fails, a training fills the disk after hours."""

import pytest

from warriorcoder.models import fit
from warriorcoder.training import disk


def test_a_training_without_room_is_refused_before_its_first_step(tmp_path, monkeypatch, caplog):
    size = 1_000_000
    one, two = (fit.disk_training(size, number) for number in (1, 2))
    monkeypatch.setattr(disk, "free", lambda _: one - 1000)
    with pytest.raises(disk.DiskError, match=r"0\.0 GB are free.*checkpoint_minutes"):
        disk.check(tmp_path, size, checkpoints=True)
    disk.check(tmp_path, size, checkpoints=False)
    (tmp_path / "held").write_bytes(b"x" * 1000)  # an old checkpoint gives way
    disk.check(tmp_path, size, checkpoints=True)
    monkeypatch.setattr(disk, "free", lambda _: two)
    disk.check(tmp_path, size, checkpoints=True)
