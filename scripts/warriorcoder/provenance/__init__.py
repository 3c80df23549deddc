"""Provenance of files: digests of code and weights, records in files, plans of a dry run."""
