"""The first lines an interpreter runs in the sandbox: `inside` from its sources, then programs.

No file of ours has to be in the sandbox; the same lines start it behind every kind of isolation.
"""

import site
import sys
import types


def start(sources: dict[str, str], packages: list[str], limits: dict) -> None:
    """Make the package `inside` of `sources` (in the order of their imports) and serve programs."""
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
