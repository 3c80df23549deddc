"""The definitions that a script reaches.

They are its own statements and, transitively, each function, class and constant of the package that
they name. A definition that no script names is left out, as is a prompt of another stage. Names
are followed through modules (`tables.read`) and through packages that import them on. All of a
module counts where names do not tell what is used: where the module itself is passed on, where it
is imported and never named, where it asks for `globals()` or its own `__name__`, and where an
attribute is none of its definitions. Statements that define nothing, such as a setting of a
library, count wherever their module is imported.

Not followed: names in texts that are run or imported. Who uses such a module imports it under
`TYPE_CHECKING`.
"""

from collections import defaultdict
from functools import cache
from pathlib import Path

from warriorcoder.provenance.modules import PACKAGE, base, file_of, inside, read
from warriorcoder.provenance.plumbing import is_plumbing


def files(script: Path) -> set[Path]:
    """Return a script and all files of the package that it imports, directly or not."""
    seen, todo = set(), [script]
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += read(path).runs
    return seen


def statements(script: Path) -> dict[str, list[str]]:
    """Return the statements and imported names that count, for every file in reach of a script."""
    search = Search(script)
    return {
        str(path.relative_to(base(script))): sorted(search.bound[path])
        + [search.read(path).dump(number) for number in sorted(numbers)]
        for path, numbers in search.counts.items()
    }


class Search:
    """A search for the numbers of the statements that count, and the names bound."""

    def __init__(self, script: Path):
        self.counts: dict[Path, set[int]] = defaultdict(set)
        self.bound: dict[Path, set[str]] = defaultdict(set)
        self.read = cache(read)
        self.touched: set = set()
        self.seen: set = set()
        self.todo: list[tuple[Path, str | None]] = [(script, None)]
        while self.todo:
            asked = self.todo.pop()
            if asked not in self.seen:
                self.seen.add(asked)
                self._follow(*asked)

    def _follow(self, path: Path, name: str | None) -> None:
        """Count the definition of a name in a file, or the whole file for None."""
        module = self.read(path)
        self._touch(path)
        if name is None:
            for number in range(len(module.statements)):
                self._count(path, number)
        elif name in module.homes:
            for number in module.homes[name]:
                self._count(path, number)
        elif name in module.imports:
            self._bind(path, name, None)
        else:
            self.todo.append((path, None))

    def _touch(self, path: Path) -> None:
        """Count the statements that run whenever a file is imported, with all its imports."""
        if path in self.touched:
            return
        self.touched.add(path)
        module = self.read(path)
        for number in module.always:
            self._count(path, number)
        for file in module.runs:
            if not _is_plumbing(file):
                self._touch(file)

    def _count(self, path: Path, number: int) -> None:
        if number in self.counts[path]:
            return
        module = self.read(path)
        if not self.counts[path]:
            for name in module.unnamed:
                self._bind(path, name, None)
        self.counts[path].add(number)
        if module.dynamic:
            self.todo.append((path, None))
        for name, attribute in module.names(number):
            if name in module.homes:
                self.todo.append((path, name))
            if name in module.imports:
                self._bind(path, name, attribute)

    def _bind(self, path: Path, name: str, attribute: str | None) -> None:
        """Follow an imported name, or one attribute of an imported module."""
        for source, member in self.read(path).imports[name]:
            self.bound[path].add(f"{name} = {source}:{member}")
            if file := file_of(base(path), f"{source}.{member}" if member else source):
                self._ask(file, attribute)
            elif file := file_of(base(path), source):
                self._ask(file, member)

    def _ask(self, file: Path, name: str | None) -> None:
        if _is_plumbing(file):
            return
        inner = file.name == "__init__.py" and name and inside(file, name)
        if inner and name not in self.read(file).homes:
            self._ask(inner, None)
        else:
            self.todo.append((file, name))


@cache
def _is_plumbing(file: Path) -> bool:
    parts = file.relative_to(base(file) / PACKAGE).with_suffix("").parts
    return is_plumbing(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
