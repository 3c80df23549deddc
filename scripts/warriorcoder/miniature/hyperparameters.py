"""Every number of the forge, as data."""

from dataclasses import dataclass
from importlib import resources

import yaml


@dataclass(frozen=True)
class Stage:
    """One training run: `steps` batches of `rows` x `length` tokens, peak rate `lr`."""

    steps: int
    lr: float
    rows: int
    length: int
    warmup: float


@dataclass(frozen=True)
class Hyperparameters:
    """The forge's numbers; `hyperparameters.yaml` explains each."""

    vocabulary: int
    documents: int
    width: int
    layers: int
    heads: int
    inner: int
    strong: float
    weak: float
    own: float
    instruct: float
    judge: float
    base_right: float
    target_right: float
    target_formatted: float
    decay: float
    base: Stage
    target: Stage
    trunk: Stage
    expert: Stage

    @classmethod
    def of(cls, values: dict) -> "Hyperparameters":
        """Build the hyperparameters from a section of the config."""
        stages = {k: Stage(**v) for k, v in values.items() if isinstance(v, dict)}
        return cls(**{**values, **stages})


def shipped() -> dict:
    """Return the contents of `hyperparameters.yaml`."""
    return yaml.safe_load((resources.files(__package__) / "hyperparameters.yaml").read_text())
