"""Every page in a real browser that can reach this machine only."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.book.tour import Seen
from tests.browsing import FORMULAS_AS_TEXT

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000

# What a figure shows now, as plain numbers: typed arrays would compare as empty objects.
SHOWN = """plot => JSON.stringify([plot.data, plot.layout.shapes, plot.layout.annotations],
  (key, value) => key.startsWith("_") ? undefined
    : ArrayBuffer.isView(value) ? Array.from(value) : value)"""


@dataclass
class Visit:
    """A browser's window on the site, and everything that it complained about."""

    page: Any
    base: str
    problems: list[str] = field(default_factory=list)

    def __enter__(self) -> "Visit":
        for event, listener in self.listeners().items():
            self.page.on(event, listener)
        return self

    def __exit__(self, *_: object) -> None:
        for event, listener in self.listeners().items():
            self.page.remove_listener(event, listener)

    def listeners(self) -> dict[str, Callable[[Any], None]]:
        return {"request": self.asked, "console": self.heard, "pageerror": self.failed}

    def open(self, name: str) -> Any:
        self.page.goto(self.base + name, wait_until="load")
        return self.page

    def failed(self, error: Any) -> None:
        self.problems.append(f"{self.page.url}: {error}")

    def heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.text} ({message.location.get('url')})")

    def asked(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.problems.append(f"asked for {request.url}")


@pytest.fixture
def visit(chromium: Any, base: str) -> Iterator[Visit]:
    """In a browser that has been nowhere yet."""
    context = chromium.new_context()
    with Visit(context.new_page(), base) as visit:
        yield visit
        context.close()
    assert visit.problems == []


@pytest.fixture(scope="module")
def window(chromium: Any) -> Iterator[Any]:
    """One for many tests: a new one begins in a new process, which compiles every script again."""
    context = chromium.new_context()
    context.add_init_script(FORMULAS_AS_TEXT)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit_again(window: Any, base: str) -> Iterator[Visit]:
    """In a window that has been elsewhere on the site, and remembers nothing but its files.

    Formulas stay text in it.
    """
    with Visit(window, base) as visit:
        yield visit
        window.evaluate("localStorage.clear(), sessionStorage.clear()")
        window.goto("about:blank")
    assert visit.problems == []


@pytest.fixture(scope="module")
def still_window(chromium: Any) -> Iterator[Any]:
    """A window that runs no JavaScript."""
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def chapters() -> list[str]:
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return [f"{chapter['file']}.html" for chapter in parts[0]["chapters"]]


def test_every_page_loads_in_peace(toured: dict[str, Seen]) -> None:
    assert {name: seen.problems for name, seen in toured.items() if seen.problems} == {}


def test_every_formula_is_set(toured: dict[str, Seen]) -> None:
    assert {name: seen.unset for name, seen in toured.items() if seen.unset} == {}
    assert sum(seen.formulas for seen in toured.values()) > 50


def test_every_page_fits_the_window(toured: dict[str, Seen]) -> None:
    assert {name: seen.wide for name, seen in toured.items() if seen.wide} == {}


def test_no_name_in_a_table_is_broken_in_its_middle(toured: dict[str, Seen]) -> None:
    assert {name: seen.broken for name, seen in toured.items() if seen.broken} == {}


def test_a_chapter_is_there_soon(toured: dict[str, Seen]) -> None:
    sizes = {chapter: toured[chapter].first_load() for chapter in chapters()}
    assert {name: size for name, size in sizes.items() if size > 1.5 * MEGABYTE} == {}
    assert min(sizes.values()) > 0.3 * MEGABYTE  # it was measured


def test_plotly_comes_when_a_figure_is_near(visit: Visit) -> None:
    page = visit.open(chapters()[0])
    figure = page.locator(".interactive-figure").first
    assert page.evaluate("window.Plotly") is None
    assert figure.locator(".main-svg").count() == 0
    figure.scroll_into_view_if_needed()
    figure.locator(".main-svg").first.wait_for()
    # The others wait for their turn.
    assert page.locator(".interactive-plot:not(:has(.main-svg))").count() > 0


def test_a_figure_without_plotly_says_what_it_shows(visit: Visit) -> None:
    visit.page.route("**/plotly.min.js", lambda route: route.abort())
    page = visit.open(chapters()[0])
    figure = page.locator(".interactive-figure").first
    figure.scroll_into_view_if_needed()
    figure.get_by_text("It shows:").wait_for()
    assert any("plotly.min.js could not be loaded" in problem for problem in visit.problems)
    visit.problems.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_as_dark_as_the_system_until_the_reader_chooses(
    scheme: str, visit: Visit
) -> None:
    def brightness() -> float:
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(float, re.findall(r"[\d.]+", color)[:3])) / 3

    page = visit.open("book/index.html")
    page.emulate_media(color_scheme=scheme)
    page.reload()
    assert (brightness() < 60) == (scheme == "dark")
    button = page.get_by_role("button", name="Color mode").first
    # From the system's to the other one, of three.
    for _ in range(2):
        button.click()
        if page.evaluate("document.documentElement.dataset.theme") != scheme:
            break
    page.wait_for_timeout(300)
    assert (brightness() < 60) == (scheme == "light")
    page.reload()
    assert (brightness() < 60) == (scheme == "light")


