"""Size of the battle explorer, and how soon it opens, at 400 and at 70,000 instructions.

In the repository: PYTHONPATH=scripts:tests python tests/benchmarks/bench_explorer.py
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import explored
from browser import Browser

from warriorcoder.report.battles import site

# Instructions of each author, tokens of a text; megabytes of the first load, seconds to open.
CASES = [(80, 80, 0.2, 3.0), (14_000, 400, 1.0, 3.0)]
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def measure(each: int, tokens: int, megabytes: float, seconds: float) -> bool:
    """Write and open an explorer. Return whether it is within both bounds."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "battles"
        begun = time.monotonic()
        lines = explored.outline(each)
        site.write(
            folder,
            explored.ABOUT,
            lines,
            lambda author, theirs: explored.stories(theirs, tokens),
            1,
            {},
        )
        written = time.monotonic() - begun
        files = {path: path.stat().st_size / 1e6 for path in folder.rglob("*") if path.is_file()}
        first = sum(size for path, size in files.items() if path.parent == folder)
        first += files[folder / "data/index.js"]
        author = files.get(folder / "data/author-0.js", 0)
        page = files[folder / "data/page-0-0.js"]
        browser = Browser(Path(scratch) / "profile")
        try:
            browser.open(folder / "index.html")
            ready = browser.value("performance.now()") / 1000
            paint = browser.value(PAINT) / 1000
            begun = time.monotonic()
            browser.value("location.hash = 'all=athene&author=athene'")
            count = f"{each:,} of "
            browser.until(f"document.querySelector('#count').textContent.startsWith('{count}')")
            whole = time.monotonic() - begun
        finally:
            browser.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(lines):,} instructions: written in {written:.0f} s with {memory:.0f} MB of memory, "
        f"{sum(files.values()):,.1f} MB in {len(files):,} files. First load {first:.2f} MB (at "
        f"most {megabytes}), first paint {paint:.2f} s, ready {ready:.2f} s (at most {seconds}). "
        f"A page {page:.2f} MB, an author {author:.2f} MB in {whole:.2f} s."
    )
    return first <= megabytes and ready <= seconds


if __name__ == "__main__":
    sys.exit(not all([measure(*case) for case in CASES]))
