"""WarriorCoder: learning from expert battles, as pure functions on tables."""

__version__ = "0.2.0"
