"""Basics of every stage: tables, atomic files, seeds, jobs and their GPUs."""
