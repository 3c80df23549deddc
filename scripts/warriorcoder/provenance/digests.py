"""What decides a file besides its inputs: the code that makes it, the weights that it runs.

The code's digest is of syntax trees, so a comment, a docstring or a blank line changes nothing; it
covers a script and, transitively, every module of this package that it imports.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

from warriorcoder.core.paths import find

PACKAGE = Path(__file__).parents[1]


def code_digest(script: str | Path) -> str:
    """Of a script and all modules of `warriorcoder` that it imports, directly or not."""
    base = PACKAGE.parent
    parts = sorted((str(path.relative_to(base)), _read(path)[0]) for path in sources(script))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def sources(script: str | Path) -> set[Path]:
    """A script and all modules of `warriorcoder` that it imports, directly or not."""
    seen, todo = set(), [Path(script).resolve()]
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo.extend(_read(path)[1])
    return seen


def fingerprint(source: str | None) -> str | None:
    """Of a local file or model folder: names, sizes and contents of files (large ones: both ends).

    For a hub id without a revision it is the id itself, for none None.
    """
    if source is None or not Path(find(source)).exists():
        return source
    folder = Path(find(source))
    end = 1 << 20
    hashed = hashlib.sha256()
    paths = [folder] if folder.is_file() else (p for p in folder.rglob("*") if p.is_file())
    for path in sorted(paths):
        size = path.stat().st_size
        hashed.update(f"{path.relative_to(folder)} {size}\n".encode())
        with path.open("rb") as file:
            if size <= 16 * end:
                hashed.update(file.read())
            else:
                hashed.update(file.read(end))
                file.seek(-end, 2)
                hashed.update(file.read())
    return hashed.hexdigest()


@cache
def _read(path: Path) -> tuple[str, list[Path]]:
    """Digest of one file's syntax tree, and the package's files that it imports."""
    tree = ast.parse(path.read_text(), str(path))
    modules = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(path, node)
            modules += [source, *(f"{source}.{alias.name}" for alias in node.names)]
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            body[0] = ast.Pass()
    files = [file for module in modules for file in _files(module)]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), files


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    """The dotted name of what an import statement in `path` imports from."""
    if not node.level:
        return node.module
    folder = path.parents[node.level - 1].relative_to(PACKAGE.parent)
    return ".".join([*folder.parts, *([node.module] if node.module else [])])


def _files(module: str) -> list[Path]:
    """The files that importing `module` runs, where it is one of ours."""
    first, *rest = module.split(".")
    if first != PACKAGE.name:
        return []
    folder, files = PACKAGE, [PACKAGE / "__init__.py"]
    for name in rest:
        if (folder / f"{name}.py").is_file():
            return [*files, folder / f"{name}.py"]
        folder = folder / name
        if not (folder / "__init__.py").is_file():
            break
        files.append(folder / "__init__.py")
    return files


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
