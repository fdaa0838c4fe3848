"""Every page in a real browser that can reach this machine only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.browsing import launched, served

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (400, 900, 1600)

# What a figure shows now, as plain numbers: typed arrays would compare as empty objects.
SHOWN = """plot => JSON.stringify([plot.data, plot.layout.shapes, plot.layout.annotations],
  (key, value) => key.startsWith("_") ? undefined
    : ArrayBuffer.isView(value) ? Array.from(value) : value)"""


@dataclass
class Visit:
    """A browser on the site, and everything that it complained about."""

    context: Any
    base: str
    problems: list[str] = field(default_factory=list)

    def open(self, name: str) -> Any:
        page = self.context.new_page()
        page.on("request", self.asked)
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.problems.append(f"{name}: {error}"))
        page.goto(self.base + name, wait_until="load")
        return page

    def heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.text} ({message.location.get('url')})")

    def asked(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.problems.append(f"asked for {request.url}")


@pytest.fixture(scope="module")
def base(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(browser_path: str) -> Iterator[Any]:
    with launched(browser_path) as browser:
        yield browser


@pytest.fixture
def visit(chromium: Any, base: str) -> Iterator[Visit]:
    context = chromium.new_context()
    visit = Visit(context, base)
    yield visit
    context.close()
    assert visit.problems == []


def chapters() -> list[str]:
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return [f"{chapter['file']}.html" for chapter in parts[0]["chapters"]]


def test_every_page_loads_in_peace_sets_its_formulas_and_fits(
    visit: Visit, site: Path, pages: dict[Path, Any]
) -> None:
    names = [path.relative_to(site).as_posix() for path in pages]
    formulas, wide = 0, []
    for name in [name for name in names if not name.startswith("_modules/")]:
        page = visit.open(name)
        spans = page.locator(".math").count()
        if spans:
            page.evaluate("MathJax.startup.promise")
            assert page.locator(".math:has(mjx-container)").count() == spans, name
            assert page.locator("mjx-merror").count() == 0, name
        formulas += spans
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((name, width))
        page.close()
    assert wide == []
    assert formulas > 50


@pytest.mark.parametrize("chapter", chapters())
def test_a_slider_moves_its_figure_from_the_keyboard(chapter: str, visit: Visit) -> None:
    page = visit.open(chapter)
    figures = page.locator(".interactive-figure").all()
    assert figures
    for figure in figures:
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
def test_a_quiz_answers_and_counts_first_tries(chapter: str, visit: Visit) -> None:
    page = visit.open(chapter)
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

    page.reload()
    for question in page.locator(".quiz-question").all():
        question.locator(".quiz-option[data-right=true] summary").press("Space")
    page.get_by_text(f"{count} of {count} right at the first try.", exact=True).wait_for()


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_reads_without_javascript(chapter: str, chromium: Any, base: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + chapter)
    option = page.locator(".quiz-option").first
    option.locator("summary").click()
    assert option.locator(".quiz-why").is_visible()
    assert page.get_by_text("This figure needs JavaScript.").first.is_visible()
    context.close()
