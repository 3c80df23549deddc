"""Draw the packages and their imports into docs/architecture.md: `make architecture`."""

import re
from pathlib import Path

import grimp

PAGE = Path(__file__).parents[1] / "docs/architecture.md"
PICTURE = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)


def imports() -> dict[str, set[str]]:
    """Return package → the packages that it imports."""
    graph = grimp.build_graph("warriorcoder", cache_dir=None)
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            ours, theirs = (name.split(".")[1:2] for name in (module, imported))
            if ours and theirs and ours != theirs:
                found.setdefault(ours[0], set()).add(theirs[0])
    return found


def drawn(found: dict[str, set[str]]) -> str:
    """Return the imports as Mermaid, without an arrow where a longer path says the same."""

    def below(package: str) -> set[str]:
        return set().union(*({each} | below(each) for each in found.get(package, ())))

    arrows = [
        f"  {package} --> {each}\n"
        for package, those in sorted(found.items())
        for each in sorted(those)
        if not any(each in below(other) for other in those)
    ]
    return "flowchart TD\n" + "".join(arrows)


def page(text: str) -> str:
    """Return the page with today's picture."""
    return PICTURE.sub(lambda _: drawn(imports()), text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
