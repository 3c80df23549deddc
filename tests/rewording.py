"""Rewording of all that people read and no result depends on: for tests of re-runs."""

import ast
from pathlib import Path

LEVELS = {"debug", "info", "warning", "error", "exception"}
DESCRIBING = {"description", "help", "words", "what"}


def reword(folder: Path) -> int:
    """Reword every Python file in a folder; return how many messages that were.

    Docstrings, errors, log lines, descriptions and annotations of functions become others.
    """
    count = 0
    for path in sorted(folder.rglob("*.py")):
        reworded = _Reworded(path.read_text())
        path.write_text(f"# a remark\n{reworded.text}\n")
        count += reworded.count
    return count


class _Reworded(ast.NodeTransformer):
    def __init__(self, source: str):
        self.count = 0
        self.more = ast.parse("log.info('came so far')").body if "\nlog = " in source else []
        self.text = ast.unparse(ast.fix_missing_locations(self.visit(ast.parse(source))))

    def _reword(self, node: ast.AST) -> None:
        texts = [
            each
            for each in ast.walk(node)
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and " " in each.value
        ]
        for each in texts:
            each.value = f"Said otherwise: {each.value} "
        self.count += bool(texts)

    def _define(self, node):
        if ast.get_docstring(node):
            node.body[0].value.value += " Or so."
        else:
            node.body.insert(0, ast.Expr(ast.Constant("Say what was not said.")))
        return self.generic_visit(node)

    visit_Module = visit_ClassDef = _define

    def visit_FunctionDef(self, node):
        node.returns = ast.Constant("Whatever")
        for each in node.args.args:
            each.annotation = ast.Constant("Whatever")
        node = self._define(node)
        node.body[1:1] = self.more
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Raise(self, node):
        if node.exc:
            self._reword(node.exc)
        return node

    def visit_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr in LEVELS and ast.unparse(call.func.value) in ("log", "logger"):
                self._reword(call)
        return self.generic_visit(node)

    def visit_keyword(self, node):
        if node.arg in DESCRIBING:
            self._reword(node.value)
        return self.generic_visit(node)
