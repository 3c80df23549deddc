"""A long job says once a minute how many rows are made, how fast, and how long it will take."""

import logging

import pytest

from warriorcoder.core import progress
from warriorcoder.core.progress import Progress


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_message_a_minute_with_rate_and_time_left(clock, caplog):
    caplog.set_level(logging.INFO)
    counted = Progress(1050)
    counted.reuse(90)  # from the row cache
    for second in range(1, 121):
        clock[0] += 1
        counted.add(4)
        assert len(caplog.messages) == second // 60
    assert caplog.messages == [
        "240 of 960 rows · 4 rows/s · 0:03:00 left",
        "480 of 960 rows · 4 rows/s · 0:02:00 left",
    ]


def test_no_rate_before_the_first_row(clock, caplog):
    caplog.set_level(logging.INFO)
    counted = Progress(5)
    clock[0] += 90
    counted.add(0)
    assert not caplog.messages
