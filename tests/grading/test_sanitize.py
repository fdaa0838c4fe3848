"""What students write and show, from their process to the pages: it is shown, and does nothing."""

import base64
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest

from nbcourse.grading.notebooks import make_cell, make_notebook, set_outputs
from nbcourse.grading.restore import SourceSheet, restore
from nbcourse.grading.sanitize import clean_source
from nbcourse.grading.sanitize_html import sanitize_html
from nbcourse.grading.student import Student
from nbcourse.grading.submissions import SubmittedCell
from tests.grading.payload_pages import CASES, exporters, page, run_payloads
from tests.grading.payloads import GIF, HTML

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(50)).decode()
COMMAND = re.compile(r"\\(?:href|mmlToken|style|bbox|require|class|cssId)(?![A-Za-z])")


@pytest.fixture(scope="module")
def hostile_cells() -> dict[tuple[str, str], Any]:
    return run_payloads()


@pytest.fixture(scope="module")
def page_makers() -> dict[str, tuple[Any, Counter[Any]]]:
    """Page -> its exporter, and the tags of its empty page."""
    made = exporters()
    empty = [make_cell("code", "", "a"), make_cell("markdown", "", "b")]
    return {name: (each, Counter(tags(page(each, name, empty)))) for name, each in made.items()}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[Any, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[Any]) -> None:
        self.found.append((tag, tuple(attrs)))


