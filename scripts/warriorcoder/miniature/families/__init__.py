"""The 30 task families of the miniature world, six in each of five areas."""

from warriorcoder.miniature.families.algorithms import ALGORITHMS
from warriorcoder.miniature.families.dicts import DICTS
from warriorcoder.miniature.families.family import AREAS, Family
from warriorcoder.miniature.families.lists import LISTS
from warriorcoder.miniature.families.numbers import NUMBERS
from warriorcoder.miniature.families.strings import STRINGS

FAMILIES: tuple[Family, ...] = STRINGS + LISTS + NUMBERS + DICTS + ALGORITHMS
BY_KEY: dict[str, Family] = {family.key: family for family in FAMILIES}

__all__ = ["AREAS", "BY_KEY", "FAMILIES", "Family"]
