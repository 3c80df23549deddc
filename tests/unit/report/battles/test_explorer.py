"""If these tests fail, the battle explorer misleads its reader, or runs what a model wrote."""

import json
import re

import explored
import polars as pl
import pytest
from browser import Browser
from explored import unpacked

from warriorcoder.provenance import records
from warriorcoder.report.battles import site

RECORD = {"code": "a1", "seed": 1, "note": "--> <b>"}
FIRST = "athene:t1.0-p0.99:000000"
LINE = "x" * 1_000_000
HOSTILE = (
    "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'></script>\n"
    "\u202eesrever\u202c \x1b[31mred\x07 \x00nul\u200bzero \U000e0041tag javascript:window.ran=1\n"
    "```python\ndef f():\n    return '</code></pre><script>window.ran = 1</script>'\n```\n"
    f"```\n{LINE}\n```\n{LINE}"
)


def spoil(story: dict) -> dict:
    """Return a story whose every text of a model is hostile."""
    story["text"] = HOSTILE
    for answer in story["answers"]:
        answer |= {"text": HOSTILE, "raw": HOSTILE, "finish_reason": "<b>length</b>"}
    for battle in story["battles"]:
        battle["votes"] = [vote | {"raw": HOSTILE, "again": HOSTILE} for vote in battle["votes"]]
    return story


def write(folder, each: int = 30, most: int = 2000, hostile: bool = False):
    lines = explored.outline(each)
    if hostile:
        lines = lines.with_columns(
            text=pl.when(pl.col("id") == FIRST).then(pl.lit(HOSTILE)).otherwise("text"),
            category=pl.when(pl.col("id") == FIRST).then(pl.lit("<i>x")).otherwise("category"),
        )

    def stories(author: str, theirs: pl.DataFrame):
        told = explored.stories(theirs)
        return (spoil(each) if hostile and each["id"] == FIRST else each for each in told)

    site.write(folder, explored.ABOUT, lines, stories, 1, RECORD, most)
    return lines


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small") / "battles"
    return folder, write(folder, hostile=True)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture
def page(browser):
    """The browser at a desktop's size. A test ends without an error or a request."""
    browser.events.clear()
    browser.resize(1440, 900)
    yield browser
    assert browser.troubles() == []


def heads(page) -> list[str]:
    """Return the ids of the rows in the list's window."""
    links = page.value("[...document.querySelectorAll('#list a')].map((a) => a.hash)")
    return [re.search(r"id=([^&]+)", link)[1] for link in links]


def test_pages_hold_every_story_once_and_the_same_rows_give_the_same_bytes(small, tmp_path):
    folder, lines = small
    index = unpacked(folder / "data/index.js")
    assert index["lines"]["id"] == lines["id"].to_list() and index["strata"] == {}
    pages = {path.stem: unpacked(path) for path in (folder / "data").glob("page-*.js")}
    assert sorted(story["id"] for page in pages.values() for story in page) == sorted(lines["id"])
    for number, author in enumerate(index["authors"]):
        for place, id in enumerate(lines.filter(author=author)["id"]):
            page, row = divmod(place, index["page"])
            assert pages[f"page-{number}-{page}"][row]["id"] == id
    assert records.read(folder) == RECORD
    write(tmp_path / "battles", hostile=True)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > len(pages) + 6
    for path in files:
        assert path.read_bytes() == (tmp_path / "battles" / path.relative_to(folder)).read_bytes()


def test_a_smaller_run_leaves_no_page_of_the_run_before(tmp_path):
    write(tmp_path / "battles", each=30)
    write(tmp_path / "battles", each=3)
    assert len(list((tmp_path / "battles/data").glob("page-*.js"))) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["battles"]


def test_what_a_model_wrote_is_text_and_nothing_else(small, page):
    page.open(small[0] / "index.html", f"#id={FIRST}")
    page.value("document.querySelectorAll('#story details').forEach((each) => (each.open = true))")
    page.value("document.querySelector('.pane .reply > button').click()")
    page.until("document.querySelectorAll('.reply').length > 5")
    assert page.value("window.ran") is None
    assert page.value("document.querySelectorAll('script').length") == 6
    assert (
        page.value("document.querySelectorAll('#story img, #story script, #story b b').length") == 0
    )
    shown = page.value("document.querySelector('.pane .reply').textContent")
    assert "<script>window.ran = 1</script>" in shown and shown.count(LINE) == 2
    assert {"U+202E", "U+001B", "U+0007", "U+0000", "U+200B", "U+E0041"} <= set(
        page.value("[...document.querySelectorAll('.pane .odd')].map((each) => each.textContent)")
    )
    assert not re.search(
        "[\x00\x07\x1b\u202e\u200b\U000e0041]", page.value("document.body.innerText")
    )
    assert page.value("document.documentElement.scrollWidth") == 1440


def test_a_link_opens_the_instruction_the_pair_and_the_filters(small, page):
    folder, lines = small
    id = lines.filter(author="quen")["id"][7]
    page.open(folder / "index.html", f"#author=quen&sort=close&id={id}&pair=quq,quen")
    assert page.value("document.querySelector('h2').textContent") == id
    names = page.value("[...document.querySelectorAll('.pane select')].map((each) => each.value)")
    assert names == ["quq", "quen"]
    marked = page.value(
        "[...document.querySelectorAll('.pane .marked')].map((each) => each.textContent)"
    )
    line = '    return sorted(items)[:#] or "none"'
    assert [re.sub(r"\d", "#", each) for each in marked] == [line, line]
    assert marked[0] != marked[1]
    closest = (
        lines.filter(author="quen")
        .sort(pl.col("margin").round(4), maintain_order=True)["id"]
        .to_list()
    )
    count = page.value("document.querySelector('#count').textContent")
    assert count == f"30 of {len(lines)}"
    window = heads(page)
    assert id in window and window == closest[closest.index(window[0]) :][: len(window)]
    assert page.value("document.querySelectorAll('.judge').length") == 3
    [story] = explored.stories(lines.filter(id=id))
    page.value("document.querySelectorAll('.fold')[1].open = true")
    page.until("document.querySelectorAll('.fold')[1].querySelector('pre')")
    row = page.value("document.querySelectorAll('.fold')[1].querySelector('pre').textContent")
    assert json.loads(row) == story["sft"] and str(2**62 + 1) in row


