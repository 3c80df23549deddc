"""Curation: filters, deduplication, difficulty, decontamination and compression."""
