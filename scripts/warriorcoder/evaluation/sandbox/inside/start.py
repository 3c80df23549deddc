"""The first lines of an interpreter in the sandbox: they build `inside`, then run programs.

The sandbox needs no file of this project. The same lines start every kind of isolation.
"""

import site
import sys
import types


def start(sources: dict[str, str], packages: list[str], limits: dict) -> None:
    """Build the package `inside` from `sources`, in the order of imports, and run programs."""
    inside = sys.modules["inside"] = types.ModuleType("inside")
    inside.__path__ = []
    for name, source in sources.items():
        module = types.ModuleType(f"inside.{name}")
        module.__package__ = "inside"
        sys.modules[module.__name__] = module
        setattr(inside, name, module)
        exec(compile(source, f"inside/{name}.py", "exec"), module.__dict__)
    for builtin in site.setquit, site.setcopyright, site.sethelper:  # with -S nobody else does
        builtin()
    library = [path for path in sys.path if path and not path.endswith("-packages")]
    sys.path = library + packages if packages else [path for path in sys.path if path]
    inside.zygote.main(limits)
