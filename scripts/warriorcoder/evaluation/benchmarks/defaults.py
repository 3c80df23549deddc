"""Defaults of scoring that `warriorcoder score` and the shipped configs share.

`tests/unit/cli/test_score.py` compares both. HumanEval+ and MBPP+ have evalplus' time limits.
"""

from typing import Any

SEED = 2025  # of the bootstrap
SECONDS, MEMORY_MB = 3.0, 4096  # the official limit of a program; its address space
OWN_SECONDS = {"ds1000": 120.0}  # the official limit
OWN_MEMORY_MB = {"ds1000": 8192}  # TensorFlow and PyTorch ask for this much


def limits(kind: str, seconds: float | None = None, memory_mb: int | None = None) -> dict[str, Any]:
    """Return the `seconds` and `memory_mb` of a program; None stands for the default of `kind`."""
    return {
        "seconds": seconds or OWN_SECONDS.get(kind, SECONDS),
        "memory_mb": memory_mb or OWN_MEMORY_MB.get(kind, MEMORY_MB),
    }
