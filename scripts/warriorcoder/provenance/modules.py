"""The definitions of a file, the names that each one reads, and the files that its imports run."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from warriorcoder.provenance.syntax import method

PACKAGE = "warriorcoder"
DYNAMIC = {"globals", "__name__"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

Name = tuple[str, str | None]  # `a` or `a.b`


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
            if any(file_of(base(path), f"{source}.{part}") for source, part in self.imports[name])
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
    folder = path.parents[node.level - 1].relative_to(base(path))
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
def base(path: Path) -> Path:
    """Return the folder that holds the package of `path`, or the package that it uses."""
    return next(parent for parent in path.parents if (parent / PACKAGE / "__init__.py").is_file())


@cache
def file_of(folder: Path, module: str) -> Path | None:
    """Return the file of a module of the package."""
    if module.split(".")[0] != PACKAGE:
        return None
    path = folder.joinpath(*module.split("."))
    for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


def inside(package: Path, name: str) -> Path | None:
    """Return the file of a module in the package of an `__init__.py`."""
    folder = base(package)
    return file_of(folder, ".".join([*package.parent.relative_to(folder).parts, name]))


@cache
def _run(path: Path, source: str, member: str | None) -> list[Path]:
    """Return the files that an import in `path` runs, outer packages first."""
    parts = [*source.split("."), *([member] if member else [])]
    found = [file_of(base(path), ".".join(parts[: i + 1])) for i in range(len(parts))]
    return [file for file in found if file]
