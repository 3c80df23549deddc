"""Evaluation: samples of models on benchmarks, and their scores."""
