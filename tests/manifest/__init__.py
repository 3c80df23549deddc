"""Hashes of a finished run, kept in the repository: a refactoring must not move one row.

`python -m manifest` compares two result folders row by row, writes the manifest of one, and checks
one against the manifest. Rows are compared, not files: a Parquet footer holds digests of code.
"""
