"""WarriorCoder: learning from expert battles, as pure functions on tables."""
