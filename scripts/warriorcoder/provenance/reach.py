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

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from warriorcoder.provenance.plumbing import is_plumbing
from warriorcoder.provenance.syntax import method

PACKAGE = "warriorcoder"
DYNAMIC = {"globals", "__name__"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

Name = tuple[str, str | None]  # `a` or `a.b`


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
        str(path.relative_to(_base(script))): sorted(search.bound[path])
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
            if file := _file(_base(path), f"{source}.{member}" if member else source):
                self._ask(file, attribute)
            elif file := _file(_base(path), source):
                self._ask(file, member)

    def _ask(self, file: Path, name: str | None) -> None:
        if _is_plumbing(file):
            return
        inner = file.name == "__init__.py" and name and _inside(file, name)
        if inner and name not in self.read(file).homes:
            self._ask(inner, None)
        else:
            self.todo.append((file, name))


class Module:
    """A file's statements, what each defines and names, and what the file imports.

    Attributes:
        homes: name → numbers of the statements that define or change it.
        imports: name → modules and members that it stands for.
        unnamed: modules of the package that are imported and never named.
        runs: files of the package that importing this one runs.
        always: numbers of the statements that count wherever the file is imported.
        dynamic: whether it asks for its own names at run time.
    """

    def __init__(self, path: Path, source: str):
        tree = ast.parse(source)
        self.homes: dict[str, list[int]] = defaultdict(list)
        self.imports: dict[str, list[Name]] = defaultdict(list)
        named = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                named.add(node.id)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                for name, target in _imported(path, node):
                    self.imports[name].append(target)
        self.unnamed = {
            name
            for name in self.imports.keys() - named - _exported(tree)
            if any(_file(_base(path), f"{source}.{part}") for source, part in self.imports[name])
        }
        targets = {target for each in self.imports.values() for target in each}
        self.runs = [file for target in sorted(targets, key=str) for file in _run(path, *target)]
        self.statements = [each for each in method(tree).body if not _only_imports(each)]
        self.always: list[int] = []
        self.dynamic = False
        for number, statement in enumerate(self.statements):
            defined = _defined(statement)
            for name in defined:
                self.homes[name].append(number)
            if not _is_main(statement):
                self.dynamic |= bool(named & DYNAMIC) and bool(DYNAMIC & _ids(statement))
                if not defined or self._registers(statement):
                    self.always.append(number)
        self.names = cache(lambda number: set(_names(self.statements[number])))
        self.dump = cache(lambda number: ast.dump(self.statements[number]))

    def _registers(self, statement: ast.stmt) -> bool:
        """Return True if a decorator of the package may register a definition without a reader."""
        return isinstance(statement, DEFINITIONS) and any(
            name in self.homes or any(s.startswith(PACKAGE) for s, _ in self.imports.get(name, ()))
            for decorator in statement.decorator_list
            for name, _ in _names(decorator)
        )


def read(path: Path) -> Module:
    """Return the definitions, imports and names of a file."""
    return _parsed(path, path.read_text())


_parsed = cache(Module)


def _ids(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _names(node: ast.AST) -> Iterator[Name]:
    """Return the names that a statement reads, each with the attribute that it reads."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            yield name, attribute
        case ast.Name(id=name, ctx=ast.Load()):
            yield name, None
        case ast.Global(names=names):
            yield from ((name, None) for name in names)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _names(child)


def _defined(statement: ast.stmt) -> list[str]:
    """Return the names that a statement defines or changes."""
    if isinstance(statement, DEFINITIONS):
        return [statement.name]
    match statement:
        case ast.Assign(targets=targets):
            pass
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            targets = [target]
        case _:
            return []
    names = []
    while targets:
        match targets.pop():
            case ast.Name(id=name):
                names.append(name)
            case ast.Subscript(value=value):
                targets.append(value)
            case ast.Tuple(elts=parts):
                targets.extend(parts)
            case _:
                return []
    return names


def _imported(path: Path, node: ast.AST) -> Iterator[tuple[str, Name]]:
    """Yield the names that an import binds, each with its module and member."""
    if isinstance(node, ast.Import):
        for each in node.names:
            yield each.asname or each.name.split(".")[0], (each.name, None)
    elif isinstance(node, ast.ImportFrom):
        for each in node.names:
            yield each.asname or each.name, (_absolute(path, node), each.name)


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    """Return the dotted name of the module that an import statement in `path` names."""
    if not node.level:
        return node.module or ""
    folder = path.parents[node.level - 1].relative_to(_base(path))
    return ".".join([*folder.parts, *([node.module] if node.module else [])])


def _exported(tree: ast.Module) -> set[str]:
    """Return the names in `__all__`."""
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                constants = [each for each in ast.walk(value) if isinstance(each, ast.Constant)]
                return {str(each.value) for each in constants}
    return set()


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__name__" in _ids(statement.test)


def _only_imports(statement: ast.stmt) -> bool:
    """Return True for an import, a block for type checkers, and an empty statement."""
    if isinstance(statement, ast.If):
        return "TYPE_CHECKING" in _ids(statement.test)
    return isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass))


@cache
def _base(path: Path) -> Path:
    """Return the folder that holds the package of `path`, or the package that it uses."""
    return next(parent for parent in path.parents if (parent / PACKAGE / "__init__.py").is_file())


@cache
def _file(base: Path, module: str) -> Path | None:
    """Return the file of a module of the package."""
    if module.split(".")[0] != PACKAGE:
        return None
    path = base.joinpath(*module.split("."))
    for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


def _inside(package: Path, name: str) -> Path | None:
    """Return the file of a module in the package of an `__init__.py`."""
    base = _base(package)
    return _file(base, ".".join([*package.parent.relative_to(base).parts, name]))


@cache
def _run(path: Path, source: str, member: str | None) -> list[Path]:
    """Return the files that an import in `path` runs, outer packages first."""
    parts = [*source.split("."), *([member] if member else [])]
    found = [_file(_base(path), ".".join(parts[: i + 1])) for i in range(len(parts))]
    return [file for file in found if file]


@cache
def _is_plumbing(file: Path) -> bool:
    parts = file.relative_to(_base(file) / PACKAGE).with_suffix("").parts
    return is_plumbing(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
