"""Comparisons of two models on the same problems: figures, gold answers, config and code."""
