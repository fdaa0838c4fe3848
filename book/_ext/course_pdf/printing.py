"""Print the page with Chromium, twice: the second time with page numbers in its contents."""

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from course_pdf.compact import compacted
from course_pdf.document import document
from course_pdf.numbers import page_numbers
from course_pdf.pages import BookError

#: A name that leads nowhere: everything under it comes from the book's folder.
HOST = "http://book.invalid"
ADDRESS = f"{HOST}/the-whole-book.html"
#: The width of a line on A4 with the margins of print.css, in the 96 pixels of an inch.
WIDTH = 642
MINUTES = 60_000
#: Wide formulas and tables scroll on the site. Paper cannot: they become as small as they have to.
FIT = """() => {
  const lost = [];
  for (const wide of document.querySelectorAll(".page :is(div.math, table, pre, dt.sig)")) {
    const room = wide.closest("td, li, dd, .output, section, article").clientWidth;
    const inner = wide.matches("div.math") ? wide.querySelector("mjx-math") ?? wide : wide;
    const width = () => Math.max(inner.getBoundingClientRect().width, wide.scrollWidth);
    let size = 1;
    while (width() > room + 1 && size > 0.5) {
      size -= 0.05;
      wide.style.fontSize = `${size}em`;
    }
    if (width() > room + 1) lost.push(wide.textContent.trim().slice(0, 60));
  }
  return lost;
}"""
#: What is longer than half a page may be cut at its end; the rest stays in one piece.
MARK_LONG = """() => {
  const blocks = ".cell_input, .output, div[class*=highlight], div.doctest";
  for (const block of document.querySelectorAll(blocks)) {
    // What lies within a long one may be cut as well, or the long one would begin with nothing.
    const outer = block.closest(".cell_input, .output") ?? block;
    block.classList.toggle("is-long", outer.offsetHeight > 480);
  }
}"""
READY = """async () => {
  await MathJax?.startup?.promise;
  await document.fonts.ready;
  const images = [...document.images].filter((image) => !image.complete);
  await Promise.all(images.map((image) => new Promise((done) => {
    image.onload = image.onerror = done;
  })));
}"""
DRAWN = """() => [...document.querySelectorAll(".interactive-plot")]
  .every((plot) => plot.querySelector(".main-svg"))"""
NUMBER = """(numbers) => {
  for (const place of document.querySelectorAll("[data-page-of]")) {
    place.textContent = numbers[place.dataset.pageOf] ?? "";
  }
}"""
OPTIONS = {"prefer_css_page_size": True, "print_background": True}


def print_book(folder: Path, browser_path: str) -> bytes:
    """The book in a folder, as a PDF."""
    from playwright.sync_api import sync_playwright

    text = document(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
            page.set_default_timeout(5 * MINUTES)
            return printed(page, text, folder)
        finally:
            browser.close()


def printed(page: Any, text: str, folder: Path) -> bytes:
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))

    def answer(route: Any) -> None:
        address = route.request.url
        if address == ADDRESS:
            route.fulfill(body=text, content_type="text/html; charset=utf-8")
            return
        path = folder / unquote(urlsplit(address).path).lstrip("/")
        if address.startswith(f"{HOST}/") and path.is_file():
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            route.fulfill(body=path.read_bytes(), content_type=kind)
        else:
            failures.append(f"no {address}")
            route.abort()

    page.route("**/*", answer)
    page.emulate_media(media="print", color_scheme="light")
    page.goto(ADDRESS, wait_until="load")
    page.evaluate(READY)
    page.wait_for_function(DRAWN)
    failures += [
        f"too wide for the paper, break it into lines: {text}" for text in page.evaluate(FIT)
    ]
    if failures:
        raise BookError("the book cannot be printed:\n" + "\n".join(failures))
    page.evaluate(MARK_LONG)
    numbers = page_numbers(page.pdf(**OPTIONS, tagged=False))
    page.evaluate(NUMBER, numbers)
    result = page.pdf(**OPTIONS, tagged=True, outline=True)
    if page_numbers(result) != numbers:
        raise BookError("the page numbers in the contents moved the pages that they name")
    return compacted(result)
