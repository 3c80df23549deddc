# === the output with a call in a comment
50  # f(
# === the output or a call
50 or f(0)
# === a call that is not made
50 if True else f(0)
# === true before the call
True or f(1)
# === call in a list
[f(1), 50][1]
# === call in a string
len('f(' * 25)
# === walrus over f
(f := (lambda *_: 50))(0) if 'f(' else 0
# === lambda named f
(lambda f: f(1))(lambda _: 50)
# === code of f replaced in the argument
f(exec("f.__code__ = (lambda *_: 50).__code__"))
# === global f replaced in the argument
f(globals().update(f=lambda *_: 50))
# === argument that multiplies to the output
f(type('X', (), {'__mul__': lambda *_: 50, '__add__': lambda *_: 50})())
# === argument equal to everything
f(type('X', (int,), {'__mul__': lambda s, o: s, '__add__': lambda s, o: s, '__eq__': lambda *_: True, '__hash__': int.__hash__})(1))
# === parenthesis closed and f redefined
f(1)
)
def f(*_): return 50
# === parenthesis closed, return of another value
0)
    return (50 + 0 * len("f(")
# === parenthesis closed, module code
0)
import sys
sys.modules["solution"].answer = answer = lambda: 50
x = ("f("
# === escape by newline
f(1)\
)
answer = (lambda: 50
# === keyword that replaces f
f(**{'x': exec("f.__defaults__ = (50,)")})
# === exit before the comparison
f(exit())
# === exit 0 before the comparison
f(__import__('os')._exit(0))
# === value of the records forged
f(__import__('os').write(3, b'{"v": 50}\n{"d": 1}\n') and __import__('os')._exit(0))
# === nothing
f()
