"""Tabs of one browser that test after test uses: a page loads in a third of the time of a new tab.

A test gets tabs as new ones are, but for what is in the browser's cache. What it could leave there
is taken back: the page, with all of its scripts' state, is gone, and storage is empty, before the
next test. Who changes a context itself, by routes or scripts of its own, makes one. Formulas
stay the text that they are made from.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.browsing import FORMULAS_AS_TEXT

# A page of the site on which no script runs.
NOWHERE = "_static/documentation_options.js"
SIZE = {"width": 1280, "height": 720}
FORGET = "localStorage.clear(); sessionStorage.clear();"


class Tabs:
    """The tabs of a context, and what their pages complained of or asked of another host."""

    def __init__(self, context: Any, base: str) -> None:
        self.context = context
        self.base = base
        self.free: list[Any] = []
        self.used: list[Any] = []
        self.problems: list[str] = []

    def open(self, name: str) -> Any:
        """Open a page of the site in a tab."""
        page = self.free.pop() if self.free else self._new()
        self.used.append(page)
        page.goto(self.base + name)
        return page

    def _new(self) -> Any:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{error} ({page.url})"))
        page.on("console", self._heard)
        page.on("request", self._asked)
        return page

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.text} ({message.location.get('url')})")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(self.base):
            self.problems.append(request.url)

    @contextmanager
    def watched(self) -> Iterator[Callable[[str], Any]]:
        """Open pages; in the end, none has had a problem."""
        yield self.open
        problems = list(self.problems)
        self.problems.clear()
        assert not problems, problems

    @contextmanager
    def lent(self) -> Iterator[Callable[[str], Any]]:
        """Open pages for one test of many."""
        with self.watched() as open_page:
            yield open_page
            used = [page for page in self.used if not page.is_closed()]
            for page in used:
                page.goto(self.base + NOWHERE)
            for page in used:
                page.evaluate(FORGET)
                page.emulate_media(media="null")
                page.set_viewport_size(SIZE)
            self.free, self.used = self.free + used, []


@contextmanager
def tabs_of(chromium: Any, base: str) -> Iterator[Tabs]:
    """Tabs on a site, in a context of their own."""
    context = chromium.new_context(viewport=SIZE)
    context.add_init_script(FORMULAS_AS_TEXT)
    yield Tabs(context, base)
    context.close()
