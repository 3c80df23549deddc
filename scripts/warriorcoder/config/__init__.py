"""The configuration as Pydantic models: the one place where keys, types and defaults live.

One module for each kind of work, so that a key of another kind leaves a job's code as it was.
`config/schemas/config.schema.json` and `config/README.md` are generated from them (`make schema`).
"""
