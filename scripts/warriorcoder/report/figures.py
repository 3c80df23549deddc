"""Style of every figure, and SVG files that are the same bytes for the same data."""

from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.figure import Figure

from warriorcoder.core import tables
from warriorcoder.provenance import records

# Okabe & Ito (2008): eight colours that colour-blind readers tell apart.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, BLACK, YELLOW)

STYLE = {
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "figure.constrained_layout.use": True,
    "figure.dpi": 110,
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "legend.frameon": False,
    "svg.hashsalt": "warriorcoder",
}

plt.style.use(STYLE)


def new(rows: int = 1, columns: int = 1, width: float = 6.4, height: float = 4.0, **options):
    """Return `plt.subplots` in the project's style; `width` and `height` in inches."""
    return plt.subplots(rows, columns, figsize=(width, height), **options)


def name(figure: Figure, title: str, text: str) -> None:
    """Set a figure's title, a sentence, and the text that a screen reader reads instead of it."""
    figure.suptitle(title, x=0.01, horizontalalignment="left", fontsize="large")
    figure.set_label(text)


def save(figure: Figure, path: str | Path, record: dict) -> None:
    """Write `figure` as SVG with the `record` that made it, atomically, without a date."""
    about = {"Date": None, "Title": figure.get_suptitle()}
    with tables.atomic(path) as temporary:
        figure.savefig(temporary, format="svg", metadata=about)
        text = f"</title>\n <desc>{escape(str(figure.get_label()))}</desc>"
        drawn = temporary.read_text(encoding="utf-8").replace("</title>", text, 1)
        temporary.write_text(drawn + records.comment(record), encoding="utf-8")
    plt.close(figure)


def shades(n: int) -> list:
    """Return `n` colours of one sequential, colour-blind safe scale, dark to light."""
    scale = matplotlib.colormaps["viridis"]
    return [scale(0.9 * i / max(n - 1, 1)) for i in range(n)]
