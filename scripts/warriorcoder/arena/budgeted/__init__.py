"""Judging of a subset of the battles under a budget."""
