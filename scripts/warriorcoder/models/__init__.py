"""Models: chat templates, row cache and engines."""
