"""Files that a config names: in the working directory, else in the project's folder.

So a run in any folder finds the models, templates and lock files that ship with the project. Files
that a run makes or downloads (results, `resources/`, `.cache/`) lie in the working directory only.
"""

import os
from pathlib import Path

PROJECT = Path(__file__).parents[3]  # of a clone; an installed package has none


def places() -> list[Path]:
    """Return the folders that `find` searches, in its order."""
    clone = [PROJECT] if (PROJECT / "Snakefile").is_file() else []
    return list(dict.fromkeys([Path.cwd(), *clone]))


def find(path: str) -> str:
    """Return `path` as it is opened from the working directory.

    A relative path that exists only in the project's folder gets that folder in front. A path that
    exists in no place, such as a hub id, stays as it is.
    """
    if Path(path).exists():
        return path
    return next((str(place / path) for place in places() if (place / path).exists()), path)


def portable(path: str) -> str:
    """Return an existing path relative to the place that holds it, and any other path as it is.

    Records hold this spelling, so that they are the same from every working directory.
    """
    found = Path(os.path.abspath(find(path)))
    if not found.exists():
        return path
    inside = [os.path.relpath(found, place) for place in places() if found.is_relative_to(place)]
    return min(inside, key=len, default=os.path.normpath(path))


def searched() -> str:
    """Return the places in words, for errors."""
    return " or ".join(map(str, places()))
