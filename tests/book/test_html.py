"""Every page is valid HTML, says the Nu checker, and what had to be mended is named."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.book.checkers import NU

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000
NOT_VALID = "a-page-that-is-not-valid.html"
needs_nu = pytest.mark.skipif(
    not (NU.path.is_file() and shutil.which("java")),
    reason="needs Java, and the Nu checker: run `make checkers`, with npm and a network",
)


def errors(*paths: Path) -> list[str]:
    """What the Nu checker finds wrong; what it merely advises is left out."""
    # A deep page needs a deep stack. Compiling Java well takes longer than running it once.
    java = ["java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command = [*java, "-jar", NU.path, "--format", "json", "--exit-zero-always", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{each.get('url', '').rpartition('/')[2]}:{each.get('lastLine')}: {each['message']}"
        for each in messages
        if each["type"] != "info"
    ]


@pytest.fixture(scope="module")
def found(pages: dict[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is wrong in the book, and in a page that is not valid: Java is started once."""
    page = tmp_path_factory.mktemp("page") / NOT_VALID
    page.write_text("<!DOCTYPE html><html lang='en'><title>A</title><pre><div>b</div></pre></html>")
    return errors(*pages, page)


@needs_nu
def test_every_page_is_valid(found: list[str]) -> None:
    assert [error for error in found if not error.startswith(NOT_VALID)] == []


@needs_nu
def test_what_is_not_valid_is_seen(found: list[str]) -> None:
    (error,) = [error for error in found if error.startswith(NOT_VALID)]
    assert error.startswith(f"{NOT_VALID}:1: Element “div” not allowed as child of element “pre”")


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        (
            '<summary aria-label="Toggle hidden content">\n<p class="collapsed admonition-title">'
            'Show</p>\n<p class="expanded admonition-title">Hide</p>\n</summary>',
            '<summary><span class="collapsed admonition-title">Show</span>'
            '<span class="expanded admonition-title">Hide</span></summary>',
        ),
        (
            '<a class="reference internal" href="a.html">API</a><details><summary>'
            '<span class="toctree-toggle" role="presentation">',
            '<a class="reference internal" href="a.html">API</a><details><summary'
            ' aria-label="Pages of API"><span class="toctree-toggle" role="presentation">',
        ),
        (
            '<p><ul class="simple">\n<li><p>a</p></li>\n</ul>\n</p>',
            '<ul class="simple">\n<li><p>a</p></li>\n</ul>',
        ),
        ('<ul class="simple">\n<li>a</li></ul>', '<ul class="simple">\n<li>a</li></ul>'),
        (
            '<pre>a <div class="viewcode-block" id="f">b\n<div class="viewcode-block">c</div>'
            "</div></pre><div>d</div>",
            '<pre>a <span class="viewcode-block" id="f">b\n<span class="viewcode-block">c</span>'
            "</span></pre><div>d</div>",
        ),
        ('<script defer src="../_static/scripts/fontawesome.js?digest=1"></script>', ""),
        ('<script src="../../_static/searchtools.js"></script>\n<p>', "<p>"),
        ('<script src="../searchindex.js"></script></head>', "</head>"),
        ('<script src="searchindex.js"></script>',) * 2,
        (
            'of <span class="math notranslate nohighlight">\\(x &lt; 1\\)</span>), or',
            'of <span class="unbroken"><span class="math notranslate nohighlight">'
            "\\(x &lt; 1\\)</span>),</span> or",
        ),
        (
            '<td><span class="pre">autograded/&lt;student&gt;.html</span></td>',
            '<td><span class="pre">autograded/<wbr>&lt;student&gt;<wbr>.html</span></td>',
        ),
        ('<td><span class="pre">--with_a_long_name</span></td>',) * 2,
        ('<p><span class="pre">exponential_decay()</span></p>',) * 2,
        ('<script defer src="../_static/quiz.js"></script>',) * 2,
        ("<p>A paragraph.</p><h1>A</h1>",) * 2,
    ],
)
def test_what_others_write_is_mended(
    given: str, mended: str, extension: Callable[[str], Any]
) -> None:
    mend = extension("markup").mend
    assert mend(given) == mended
    assert mend(mended) == mended


def test_every_icon_has_its_letter(pages: dict[Path, Any]) -> None:
    """The theme's script, which knows all icons, is not loaded."""
    styles = (ROOT / "book/_assets/icons.css").read_text(encoding="utf-8")
    used = {name for page in pages.values() for name in page.icons}
    assert {"fa-bars", "fa-magnifying-glass"} <= used
    assert [name for name in used if f".{name}" not in styles] == []


def test_the_book_is_small(site: Path) -> None:
    """Of the site's 120 MB, 80 are for JupyterLite (test_lite_browser.py)."""
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert size < 40 * MEGABYTE
