"""The built book: nothing from elsewhere, nothing broken, nothing missing, nothing given away."""

import importlib
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
import yaml
from sphinx.util.inventory import InventoryFile

ROOT = Path(__file__).resolve().parents[2]

REMOTE = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
REMOTE_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?\s*(?:https?:)?//""", re.IGNORECASE)
REMOTE_SCRIPT = re.compile(
    r"""(?:\b(?:fetch|import|importScripts|EventSource|WebSocket)\(|\.open\(\s*["']\w+["'],)"""
    r"""\s*["'`](?:https?:|wss?:)?//"""
)
CDN = re.compile(r"jsdelivr|unpkg\.com|cdnjs|googleapis|gstatic|cdn\.plot\.ly|bootstrapcdn")


def chapters() -> list[str]:
    """The document names of the chapters: the first part of the table of contents."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return [chapter["file"] for chapter in parts[0]["chapters"]]


def textbook_modules() -> list[str]:
    names = [path.stem for path in (ROOT / "nbcourse").glob("*.py")]
    return sorted(f"nbcourse.{name}" for name in names if name not in ("__init__", "arrays"))


# Nothing from elsewhere


def test_pages_load_nothing_from_another_host(pages: dict[Path, Any]) -> None:
    remote = {
        (path.name, address)
        for path, page in pages.items()
        for address in page.loads
        if REMOTE.match(address)
    }
    assert remote == set()


def test_the_root_redirect_finds_its_icon(site: Path) -> None:
    """It has no link to one, so that browsers ask for this name."""
    assert (site / "favicon.ico").read_bytes()[:4] == b"\0\0\1\0"


def test_styles_and_scripts_load_nothing_from_another_host(site: Path) -> None:
    remote = []
    for path in [*site.rglob("*.css"), *site.rglob("*.js"), *site.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        patterns = [REMOTE_CSS] if path.suffix == ".css" else [REMOTE_CSS, REMOTE_SCRIPT]
        remote += [
            (path.name, hit.group()) for pattern in patterns for hit in pattern.finditer(text)
        ]
    assert remote == []


def test_no_page_mentions_a_content_delivery_network(pages: dict[Path, Any]) -> None:
    assert [path.name for path, page in pages.items() if CDN.search(page.text)] == []


@pytest.mark.parametrize(
    ("html", "address"),
    [
        ('<script src="https://a.org/x.js"></script>', "https://a.org/x.js"),
        ('<link rel="preconnect" href="//a.org">', "//a.org"),
        ('<img srcset="//a.org/x.png 2x">', "//a.org/x.png 2x"),
    ],
)
def test_remote_loads_are_seen(
    html: str, address: str, tmp_path: Path, read_page: Callable[[Path], Any]
) -> None:
    path = tmp_path / "page.html"
    path.write_text(html)
    (found,) = read_page(path).loads
    assert found == address
    assert REMOTE.match(found)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REMOTE_CSS, "@import 'https://a.org/x.css'"),
        (REMOTE_CSS, "src: url(//a.org/x.woff)"),
        (REMOTE_SCRIPT, 'fetch("https://a.org/x.json")'),
        (REMOTE_SCRIPT, "import('//a.org/x.js')"),
        (REMOTE_SCRIPT, 'request.open("GET", "https://a.org/x.json")'),
    ],
)
def test_remote_requests_are_seen(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


# Whole


def test_links_and_anchors_resolve(pages: dict[Path, Any], site: Path) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            if urlsplit(link).scheme or link.startswith("//"):
                continue
            address, anchor = urldefrag(link)
            # Those of 404.html, which is shown at any depth, begin at the root.
            folder = site if address.startswith("/") else path.parent
            name = unquote(urlsplit(address).path).lstrip("/")
            target = (folder / name).resolve() if address else path
            if target.is_dir():
                target = target / "index.html"
            lost = anchor and target in pages and unquote(anchor) not in pages[target].ids
            if not target.is_file() or lost:
                broken.append((path.name, link))
    assert broken == []


def test_images_and_interactive_figures_have_a_text_alternative(pages: dict[Path, Any]) -> None:
    bad = []
    for path, page in pages.items():
        texts = [image.get("alt", "") for image in page.images]
        texts += [plot.get("aria-label", "") for plot in page.plots]
        # Sphinx falls back on the file's name: one long word.
        bad += [(path.name, text) for text in texts if len(text.split()) < 3]
    assert bad == []


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_has_its_parts(chapter: str, pages: dict[Path, Any], site: Path) -> None:
    page = pages[site / f"{chapter}.html"]
    source = (ROOT / f"{chapter}.md").read_text(encoding="utf-8")
    name = Path(chapter).name

    assert page.images, "no figure"
    assert page.plots, "no figure with a slider"
    assert 'class="predict admonition"' in page.text
    assert 'class="common-slip admonition"' in page.text
    assert "{cite:" in source
    assert "{sheet}" in source
    assert "tags: [remove-cell]" in source, "no hidden cell holds the numbers in the text"
    assert f'data-quiz="{name}"' in page.text


@pytest.mark.parametrize("chapter", chapters())
def test_a_quiz_has_at_least_five_questions_and_explains_every_option(
    chapter: str, pages: dict[Path, Any], site: Path, extension: Callable[[str], Any]
) -> None:
    questions = extension("quiz").read_quiz(ROOT / "book/quizzes" / f"{Path(chapter).name}.yml")
    options = [option for question in questions for option in question.options]
    assert len(questions) >= 5
    assert all(len(option.why.split()) >= 4 for option in options)

    text = pages[site / f"{chapter}.html"].text
    assert text.count('class="quiz-option"') == len(options)
    assert text.count('class="quiz-why docutils container"') == len(options)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {question: Q, options: [{text: a, why: b, right: true}]}", "1 options with 1 right"),
        ("- {question: Q, options: [{text: a, why: b}, {text: c, why: d}]}", "with 0 right"),
        ("- {question: Q, options: [{text: a}]}", "missing ['why']"),
        ("- {question: Q, answers: []}", "unknown ['answers']"),
    ],
)
def test_a_malformed_quiz_is_refused(
    text: str, message: str, tmp_path: Path, extension: Callable[[str], Any]
) -> None:
    path = tmp_path / "quiz.yml"
    path.write_text(text)
    with pytest.raises(ValueError, match=re.escape(message)):
        extension("quiz").read_quiz(path)


@pytest.mark.parametrize("name", textbook_modules())
def test_every_public_function_is_in_the_reference(name: str, site: Path) -> None:
    with (site / "objects.inv").open("rb") as stream:
        inventory = InventoryFile.load(stream, "", lambda base, address: address)
    documented = {**inventory["py:function"], **inventory["py:class"], **inventory["py:exception"]}
    module = importlib.import_module(name)
    public = {
        f"{name}.{member}"
        for member, value in inspect.getmembers(module)
        if (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == name
        and not member.startswith("_")
    }
    assert public
    assert public - documented.keys() == set()


# Free of what students must not see


def test_nothing_solved_or_hidden_is_published(site: Path) -> None:
    hidden = re.compile(rb"BEGIN HIDDEN|END HIDDEN|seed=\"")
    solved = re.compile(rb"BEGIN SOLUTION")
    published = [path for path in site.rglob("*") if path.is_file()]
    assert [path for path in published if hidden.search(path.read_bytes())] == []
    # This page shows its reader where the mark stands, in an exercise that no sheet has.
    lesson = {site / "book/writing-exercises.html", site / "_sources/book/writing-exercises.md"}
    assert {path for path in published if solved.search(path.read_bytes())} == lesson


def test_only_pages_of_the_book_have_their_sources_published(site: Path) -> None:
    sources = site / "_sources"
    folders = {path.relative_to(sources).parts[0] for path in sources.rglob("*") if path.is_file()}
    assert folders == {"book"}


def test_no_spec_is_published(site: Path) -> None:
    """A spec holds the known mistakes and the other right answers; ``check`` itself is shown."""
    sources = site / "_modules" / "nbcourse"
    assert (sources / "specs.html").is_file()
    assert not (sources / "specs").exists()
