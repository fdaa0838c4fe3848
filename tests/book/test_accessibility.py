"""No page keeps anyone out: what axe-core says of each, in light and dark, narrow and wide."""

from pathlib import Path
from typing import Any

import pytest

from tests.book import tour
from tests.book.checkers import AXE
from tests.book.tour import Seen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not AXE.path.is_file(), reason="needs axe-core: run `make checkers`, with npm and a network"
    ),
]
FAULTY = """<!DOCTYPE html><html lang="en" data-theme="light"><title>A page</title>
<style>[data-theme=dark] .p {{ color: #333; background: #222 }}
@media (max-width: 500px) {{ .q {{ width: 300px; overflow: auto }} }}
@media (min-width: 1000px) {{ [data-theme=dark] .r {{ color: #333; background: #222 }} }}</style>
<main class="bd-article"><h1>A page</h1>{}</main>"""
# What follows it lies below the window.
TALL = "<div style='height: 2000px'>Tall.</div>"


def test_no_page_keeps_anyone_out(toured: dict[str, Seen]) -> None:
    assert {name: seen.barriers for name, seen in toured.items() if seen.barriers} == {}


def test_every_page_was_looked_at(
    toured: dict[str, Seen], pages: dict[Path, Any], site: Path
) -> None:
    assert [name for name, seen in toured.items() if seen.barriers is None] == []
    missed = {path.relative_to(site) for path in pages} - {Path(name) for name in toured}
    # Listings of source code are made from one template; two of them stand for the rest.
    assert {path.parts[0] for path in missed} == {tour.LISTINGS, tour.REDIRECT}
    assert sum(name.startswith("_modules/") for name in toured) == 2


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>Fine.</p>", []),
        ("<img src='data:,'>", ["light, 400 px: image-alt", "light, 1400 px: image-alt"]),
        ("<input>", ["light, 400 px: label", "light, 1400 px: label"]),
        ("<p class='p'>Dark on dark.</p>", ["dark, 400 px: color-contrast"]),
        (
            "<pre><span class='a'>first</span> <span class='a' style='color: #eee'>no</span></pre>",
            ["light, 400 px: color-contrast", "dark, 400 px: color-contrast"],
        ),
        (
            f"<pre class='q'>{'a wide line ' * 10}</pre>",
            ["light, 400 px: scrollable-region-focusable"],
        ),
        (
            f"{TALL}<div><img src='data:,'></div>",
            ["light, 400 px: image-alt", "light, 1400 px: image-alt"],
        ),
        (f"{TALL}</main><aside class='r'>Dark on dark.</aside>", ["dark, 1400 px: color-contrast"]),
        (
            "<code><span class='a'>yes</span> <span class='a' style='color: #eee'>no</span></code>",
            ["light, 400 px: color-contrast", "dark, 400 px: color-contrast"],
        ),
    ],
)
def test_axe_sees(html: str, said: list[str], chromium: Any) -> None:
    page = chromium.new_page()
    page.set_content(FAULTY.format(html))
    found = list(tour.barriers(page, AXE.path.read_text(encoding="utf-8")))
    page.close()
    assert [each.partition(" (")[0] for each in found] == said
