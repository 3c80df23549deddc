"""The paper's tables and figures, and what it does not print: one module each.

Pure functions: tables in, polars frames or matplotlib figures out. `pages` and
`figures` write them.
"""
