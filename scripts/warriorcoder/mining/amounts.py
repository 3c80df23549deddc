"""Number of instructions that an expert mines or takes from its file."""

import math

from warriorcoder.config.experts import Expert
from warriorcoder.config.mining import LEAST, Mining
from warriorcoder.core import texts
from warriorcoder.core.paths import find


def entering(rows: int, share: float) -> int:
    """Return the number of first rows of a file that enter."""
    return min(rows, max(LEAST, math.ceil(share * rows)))


def instructions(mining: Mining, expert: Expert) -> int:
    """Return the number of instructions before curation.

    Raises:
        FileError: the expert's file is invalid.
    """
    if expert.instructions:
        given = texts.read(find(expert.instructions), "text")
        return entering(len(given), mining.entered_share)
    return len(mining.temperatures) * len(mining.top_ps) * mining.per_config
