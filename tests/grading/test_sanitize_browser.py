"""The payloads in a real browser: the pages that graders and students open stay quiet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbcourse.grading.exporter import MATHJAX_FOLDER
from nbcourse.grading.feedback import _copy_mathjax
from nbcourse.grading.notebooks import make_cell, set_outputs
from tests.browsing import served
from tests.grading.payload_pages import exporters, page, run_payloads
from tests.grading.payloads import HTML

pytestmark = pytest.mark.browser

# Everything in a page that would act when it is touched.
TOUCHY = """() => [...document.querySelectorAll("*")].flatMap(element => [
  ...[...element.attributes].filter(a => /^on/i.test(a.name) && !/toggle_name/.test(a.value))
    .map(a => element.outerHTML.slice(0, 200)),
  ...["href", "src", "action", "formaction", "xlink:href"]
    .filter(name => /^\\s*(javascript|vbscript|data:(?!image\\/(png|gif|jpeg);))/i
      .test(element[name] || element.getAttribute(name) || ""))
    .map(name => element.outerHTML.slice(0, 200)),
])"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pages: with the payloads as they are graded, without any, and uncleaned."""
    folder = tmp_path_factory.mktemp("pages")
    cells = list(run_payloads().values())
    raw = []
    for html in HTML.values():
        cell = make_cell("code", "", f"raw-{len(raw)}")
        output = {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}
        set_outputs(cell, [output], 1)
        raw.append(cell)
    for name, exporter in exporters().items():
        kinds = {"graded": cells, "empty": [], "uncleaned": raw}
        for kind, shown in kinds.items():
            path = folder / name / kind / "demo.html"
            path.parent.mkdir(parents=True)
            path.write_text(page(exporter, name, shown), encoding="utf-8")
    _copy_mathjax(folder)
    return folder


@pytest.fixture(scope="module")
def base(pages: Path) -> Iterator[str]:
    with served(pages) as address:
        yield address


def visit(chromium: Any, base: str, path: str) -> dict[str, Any]:
    """Open a page; return what it asked for elsewhere, what it opened, ran and could run."""
    seen: dict[str, Any] = {"asked": set(), "dialogs": 0}

    def heard(dialog: Any) -> None:
        seen["dialogs"] += 1
        dialog.dismiss()

    context = chromium.new_context()
    view = context.new_page()
    view.on("dialog", heard)
    view.on(
        "request",
        lambda request: (
            request.url.startswith((base, "data:", "blob:")) or seen["asked"].add(request.url)
        ),
    )
    view.goto(base + path, wait_until="load")
    if path.startswith("feedback/graded"):
        view.evaluate("MathJax.startup.promise")
        seen["formulas"] = view.locator(".output_latex mjx-container").count()
    view.mouse.move(300, 300)
    view.wait_for_timeout(1000)
    seen["ran"] = view.evaluate("typeof window.__pwned === 'number'")
    seen["touchy"] = view.evaluate(TOUCHY)
    seen["address"] = view.url == base + path
    context.close()
    return seen


@pytest.mark.parametrize("name", ["feedback", "formgrader"])
def test_a_page_full_of_payloads_does_what_an_empty_one_does(
    name: str, chromium: Any, base: str
) -> None:
    empty = visit(chromium, base, f"{name}/empty/demo.html")
    seen = visit(chromium, base, f"{name}/graded/demo.html")
    assert seen["asked"] == empty["asked"]
    assert seen["touchy"] == []
    assert (seen["dialogs"], seen["ran"], seen["address"]) == (0, False, True)
    if name == "feedback":
        assert empty["asked"] == set()
        assert seen["formulas"] > 0, "what a student shows as LaTeX is set"


def test_the_same_payloads_act_when_they_are_not_cleaned(chromium: Any, base: str) -> None:
    seen = visit(chromium, base, "feedback/uncleaned/demo.html")
    assert seen["dialogs"] > 0 or seen["ran"]
    assert any("evil.example" in address for address in seen["asked"])
    assert seen["touchy"]


def test_mathjax_lies_where_the_pages_look_for_it(pages: Path) -> None:
    assert (pages / MATHJAX_FOLDER / "startup.js").is_file()
