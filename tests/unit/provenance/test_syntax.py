"""If these tests fail, a word runs GPU-days again, or a new method runs nothing."""

import ast

import pytest

from warriorcoder.provenance.syntax import method

SAME = {
    "comment": ("x = 1", "x = 1  # one"),
    "docstring": ("def f():\n    'Say one thing.'\n    return 1", "def f():\n    return 1"),
    "annotation of a function": ("def f(a: int, *b: str) -> int: pass", "def f(a, *b): pass"),
    "annotation of a local": (
        "def f():\n    x: int = 1\n    return x",
        "def f():\n    x = 1\n    return x",
    ),
    "error": ("raise ValueError(f'{x} is odd')", "raise ValueError('Bad value: ' + str(x))"),
    "error without its text": ("raise ValueError('a text')", "raise ValueError()"),
    "error that is returned": ("e = RowError('a text')", "e = RowError('another text')"),
    "error's text with a name": (
        "def f(x):\n    fix = f'give {x}'\n    raise ValueError(f'wrong: {fix}')",
        "def f(x):\n    raise ValueError('wrong it is')",
    ),
    "error's texts in a row": (
        "def f(x):\n    a = f'{x}'\n    b = f'{a}, {a}'\n    raise ValueError('so ' + b + a)",
        "def f(x):\n    raise ValueError('wrong it is')",
    ),
    "error's text or another": (
        "raise EngineError(explain(name, text or f'code {x}'))",
        "raise EngineError(explain(name, text or f'ended with {x}'))",
    ),
    "log line": ("f(1)\nlog.info('%d rows', n)", "f(1)"),
    "log line alone": ("if x:\n    log.warning('a text')", "if x:\n    pass"),
    "warning": ("if x:\n    warnings.warn('a text')", "if x:\n    log.info('other')"),
    "print": ("f()\nprint(f'{x}')", "f()"),
    "description": ("x = Field(1, gt=0, description='One.')", "x = Field(1, gt=0)"),
    "help": ("p.add_argument('x', help='One.')", "p.add_argument('x', help='Two.')"),
    "words of a pattern": ("x = text('a+', words='letters a')", "x = text('a+', words='some a')"),
}
OTHER = {
    "constant": ("x = 1", "x = 2"),
    "text that is used": (
        "def f():\n    x = 'a b'\n    return x",
        "def f():\n    x = 'a c'\n    return x",
    ),
    "text that a call gets": ("f('one text')", "f('other text')"),
    "annotation of a field": ("class A:\n    x: int = 1", "class A:\n    x: float = 1"),
    "annotation of a module's name": ("x: int = 1", "x: float = 1"),
    "class of an error": ("raise ValueError('a text')", "raise TypeError('a text')"),
    "word in an error": ("raise Broken('error', 'a text')", "raise Broken('timeout', 'a text')"),
    "number in an error": ("raise OSError(1, 'a text')", "raise OSError(2, 'a text')"),
    "whether it fails": ("if x:\n    raise ValueError('a text')", "raise ValueError('a text')"),
    "limit of a field": ("x = Field(1, gt=0)", "x = Field(1, gt=1)"),
    "default of a field": ("x = Field('a b', description='One.')", "x = Field('a c')"),
    "description that is data": ("Table(title='One.')", "Table(title='Two.')"),
    "call that writes": ("file.write('one text')", "file.write('other text')"),
    "logarithm": ("x = np.log(2)", "x = np.log(3)"),
    "assignment that calls": ("def f():\n    x = g(1)", "def f():\n    x = g(2)"),
}


def dump(source: str) -> str:
    return ast.dump(method(ast.parse(source)))


@pytest.mark.parametrize("one, other", SAME.values(), ids=SAME)
def test_what_decides_no_result_is_left_out(one, other):
    assert dump(one) == dump(other)


@pytest.mark.parametrize("one, other", OTHER.values(), ids=OTHER)
def test_what_may_decide_a_result_stays(one, other):
    assert dump(one) != dump(other)
