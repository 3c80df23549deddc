"""The arena: battles, votes, ratings."""
