"""The book as a PDF: one page made of all, printed by Chromium, and packed."""

import os
import re
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.book.small_books import CELL, KERNEL
from tests.book.test_read import small_book

ROOT = Path(__file__).resolve().parents[2]
FIGURE = """import plotly.graph_objects as go
from nbcourse.plots.interactive import Interactive

marks = [go.Scatter(x=[0, 1], y=[0, slope]) for slope in (1, 2)]
figure = go.Figure(data=[marks[1]], frames=[go.Frame(data=[mark]) for mark in marks])
Interactive(figure, label="slope", values=["one", "two"], description="A line with a slope.",
            caption="A line.", start=1)"""
WIDE = " + ".join(f"x_{{{number}}} y_{{{number}}}" for number in range(16))
PAGES = {
    "book/index": """# Small book

A first page that leads to [its chapter](neurons.md) and to [a place in it](#wide).

```{downloads} sheets pdf
```
""",
    "book/neurons": f"""{KERNEL}# Neurons & "edges"

(wide)=
## Wide

$$ {WIDE} $$ (eq-wide)

Back to {{doc}}`index`, by {{eq}}`eq-wide`.

{CELL.format("print('what is printed')" + chr(10) + "# a line: " + "long " * 40)}

```{{code-cell}} ipython3
:tags: [hide-input]
folded_code = 1
```

{CELL.format(FIGURE)}

:::{{dropdown}} Answer
The folded answer.
:::

## Quiz

```{{quiz}} neurons
```
""",
}
QUIZ = """
- question: What is $1 + 1$?
  options:
    - {text: one, why: One is too few.}
    - {text: two, why: "Two, by [counting](index.md).", right: true}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, build: Callable[..., Any]) -> Path:
    """A built book that has everything that paper has trouble with."""
    folder = small_book(tmp_path_factory.mktemp("printed"), PAGES)
    (folder / "book/quizzes").mkdir()
    (folder / "book/quizzes/neurons.yml").write_text(QUIZ, encoding="utf-8")
    done = build(folder, "-W", "-n", "--keep-going")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def printable(extension: Callable[[str], Any], book: Path) -> BeautifulSoup:
    """The page that is printed."""
    extension("quiz")  # puts the folder of both packages on the path
    from course_pdf.document import document

    return BeautifulSoup(document(book / "_build/html"), "html.parser")


def test_every_link_within_leads_to_one_place(printable: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in printable.select("[id]")]
    assert len(set(ids)) == len(ids)
    links = [str(link["href"]) for link in printable.select("a[href]")]
    assert {link.removeprefix("#") for link in links if link.startswith("#")} <= set(ids)
    # Without the site's address nothing else can be meant.
    assert [link for link in links if not link.startswith("#")] == []
    assert {"#book-neurons", "#book-neurons--wide", "#book-index", "#answers"} <= set(links)
    named = {str(tag["data-page-of"]) for tag in printable.select("[data-page-of]")}
    assert named <= set(ids)


def test_nothing_on_paper_waits_to_be_pressed(printable: BeautifulSoup) -> None:
    assert printable.select("button, input, select, form, nav.bd-docs-nav, .downloads") == []
    text = printable.get_text()
    assert "folded_code" not in text
    assert "what is printed" in text
    assert all(details.has_attr("open") for details in printable.select("details"))
    (shown,) = printable.select(".interactive-figure .shown-at")
    assert shown.get_text() == "Shown at slope: two. The site moves it."
    scripts = [str(tag["src"]) for tag in printable.select("script[src]")]
    assert all(
        any(name in script for name in ("plotly", "interactive", "startup")) for script in scripts
    )


def test_a_quiz_asks_in_its_place_and_answers_at_the_end(printable: BeautifulSoup) -> None:
    (question,) = printable.select("#book-neurons .quiz-question")
    assert [option.get_text(strip=True) for option in question.select("li")] == ["one", "two"]
    assert "too few" not in question.get_text()
    (answers,) = printable.select("section.page-answers .answers")
    reasons = [
        re.sub(r"\s+", " ", reason.get_text()).strip() for reason in answers.select(".reason")
    ]
    assert reasons == ["(b) Right. Two, by counting.", "(a) Not this one. One is too few."]


def test_links_to_the_site_are_whole_where_its_address_is_known(
    book: Path, extension: Callable[[str], Any], tmp_path: Path
) -> None:
    extension("quiz")
    from course_pdf.document import document

    site = tmp_path / "html"
    shutil.copytree(book / "_build/html", site)
    page = site / "book/index.html"
    canonical = '<link rel="canonical" href="https://example.org/a/book/index.html" />'
    link = '<a href="../genindex.html">The index</a>'
    text = page.read_text(encoding="utf-8").replace("<title>", f"{canonical}<title>", 1)
    page.write_text(text.replace("<p>A first page", f"<p>{link}"), encoding="utf-8")
    printed = BeautifulSoup(document(site), "html.parser")
    links = {str(tag["href"]) for tag in printed.select("a[href^=http]")}
    assert links == {"https://example.org/a/", "https://example.org/a/genindex.html"}


def test_a_folder_without_a_book_is_refused(
    tmp_path: Path, extension: Callable[[str], Any]
) -> None:
    extension("quiz")
    from course_pdf.pages import BookError, pages_of

    with pytest.raises(BookError, match=r"has no index\.html: build the book first"):
        pages_of(tmp_path)


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "book/_ext")}
    command = [sys.executable, "-m", "course_pdf", str(folder)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def pdf(book: Path) -> Path:
    """The PDF, printed as ``make pdf`` prints it."""
    done = run(book / "_build/html")
    assert done.returncode == 0, done.stdout + done.stderr
    path = book / "_build/html/small-book.pdf"
    assert done.stdout.startswith(str(path))
    return path


def objects(pdf: bytes) -> bytes:
    """Everything in a PDF but images and fonts, as plain text."""
    pieces = []
    for head, data in re.findall(rb"<<(.*?)>>\s*stream\n(.*?)\nendstream", pdf, re.DOTALL):
        pieces.append(head)
        if b"/ObjStm" in head:
            pieces.append(zlib.decompress(data))
    return b"\n".join(pieces)


@pytest.mark.browser
def test_the_pdf_has_links_page_numbers_and_its_fonts(pdf: Path, printable: Tag) -> None:
    text = objects(pdf.read_bytes())
    pages = len(re.findall(rb"/Type /Page\b", text))
    # Title, contents, first page, chapter, answers; the chapter may need a second sheet.
    assert 5 <= pages <= 7
    places = dict(re.findall(rb"/([\w.-]+)\s*\[(\d+) 0 R\s*/XYZ", text))
    for name in ("book-index", "book-neurons", "book-neurons--wide", "answers"):
        assert name.encode() in places
    assert len({places[name] for name in (b"book-index", b"book-neurons", b"answers")}) == 3
    assert text.count(b"/Dest /book-neurons") >= 2
    # Bookmarks, words for screen readers, and letters that need no font of the reader's.
    assert b"/Type /Outlines" in text
    assert b"/StructTreeRoot" in text
    # A font of type 3 is nothing but drawings; any other comes as a file.
    descriptions = text.count(b"/Type /FontDescriptor")
    files = len(re.findall(rb"/FontFile[23]? \d+ 0 R", text))
    assert descriptions == files + text.count(b"/Subtype /Type3") > 2
    assert b"MathJax" in text


@pytest.mark.browser
def test_the_book_offers_the_pdf_until_a_page_is_newer(
    pdf: Path, book: Path, build: Callable[..., Any]
) -> None:
    def offered() -> list[str]:
        assert build(book, "-W", "-n", "--keep-going").returncode == 0
        soup = BeautifulSoup((book / "_build/html/book/index.html").read_text(), "html.parser")
        return [str(link["href"]) for link in soup.select("a") if ".pdf" in str(link["href"])]

    # On the page that offers downloads, and below every page.
    assert offered() == ["../small-book.pdf", "../small-book.pdf"]
    text = book / "book/neurons.md"
    os.utime(text, (time.time() + 5, time.time() + 5))
    assert offered() == []
    os.utime(text, (1, 1))


# What is read from a PDF and done to it


@pytest.fixture
def packing(extension: Callable[[str], Any]) -> Any:
    extension("quiz")
    from course_pdf import compact

    return compact


def plain_pdf(streams: dict[int, tuple[bytes, bytes]], others: dict[int, bytes]) -> bytes:
    """A PDF as Chromium writes one: object 1 is its catalog."""
    text, offsets = bytearray(b"%PDF-1.4\n"), {}
    bodies = dict(others)
    for number, (head, data) in streams.items():
        bodies[number] = b"<<%s\n/Length %d>> stream\n%s\nendstream" % (head, len(data), data)
    for number, body in sorted(bodies.items()):
        offsets[number] = len(text)
        text += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(text)
    text += b"xref\n0 %d\n0000000000 65535 f \n" % (max(offsets) + 1)
    text += b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(offsets))
    text += b"trailer\n<</Size %d\n/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        max(offsets) + 1, start)  # fmt: skip
    return bytes(text)


def test_page_numbers_follow_the_tree_of_pages(packing: Any) -> None:
    from course_pdf.numbers import page_numbers

    tree = {
        1: b"<</Type /Catalog\n/Pages 2 0 R\n/Dests 9 0 R>>",
        2: b"<</Kids [3 0 R 4 0 R]>>",
        3: b"<</Kids [8 0 R 7 0 R]>>",
        4: b"<</Kids [6 0 R]>>",
        6: b"<</Type /Page>>",
        7: b"<</Type /Page>>",
        8: b"<</Type /Page>>",
        9: b"<</a--b [7 0 R /XYZ 6 7.5 0]\n/caf#C3#A9 [6 0 R /XYZ 0 0 0]>>",
        # Bookmarks have places as well, without a name of their own.
        10: b"<</Title (a) /Dest [8 0 R /XYZ 0 0 0]>>",
    }
    stream = (b"/Length1 1", b"1 0 obj\n<</Pages 5 0 R>>\nendobj\n")
    assert page_numbers(plain_pdf({5: stream}, tree)) == {"a--b": 2, "caf\u00e9": 3}


def test_packing_keeps_every_object_and_says_where_it_is(packing: Any) -> None:
    others = {number: b"<</Kept (%d)>>" % number for number in range(2, 500)}
    others[1] = b"<</Type /Catalog /Pages 2 0 R>>"
    data = zlib.compress(b"drawn")
    given = plain_pdf({500: (b"/Filter /FlateDecode", data)}, others)
    packed = packing.compacted(given)
    assert len(packed) < len(given) / 2
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", packed)[1])  # type: ignore[index]
    table = re.match(
        rb"\d+ 0 obj\n<</Type /XRef /Size (\d+) /W \[1 5 2\] /Root 1 0 R .*?>>\nstream\n",
        packed[start:],
    )
    assert table is not None
    entries = zlib.decompressobj().decompress(packed[start + table.end() :])
    assert len(entries) == 8 * int(table[1])

    def stored(number: int) -> bytes:
        entry = entries[8 * number : 8 * number + 8]
        place, index = int.from_bytes(entry[1:6], "big"), int.from_bytes(entry[6:], "big")
        if entry[0] == 1:
            assert packed[place:].startswith(b"%d 0 obj\n" % number)
            return packed[place:].partition(b"\nendobj")[0]
        assert entry[0] == 2
        whole = stored(place)
        first = int(re.search(rb"/First (\d+)", whole)[1])  # type: ignore[index]
        unpacked = zlib.decompress(whole.partition(b"stream\n")[2].rpartition(b"\nendstream")[0])
        numbers = [int(each) for each in unpacked[:first].split()]
        assert numbers[2 * index] == number
        return unpacked[first + numbers[2 * index + 1] :].partition(b"\n")[0]

    for number, body in others.items():
        assert stored(number) == body
    assert data in stored(500)


def test_an_image_keeps_every_pixel(packing: Any) -> None:
    import numpy as np

    rng = np.random.default_rng(0)
    image = (np.add.outer(np.arange(40), 3 * np.arange(30))[..., None] + np.arange(3)) % 256
    image[5:20, 5:20] = rng.integers(0, 256, (15, 15, 3))
    plain = image.astype(np.uint8).tobytes()
    head = b"/Subtype /Image /Width 30 /Height 40 /BitsPerComponent 8 /Filter /FlateDecode"
    body = b"<<%s /Length %d>>\nstream\n%s\nendstream"
    data = zlib.compress(plain)
    made = packing.smaller(body % (head, len(data), data))
    assert b"/DecodeParms <</Predictor 15 /Colors 3 /Columns 30>>" in made
    rows = zlib.decompress(made.partition(b"stream\n")[2].rpartition(b"\nendstream")[0])
    assert unfiltered(rows, 90, 3) == plain


def unfiltered(rows: bytes, width: int, step: int) -> bytes:
    """PNG's filters undone as its specification has them, one byte at a time."""
    out, above = bytearray(), bytes(width)
    for at in range(0, len(rows), width + 1):
        kind, line = rows[at], bytearray(rows[at + 1 : at + 1 + width])
        for i in range(width):
            a, b = (line[i - step] if i >= step else 0), above[i]
            c = above[i - step] if i >= step else 0
            nearest = min((a, b, c), key=lambda each: abs(a + b - c - each))
            line[i] = (line[i] + (0, a, b, (a + b) // 2, nearest)[kind]) % 256
        out += line
        above = bytes(line)
    return bytes(out)


@pytest.mark.parametrize("text", [b"", b"%PDF-1.5\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF"])
def test_what_is_no_plain_pdf_is_refused(text: bytes, packing: Any) -> None:
    with pytest.raises(ValueError, match="does not end in one plain table"):
        packing.compacted(text)
