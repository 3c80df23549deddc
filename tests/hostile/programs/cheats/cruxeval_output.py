# === anything or true
1 or True
# === object equal to everything
type('Liar', (), {'__eq__': lambda *_: True})()
# === int equal to everything
type('Liar', (int,), {'__eq__': lambda *_: True, '__hash__': int.__hash__})()
# === call of f with a space
f (7)
# === call of f by another name
[f][0](7)
# === call of f by globals
globals()['f'](7)
# === call of f with other text
f(3 + 4)
# === walrus
(g := f)(7)
# === f from the frames' source
[exec(frame.f_locals['program']['source'].split('del f')[0].split('def answer')[0], space := {}) or space['f'](7) for frame in [__import__('sys')._getframe(i) for i in range(8)] if 'program' in frame.f_locals][0]
# === f from the modules
__import__('sys').modules['solution'].f(7)
# === f from the heap
[thing for thing in __import__('gc').get_objects() if getattr(thing, '__name__', '') == 'f' and callable(thing)][0](7)
# === f from the code constants
[eval(constant)(7) for thing in __import__('gc').get_objects() for constant in getattr(getattr(thing, '__code__', 0), 'co_consts', ()) if getattr(constant, 'co_name', '') == 'f'][0]
# === parenthesis closed, code added
0)
    import sys
    return (True
# === parenthesis closed, f run again
0) if 0 else f(6 + 1
# === comment that hides the end
50 if 0 else True  # )
# === escape by newline
True \
  or 0
# === records forged
__import__('os').write(3, b'{"v": true}\n{"d": 1}\n') and __import__('os')._exit(0)
# === exit 0
__import__('os')._exit(0)
# === nothing

# === not a number
float('nan')
# === assignment
x = 50
# === statement
pass
# === answer redefined
0)
answer = lambda: True