def display(data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def tags(html: str) -> list[tuple[str, tuple[Any, ...]]]:
    parser = Tags()
    parser.feed(html)
    parser.close()
    return parser.found


HARMLESS = set(
    "div section p span pre code b i em strong table thead tbody tr td th ul ol li a img del "  # noqa: SIM905
    "h1 h2 h3 hr br blockquote".split()
)
HARMLESS_VALUES = {
    **dict.fromkeys(("class", "id", "alt", "title", "border", "align", "width"), ""),
    "href": r"https?://|#",
    "src": "data:image/gif;base64,",
    "style": r"(?!.*(?:url|[\\(]|position|:\s*-))",
}


def acting(found: list[tuple[str, tuple[Any, ...]]]) -> list[Any]:
    """What of a page's tags could do something."""
    bad: list[Any] = [tag for tag, _ in found if tag not in HARMLESS]
    for tag, attributes in found:
        for name, value in attributes:
            if not re.match(HARMLESS_VALUES.get(name, r"\Z."), value or ""):
                bad.append((tag, name, value))
    return bad


@pytest.mark.parametrize(("kind", "name"), CASES, ids=lambda part: str(part))
def test_a_payload_does_nothing_in_a_page(
    kind: str, name: str, hostile_cells: dict[Any, Any], page_makers: dict[str, Any]
) -> None:
    for where, (exporter, empty) in page_makers.items():
        made = page(exporter, where, [hostile_cells[kind, name]])
        assert acting(list((Counter(tags(made)) - empty).elements())) == [], where
        if kind not in ("stdout", "text/plain", "error"):
            assert not COMMAND.search(made.replace(r"^\\", "")), where


def test_what_makes_these_tests_pass_is_the_cleaning(page_makers: dict[str, Any]) -> None:
    """Without it most payloads would act, and these tests would see it."""
    seen = 0
    exporter, empty = page_makers["formgrader"]
    for name, html in HTML.items():
        cell = make_cell("code", "", "a")
        set_outputs(cell, [display({"text/html": html})], 1)
        made = page(exporter, "formgrader", [cell])
        found = acting(list((Counter(tags(made)) - empty).elements()))
        seen += bool(found) or bool(COMMAND.search(made)) or name.startswith("formula")
    assert seen > 0.75 * len(HTML)


def test_code_and_what_is_printed_are_text(page_makers: dict[str, Any]) -> None:
    for where, (exporter, empty) in page_makers.items():
        cells = [
            make_cell("code", html.replace("\x00", ""), f"c{i}")
            for i, html in enumerate(HTML.values())
        ]
        made = page(exporter, where, cells)
        assert acting(list((Counter(tags(made)) - empty).elements())) == [], where


# --- what is kept --------------------------------------------------------------------------------

FRAME = """<div>
<style scoped>
    .dataframe tbody tr th:only-of-type { vertical-align: middle; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;"><th></th><th>loss &amp; rate</th></tr>
  </thead>
  <tbody>
    <tr><th>0</th><td style="color: rgb(200, 0, 0)">1.5 &lt; 2</td></tr>
  </tbody>
</table>
<p>1 rows \u00d7 1 columns</p>
</div>"""
KEPT = {
    "bold": ("<b>hi</b>", "<b>hi</b>"),
    "frame": (FRAME, re.sub(r"<style.*?</style>", "", FRAME, flags=re.DOTALL)),
    "not closed": ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
    "entities": ("a &lt; b &amp;&nbsp;c &lambda;", "a &lt; b &amp;\u00a0c \u03bb"),
    "comparison": ("if a < b && c > d: $x<y$", "if a &lt; b &amp;&amp; c &gt; d: $x"),
    "link": ('<a href="https://example.org">text</a>', "text"),
    "image": (f'<img src="data:image/gif;base64,{GIF}" width=9>',) * 2,
    "style": (
        '<p style="COLOR:Red;text-align : right;;x">a</p>',
        '<p style="color: Red;text-align: right">a</p>',
    ),
}


def plain(html: str) -> str:
    """HTML without what makes no difference: spaces, quotes, the last semicolon."""
    return re.sub(r"\s+|[\"']|;(?=[\"'])|(?<=[a-z)]);(?=[\"'>])", "", html)


@pytest.mark.parametrize("name", KEPT)
def test_html_that_only_shows_something_is_kept(name: str) -> None:
    html, expected = KEPT[name]
    assert plain(sanitize_html(html)).startswith(plain(expected))


MARKDOWN_KEPT = {
    "formula": ("$a<b$, $$x \\le y & z$$", "$a< b$, $$x \\le y & z$$"),
    "comparison": ("a < b, `a < b` and `a<=b`", "a < b, `a < b` and `a<=b`"),
    "links": (
        "[a](https://a.org/?b=1&c=2), [b](#c), <https://d.org>",
        "[a](https://a.org/?b=1&c=2), [b](#c), https://d.org",
    ),
    "named link": ("[a][b]\n\n[b]: https://c.org 'd'", "[a][b]\n\n[b]: https://c.org 'd'"),
    "image": ("![a](https://b.org/c.png)", "! [a](https://b.org/c.png)"),
    "code": ("```python\nx[0] = {'a': 1}\n```", "```python\nx[0] = {'a': 1}\n```"),
    "entities": ("&lambda; &lt; 1 &amp; &#955;", "&lambda; &lt; 1 &amp; &#955;"),
    "LaTeX": (r"$\frac{\partial L}{\partial x}$ \[ y \]",) * 2,
}


@pytest.mark.parametrize("name", MARKDOWN_KEPT)
def test_markdown_that_only_shows_something_is_kept(name: str) -> None:
    source, expected = MARKDOWN_KEPT[name]
    assert clean_source("markdown", source) == expected
    assert clean_source("code", source) == source


def test_a_free_cell_of_the_sheet_stays_as_it_was_released() -> None:
    released = make_cell("markdown", "![figure](figure.png) <b>read</b>", "text")
    sheet = SourceSheet(make_notebook([released], {}), "")
    for source, kept in ((released.source, released.source), ("<b>a", "< b>a")):
        notebook, _ = restore([SubmittedCell("markdown", source, "text", "")], sheet)
        assert [cell.source for cell in notebook.cells] == [kept]


SHOWN_KEPT = {
    "HTML": ("HTML('<b>hi</b>')", {"text/html": "<b>hi</b>"}),
    "LaTeX": (r"Latex(r'$\alpha<1$')", {"text/latex": r"$\alpha<1$"}),
    "formula": ("Math('x^2')", {"text/latex": r"$\displaystyle x^2$"}),
    "Markdown": ("Markdown('**a** <b>')", {"text/plain": "**a** <b>\n[Not kept: text/markdown]"}),
    "SVG": ("SVG('<svg></svg>')", {"text/plain": "[Not kept: image/svg+xml]"}),
    "script": ("Javascript('f()')", {"text/plain": "[Not kept: application/javascript]"}),
    "image": (f"Image(data=__import__('base64').b64decode({PNG!r}))", {"image/png": PNG}),
    "not quite": ("display('a', display_id='b') and None", {"text/plain": "'a'"}),
}


def test_what_a_student_shows_keeps_its_look() -> None:
    with Student() as student:
        student.run("import", "from IPython.display import *")
        for name, (code, expected) in SHOWN_KEPT.items():
            (output,) = student.run(name, code)
            data = {mime: text.replace("\n", " ") for mime, text in output["data"].items()}
            for mime, text in expected.items():
                assert text.replace("\n", " ") in data[mime], name
        (figure,) = student.run(
            "figure", "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"
        )
    assert figure["data"]["image/png"].startswith("iVBOR")
    assert figure["data"]["text/plain"].startswith("<Figure")
