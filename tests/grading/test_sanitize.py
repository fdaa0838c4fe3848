"""What students write and show, from their process to the pages: it is shown, and does nothing."""

import base64
import json
import re
import time
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest

from nbcourse.grading.notebooks import make_cell, make_notebook, set_outputs
from nbcourse.grading.outputs import Room, trusted_outputs
from nbcourse.grading.restore import SourceSheet, restore
from nbcourse.grading.sanitize import MAX_MARKDOWN, clean_source, clean_text
from nbcourse.grading.sanitize_html import sanitize_html
from nbcourse.grading.student import Student
from nbcourse.grading.submissions import SubmittedCell
from tests.grading.payload_pages import CASES, exporters, page, run_payloads
from tests.grading.payloads import FORMS, GIF, HTML

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


# --- what a worker may claim ---------------------------------------------------------------------


def display(data: Any, metadata: Any = None) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_could_act_is_left_out_and_named(form: str) -> None:
    for plain_text in ({}, {"text/plain": "a thing"}):
        (kept,) = trusted_outputs([display({form: FORMS[form], **plain_text})])
        assert list(kept["data"]) == ["text/plain"]
        assert kept["data"]["text/plain"].endswith(f"[Not kept: {form}]")


NOT_OUTPUTS = {
    "no list": ({"output_type": "stream"}, []),
    "no outputs": ([None, 3, "a", [], {}, {"output_type": "stream", "name": 1, "text": "a"}], []),
    "another stream": ([{"output_type": "stream", "name": "stdin", "text": "a"}], []),
    "update": ([{"output_type": "update_display_data", "data": {"text/html": "<b>a"}}], []),
    "forms of forms": (
        [display({"text/html": ["<b>"], "text/plain": {"a": 1}, 3: "a"})],
        [display({"text/plain": "[Not kept: text/html, text/plain]"})],
    ),
    "a name that is markup": (
        [display({"<script>": "a"})],
        [display({"text/plain": "[Not kept: another form]"})],
    ),
    "metadata": (
        [
            display(
                {"image/png": PNG},
                {
                    "image/png": {"width": 64, "height": "9' onload=f()", "alt": "a"},
                    "isolated": True,
                    "filenames": {"image/png": "//evil.example/a.png"},
                },
            )
        ],
        [display({"image/png": PNG}, {"image/png": {"width": 64}})],
    ),
    "traceback": (
        [{"output_type": "error", "ename": "E", "evalue": "m", "traceback": [1, "a\x00", None]}],
        [{"output_type": "error", "ename": "E", "evalue": "m", "traceback": ["a"]}],
    ),
}


@pytest.mark.parametrize("name", NOT_OUTPUTS)
def test_of_what_a_worker_sends_only_what_is_known_is_read(name: str) -> None:
    sent, kept = NOT_OUTPUTS[name]
    assert trusted_outputs(sent) == kept


def stream(text: str) -> dict[str, str]:
    return {"output_type": "stream", "name": "stdout", "text": text}


BIG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2**21)).decode()
TOO_MUCH = {
    "text": ([stream("a" * 2**20), stream("bc")], "2 more characters"),
    "outputs": ([stream("a\n")] * 1_007, "7 more outputs"),
    "images": ([display({"image/png": BIG})] * 3, "2 more figures"),
    "HTML": ([display({"text/html": "<b>ab</b>" * 30_000})], "more characters"),
    "rows": ([display({"text/html": "<tr><td>1" * 9_000})], "more characters"),
    "traceback": (
        [{"output_type": "error", "ename": "E", "evalue": "m", "traceback": ["a"] * 5_000}],
        "...",
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_of_a_cell_a_limited_amount_is_kept_and_the_cut_is_said(name: str) -> None:
    sent, said = TOO_MUCH[name]
    kept = trusted_outputs(sent)
    assert said in str(kept)
    assert len(json.dumps(kept)) < 5.5 * 2**20


def test_of_a_submission_a_limited_amount_is_kept() -> None:
    submission = Room({"text": 5, "html": 8, "images": 0})
    assert trusted_outputs([stream("abc")], submission) == [stream("abc")]
    assert trusted_outputs([stream("abc")], submission)[0] == stream("ab")
    assert "2 more characters" in str(
        trusted_outputs([display({"text/html": "<b>1</b>ab"})], submission)
    )


# --- time ----------------------------------------------------------------------------------------

N = 2**20
SLOW = {
    "deep": "<div>" * 100_000,
    "deep formatting": "".join(f"<b a{i}><p>" for i in range(60_000)),
    "misnested": "<b><i><p><u></b></i></p></u>" * 30_000,
    "rows": "<table>" + "<tr><td>1" * 100_000,
    "brackets": "<" * N,
    "ampersands": "&" * N,
    "quotes": '<a "' * 250_000,
    "comments": "<!--" * 250_000,
    "attributes": "<p " + "a" * N,
    "style": "<p style='color:" + "r" * N + "'>",
    "tags": "<br>" * 250_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_a_megabyte_of_hostile_html_costs_little_time(name: str) -> None:
    sanitize_html("<b>")
    start = time.process_time()
    sanitize_html(SLOW[name])
    assert time.process_time() - start < 3, "measured: at most 0.9 s"


def test_hostile_markdown_is_cut_and_rendered_in_little_time() -> None:
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    for piece in (r"\\(", r"\begin{a}", "$$ a", "[a](", "![", "**a_", "`a", "> ", r"\\" * 2):
        source = clean_source("markdown", piece * N)
        assert len(source) < 2.1 * MAX_MARKDOWN
        assert source.endswith("more characters are not kept.]")
        start = time.process_time()
        markdown2html_mistune(source)
        assert time.process_time() - start < 3, piece


def test_colors_are_kept_and_limited() -> None:
    red = "\x1b[31mred\x1b[0m \x1b[38;5;200;1mpink\x1b[39m \x1b[48;2;1;2;3m\x1b[m"
    assert clean_text(red) == red
    assert clean_text("\x1b[31ma" * 5_000) == "a" * 5_000
