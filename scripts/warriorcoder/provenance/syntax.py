"""Syntax trees without the parts that cannot change a result.

Removed: docstrings, annotations in functions, texts of errors, statements that only log, and
arguments that only describe (`DESCRIPTIONS`). Kept: annotations of fields in classes and of
modules, which pydantic and data classes read, and arguments of errors that are no text, as a
caller may read them.
"""

import ast

LOGGERS = {"log", "logger", "logging", "warnings"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "warn"}
# Function → its keywords that only describe.
DESCRIPTIONS = {
    "Field": {"description", "title", "examples"},
    "text": {"words"},
    "check_parse_rate": {"what"},
    "ArgumentParser": {"description", "epilog"},
    "add_argument": {"help", "metavar"},
}


def method(tree: ast.Module) -> ast.Module:
    """Remove the parts that cannot change a result from a syntax tree, and return it."""
    return _Method().visit(tree)


class _Filled(ast.NodeTransformer):
    """A transformer that leaves no block empty."""

    def generic_visit(self, node):
        super().generic_visit(node)
        if getattr(node, "body", None) == []:
            node.body = [ast.Pass()]
        return node


class _Method(_Filled):
    def __init__(self):
        self.in_error = False
        self.texts: list[ast.Assign] | None = None  # of the function around; None outside of one

    def visit_Name(self, node):
        return node

    visit_Constant = visit_Name

    def visit_Attribute(self, node):
        node.value = self.visit(node.value)
        return node

    def visit_FunctionDef(self, node):
        node.returns = None
        every = node.args
        for each in [*every.posonlyargs, *every.args, *every.kwonlyargs, every.vararg, every.kwarg]:
            if each is not None:
                each.annotation = None
        outer, self.texts = self.texts, []
        node = self.generic_visit(node)
        while self.texts and (unread := _unread(node, self.texts)):
            self.texts = [each for each in self.texts if each not in unread]
            node = _Without(unread).visit(node)
        self.texts = outer
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        outer, self.texts = self.texts, None
        node = self.generic_visit(node)
        self.texts = outer
        return node

    def visit_AnnAssign(self, node):
        self.generic_visit(node)
        if self.texts is None:
            return node
        return ast.Assign([node.target], node.value) if node.value else None

    def visit_Assign(self, node):
        self.generic_visit(node)
        if (
            self.texts is not None
            and isinstance(node.targets[0], ast.Name)
            and _is_text(node.value)
        ):
            self.texts.append(node)
        return node

    def visit_Expr(self, node):
        if isinstance(node.value, ast.Constant) or _logs(node.value):
            return None
        return self.generic_visit(node)

    def visit_Raise(self, node):
        outer, self.in_error = self.in_error, True
        node = self.generic_visit(node)
        self.in_error = outer
        return node

    def visit_Call(self, node):
        called, outer = _last_name(node.func), self.in_error
        self.in_error |= called.endswith(("Error", "Exception", "Warning"))
        if self.in_error:
            node.args = [each for each in node.args if not _is_text(each)]
        dropped = DESCRIPTIONS.get(called, ())
        node.keywords = [each for each in node.keywords if each.arg not in dropped]
        node = self.generic_visit(node)
        self.in_error = outer
        return node


class _Without(_Filled):
    """A transformer that removes statements."""

    def __init__(self, statements: list[ast.Assign]):
        self.statements = statements

    def visit_Assign(self, node):
        return None if node in self.statements else node


def _unread(function: ast.AST, texts: list[ast.Assign]) -> list[ast.Assign]:
    """Return the assignments of texts to names that a function never reads."""
    read = set()
    for each in ast.walk(function):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            read.add(each.id)
        elif isinstance(each, (ast.Global, ast.Nonlocal)):
            read.update(each.names)
    return [
        each
        for each in texts
        if not any(isinstance(target, ast.Name) and target.id in read for target in each.targets)
    ]


def _logs(node: ast.expr) -> bool:
    """Return True if an expression only logs or prints."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in LEVELS and _last_name(node.func.value) in LOGGERS
    return _last_name(node.func) == "print"


def _is_text(node: ast.expr) -> bool:
    """Return True if an expression is a text for people: a sentence, or a formatted text."""
    match node:
        case ast.Constant(value=str(words)):
            return " " in words.strip()
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return any(_is_text(side) or _is_string(side) for side in (left, right))
        case ast.BinOp(left=left, op=ast.Mod()):
            return _is_text(left)
        case ast.BoolOp(values=values):
            return any(map(_is_text, values))
        case ast.IfExp(body=body, orelse=orelse):
            return _is_text(body) and _is_text(orelse)
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join")):
            return True
        case ast.Call(func=ast.Attribute(attr="format")):
            return True
    return False


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _last_name(node: ast.expr) -> str:
    """Return `c` of `a.b.c`, or an empty string for an expression without a name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
