"""If these tests fail, a reader of the report meets an error, an empty page or lost text."""

import re

import pytest
from pages.conftest import REPORT
from pages.windows import window

pytestmark = pytest.mark.pages
FOLDER = REPORT.parent
PAGES = sorted(
    str(path.relative_to(FOLDER))
    for path in FOLDER.rglob("*")
    if path.suffix in (".html", ".svg") and path != REPORT
)
WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
# Return the texts that no scrolling shows: they begin left of the window or end right of it.
HIDDEN = """() => {
  const scrolls = (node) => node !== document.documentElement && node !== document.body &&
    ["auto", "scroll"].includes(getComputedStyle(node).overflowX);
  const reached = (node) => node && (scrolls(node) || reached(node.parentElement));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [], range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode, parent = text.parentElement;
    if (!text.data.trim() || !parent.checkVisibility() || reached(parent)) continue;
    range.selectNodeContents(text);
    for (const { left, right, width } of range.getClientRects())
      if (width && (left < -1 || right > document.documentElement.clientWidth + 1))
        found.push(text.data.slice(0, 60));
  }
  return found;
}"""


@pytest.fixture
def page(chromium):
    """An empty page. A test ends without an error of the page, and without a request."""
    with window(chromium) as (opened, troubles):
        yield opened
        assert troubles == []


def check(frame) -> None:
    """Assert that a document shows text, and all of it within the window."""
    assert frame.evaluate("document.body.innerText").strip()
    assert frame.evaluate(HIDDEN) == []
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


def check_image(image) -> None:
    """Assert that an image is drawn within the window."""
    image.evaluate("(image) => image.decode()")
    box = image.bounding_box()
    assert box["width"] > 200 and box["height"] > 100
    assert box["x"] >= 0 and box["x"] + box["width"] <= image.evaluate("innerWidth")


def violations(page) -> list[str]:
    """Return what axe-core finds serious."""
    from axe_playwright_python.sync_playwright import Axe

    # Without `preload`, axe loads no style sheet again, which the explorer's policy forbids.
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found.response["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def test_there_is_a_report():
    assert REPORT.exists(), f"{REPORT} is missing: make run"
    assert len(PAGES) > 10


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_its_text_within_the_window(page, tmp_path, name):
    address = (FOLDER / name).resolve().as_uri()
    if name.endswith(".svg"):
        frame = tmp_path / "figure.html"
        frame.write_text(f'<img src="{address}" style="max-width: 100%">')
        page.goto(frame.as_uri())
    else:
        page.goto(address)
    if name.startswith("battles/"):
        page.locator("body[data-ready]").wait_for()
        assert page.locator("#list a").count() > 5
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            if name.endswith(".svg"):
                check_image(page.locator("img"))
            else:
                check(page)
                assert width > 600 or violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_item_of_the_report_opens(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(REPORT.resolve().as_uri())
    menu, shown = page.locator("nav").first, page.locator("#app > div > .grow")
    check(page)
    assert shown.locator(".prose").bounding_box()["y"] >= 0
    for name in ("Statistics", "Workflow"):
        menu.get_by_text(name, exact=True).click()
        shown.locator("canvas").first.wait_for()
        check(page)
    categories = menu.locator("li a", has_text=re.compile(r"^\d ")).all_inner_texts()
    assert len(categories) >= 4
    for category in categories:
        menu.get_by_text(category, exact=True).click()
        rows = menu.locator("tbody tr")
        assert rows.count() > 0
        for number in range(rows.count()):
            rows.nth(number).locator("a").first.click()
            content = shown.locator("iframe, img").first
            if content.evaluate("(node) => node.tagName") == "IMG":
                check_image(content)
            else:
                content.content_frame.locator("h1").wait_for()
                frame = content.element_handle().content_frame()
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    check(frame)
            rows.nth(number).locator("a").last.click()
            menu.get_by_text("Description").wait_for()
            check(page)
            menu.get_by_text(category, exact=True).click()
        menu.locator("ol a").first.click()
