"""The progress of a long job, as a message once a minute."""

import logging
import time
from datetime import timedelta

log = logging.getLogger("warriorcoder")
INTERVAL = 60  # seconds


class Progress:
    """Count the rows of a job and log their rate and the time that is left.

    Args:
        total: the rows that are to be made.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.made = 0
        self.begun = self.told = time.monotonic()

    def add(self, rows: int) -> None:
        """Count finished rows, and log a message if the last one is a minute old."""
        self.made += rows
        now = time.monotonic()
        if now - self.told >= INTERVAL and self.made:
            self.told = now
            rate = self.made / (now - self.begun)
            left = timedelta(seconds=round((self.total - self.made) / rate))
            log.info("%d of %d rows · %.3g rows/s · %s left", self.made, self.total, rate, left)

    def reuse(self, rows: int) -> None:
        """Count rows that need not be made."""
        self.total -= rows
