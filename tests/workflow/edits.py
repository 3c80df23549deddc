"""Edits of a config, and of a copy of the project."""

import os
from collections.abc import Callable


def key(section: str, name: str, value) -> Callable[[dict], None]:
    return lambda raw: raw[section].__setitem__(name, value)


def reverse(section: str) -> Callable[[dict], None]:
    return lambda raw: raw.update({section: dict(reversed(raw[section].items()))})


def spell_paths_otherwise(raw: dict) -> None:
    for expert in raw["experts"]:
        expert["model"] = f"./{expert['model']}/"
    raw["training"]["base"] += "/"


def append(*names: str) -> Callable:
    """Append a comment to every file that matches."""

    def files(project):
        paths = [path for name in names for path in project.folder.glob(name)]
        assert paths, names
        for path in paths:
            path.write_text(path.read_text() + "\n# a remark\n")

    return files


def touch_everything(project) -> None:
    """The files that were made first get the newest times."""
    paths = [path for path in project.folder.rglob("*") if ".snakemake" not in path.parts]
    for age, path in enumerate(sorted(paths, key=lambda path: path.lstat().st_mtime)):
        os.utime(path, (2e9 - age, 2e9 - age), follow_symlinks=False)


def replace(*edits: tuple[str, str, str]) -> Callable:
    """Edit modules of the library: each of `edits` is a file, a text in it, and another text."""

    def files(project):
        for name, old, new in edits:
            path = project.folder / "scripts/warriorcoder" / name
            assert old in path.read_text()
            path.write_text(path.read_text().replace(old, new))

    return files


def rewrite_dates(project) -> None:
    """Imitate a clone: code and config newer than the results, and no records."""
    project.forget()
    for name in ("Snakefile", "rules", "config", "envs", "scripts"):
        for path in [project.folder / name, *(project.folder / name).rglob("*")]:
            os.utime(path, follow_symlinks=False)