@pytest.mark.parametrize(
    "asked, kept",
    [
        ("winner=quq", pl.col("winner") == "quq"),
        ("category=Code+Debugging", pl.col("category") == "Code Debugging"),
        ("difficulty=9", pl.col("difficulty") >= 9),
        ("margin=0.05", pl.col("margin").round(4) < 0.05),
        ("disagreement=0.5", pl.col("disagreement") >= 0.5),
        ("disagreement=0", pl.col("disagreement") == 0),
        ("only=overruled", pl.col("overruled")),
        ("only=split,left-out", pl.col("split") & ~pl.col("exported")),
        ("q=WRITE+A", pl.col("text").str.slice(0, 160).str.contains("(?i)write a")),
    ],
)
def test_filters_keep_what_a_naive_filter_keeps(small, page, asked, kept):
    folder, lines = small
    page.open(folder / "index.html", f"#{asked}")
    ids = lines.filter(kept)["id"].to_list()
    assert page.value("document.querySelector('#count').textContent") == f"{len(ids)} of 150"
    window = heads(page)
    assert window == ids[: len(window)] and len(window) >= min(len(ids), 5)


def test_a_keyboard_alone_reads_the_battles(small, page):
    folder, lines = small
    ids = lines["id"].to_list()
    page.open(folder / "index.html")
    opened = "document.querySelector('#story h2').textContent"
    for keys, id in (("jj", ids[1]), ("k", ids[0]), ("jj", ids[2])):
        for key in keys:
            before = page.value(opened)
            page.press(key)
            page.until(f"{opened} !== {json.dumps(before)}")
        assert page.value(opened) == id
    pair = "[...document.querySelectorAll('.pane select')].map((each) => each.value).join()"
    first = page.value(pair)
    page.press("s")
    page.until(f"{pair} === {json.dumps(','.join(first.split(',')[::-1]))}")
    page.press("n")
    page.until(f"{pair} !== {json.dumps(first)}")
    page.press("/")
    assert page.value("document.activeElement.id") == "q"
    page.press("j")
    page.until("document.querySelector('#q').value === 'j' && location.hash.includes('q=j')")
    page.press("Escape")
    page.press("Escape")
    page.until("!location.hash.includes('id=')")
    page.press("t")
    page.until("document.documentElement.dataset.theme === 'dark'")
    page.press("t")


def test_a_phone_shows_the_list_or_the_instruction_within_its_width(small, page):
    page.resize(390, 844)
    visible = "['#list', '#story'].map((id) => document.querySelector(id).offsetParent !== null)"
    page.open(small[0] / "index.html")
    assert page.value(visible) == [True, False]
    page.open(small[0] / "index.html", f"#id={FIRST}")
    assert page.value(visible) == [False, True]
    assert page.value("document.documentElement.scrollWidth") == 390
    wide = (
        "[...document.querySelectorAll('#story *')].filter((each) => !each.closest('.wide, pre') &&"
        " each.getBoundingClientRect().right > 391).length"
    )
    assert page.value(wide) == 0
    page.value("document.querySelector('#back').click()")
    page.until("document.querySelector('#list').offsetParent !== null")


def test_a_large_run_opens_a_sample_and_the_rest_by_author(tmp_path, page):
    lines = write(tmp_path / "battles", each=60, most=100)
    index = unpacked(tmp_path / "battles/data/index.js")
    assert len(index["lines"]["id"]) == 100 and sum(index["strata"].values()) == 100
    assert list(index["strata"]) == ["overruled", "split", "unstable", "random"]
    page.open(tmp_path / "battles/index.html")
    told = page.value("document.querySelector('#sampled').textContent")
    assert told.startswith("A sample of 300: 25 overruled, 25 split, ")
    scripts = "document.querySelectorAll('#sampled a').length"
    assert page.value(scripts) == 5
    page.value("document.querySelector('#sampled a').click()")
    page.until("document.querySelector('#count').textContent.startsWith('60 of ')")
    assert page.value(scripts) == 4
    unseen = next(id for id in lines.filter(author="quq")["id"] if id not in index["lines"]["id"])
    page.open(tmp_path / "battles/index.html", f"#id={unseen}")
    page.until(f"document.querySelector('#story h2')?.textContent === {json.dumps(unseen)}")


def test_a_missing_file_and_an_unknown_instruction_are_named(tmp_path, browser):
    write(tmp_path / "battles", each=2)
    (tmp_path / "battles/data/page-0-0.js").unlink()
    alert = "document.querySelector('#story [role=alert]')?.textContent"
    browser.open(tmp_path / "battles/index.html", f"#id={FIRST}")
    browser.until(f"{alert} === 'data/page-0-0.js is missing. Copy the whole folder.'")
    browser.open(tmp_path / "battles/index.html", "#id=athene:t1.0-p0.99:000009")
    browser.until(f"{alert}?.endsWith('the run has no such instruction.')")
