"""Training of the target with DeepSpeed."""
