"""The configuration as Pydantic models, with all keys, types and defaults.

There is one module per stage. `make schema` generates `config/schemas/config.schema.json` and
`config/README.md` from the models.
"""