@pytest.mark.parametrize("chapter", chapters())
def test_a_slider_moves_its_figure_from_the_keyboard(chapter: str, visit_again: Visit) -> None:
    page = visit_again.open(chapter)
    figures = page.locator(".interactive-figure").all()
    assert figures
    for figure in figures:
        figure.scroll_into_view_if_needed()
        figure.locator(".main-svg").first.wait_for()
        plot = figure.locator(".interactive-plot")
        controls = figure.locator(".interactive-control :is(input, select)").all()
        assert controls
        for control in controls:
            assert figure.locator(f"label[for='{control.get_attribute('id')}']").count() == 1
            start, before = control.input_value(), plot.evaluate(SHOWN)
            if control.evaluate("each => each.tagName") == "SELECT":
                control.press("ArrowDown" if start == "0" else "ArrowUp")
            else:
                control.press("End" if start != control.get_attribute("max") else "Home")
            changed = "([plot, shown, before]) => (0, eval)(shown)(plot) !== before"
            page.wait_for_function(changed, arg=[plot.element_handle(), f"({SHOWN})", before])
            assert control.input_value() != start
            output = control.locator("xpath=..").locator("output")
            if output.count():
                assert control.get_attribute("aria-valuetext") == output.inner_text()

            control.evaluate("(each, value) => { each.value = value; }", start)
            control.dispatch_event("input")
            page.wait_for_timeout(100)
            assert plot.evaluate(SHOWN) == before


@pytest.mark.parametrize("chapter", chapters())
def test_a_quiz_answers_and_counts_first_tries(chapter: str, visit_again: Visit) -> None:
    page = visit_again.open(chapter)
    questions = page.locator(".quiz-question").all()
    for question in questions:
        wrong = question.locator(".quiz-option[data-right=false]").first
        wrong.locator("summary").click()
        assert wrong.locator(".quiz-why").is_visible()
        # A second try explains itself, and does not count.
        right = question.locator(".quiz-option[data-right=true]")
        right.locator("summary").press("Enter")
        assert right.locator(".quiz-why").is_visible()
    count = len(questions)
    assert count >= 5
    page.get_by_text(f"0 of {count} right at the first try.", exact=True).wait_for()

    # They are there again when the reader is back, until the reader starts again.
    page.reload()
    page.get_by_text(f"0 of {count} right at the first try.", exact=True).wait_for()
    page.get_by_role("button", name="Start again").click()
    for question in page.locator(".quiz-question").all():
        question.locator(".quiz-option[data-right=true] summary").press("Space")
    page.get_by_text(f"{count} of {count} right at the first try.", exact=True).wait_for()


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_reads_without_javascript(chapter: str, still_window: Any, base: str) -> None:
    page = still_window
    page.goto(base + chapter)
    option = page.locator(".quiz-option").first
    option.locator("summary").click()
    assert option.locator(".quiz-why").is_visible()
    assert page.get_by_text("This figure needs JavaScript.").first.is_visible()
