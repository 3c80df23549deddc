"""Judging that skips votes which cannot change a gold answer."""
