"""One visit to every page in a real browser, and everything that the tests ask of it.

Opening a page takes longer than most of what is asked: so each is opened once, for all tests.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

WIDTHS = (400, 900, 1600)
HEIGHT = 900
# What web servers send compressed.
TEXT = {".css", ".html", ".js", ".json", ".svg"}
# All are made from one template and hold code alone: two of them stand for the rest.
LISTINGS = "_modules"
LISTED = ("index.html", "nbcourse/graph.html")
# It sends the browser on at once.
REDIRECT = "index.html"

# axe-core takes its time for every element. Of the pieces of code that look the same, one of a kind
# is enough: the others become plain text of the same place and size.
THIN_OUT = """() => {
  const seen = new Set();
  const kind = (span) => [span.className, ...["", "", ""].map(() =>
    (span = span?.parentElement?.closest("[class]:not(span)"))?.className)].join("|");
  // Not in tables: there such a piece decides where a line breaks, and so whether a table scrolls.
  const pieces = "pre span, .sig :is(span, em), code:not(:is(td, th) *) span";
  for (const span of document.querySelectorAll(pieces)) {
    if (span.attributes.length > 1 || span.matches(".viewcode-block")) continue;
    const known = seen.has(kind(span));
    seen.add(kind(span));
    if (known || !span.className) span.replaceWith(...span.childNodes);
  }
  // A formula is drawn of many small boxes, all of one color, beside the one that is read aloud.
  const drawn = [...document.querySelectorAll("mjx-container > mjx-math")].slice(1);
  const sizes = drawn.map((each) => each.getBoundingClientRect());
  drawn.forEach((each, i) => {
    const { width, height } = sizes[i];
    each.replaceChildren();
    each.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
  });
  // The one that is read aloud is seen by nobody: its text is enough.
  const spoken = [...document.querySelectorAll("mjx-assistive-mml")].slice(1);
  spoken.forEach((each) => each.replaceChildren(each.textContent));
}"""
# axe-core would keep the HTML of every element that it looks at, the whole page's too.
WITHOUT_HTML = "() => axe.configure({ noHtml: true })"
RUN = """([where, options]) => axe.run(where, {
  resultTypes: ["violations"], ...options,
}).then(({ violations }) => violations.flatMap(({ id, impact, nodes }) =>
  nodes.map(({ target }) => {
    const html = document.querySelector(target[0]).outerHTML;
    return `${id} (${impact}): ${target.join(" ")} ${html.slice(0, 160)}`;
  })))
"""
SET_THEME = """(theme) => {
  document.documentElement.dataset.theme = document.documentElement.dataset.mode = theme;
}"""
# A theme changes colors alone, and the rules about them take longest. A page's text is as readable
# on a wide window as on a narrow one; beside it, other things are shown.
ALL: dict[str, Any] = {}
OF_COLOR = {"runOnly": ["color-contrast", "link-in-text-block"]}
NOT_OF_COLOR = {"rules": {rule: {"enabled": False} for rule in OF_COLOR["runOnly"]}}
PAGE: dict[str, Any] = {"include": ["html"]}
AROUND = {"exclude": [".bd-article"]}
LOOKS = (
    (400, "light", PAGE, ALL),
    (400, "dark", PAGE, OF_COLOR),
    (1400, "dark", AROUND, OF_COLOR),
    (1400, "light", AROUND, OF_COLOR),
    (1400, "light", PAGE, NOT_OF_COLOR),
)
# Looks around the article take their time for what it holds too. So what lies below the window is
# an empty box of its size until they are done: what follows the reader's place stays as it is.
FOLD = """() => {
  const pieces = ":is(.bd-article, .bd-article section) > :not(section)";
  const sizes = [...document.querySelectorAll(pieces)]
    .map((piece) => [piece, piece.getBoundingClientRect()])
    .filter(([, { top }]) => top > innerHeight);
  window.unfold = sizes.map(([piece, { height }]) => {
    const style = piece.getAttribute("style");
    const content = [...piece.childNodes];
    piece.style.cssText += `; box-sizing: border-box; height: ${height}px`;
    piece.replaceChildren();
    return () => {
      piece.append(...content);
      if (style === null) piece.removeAttribute("style");
      else piece.setAttribute("style", style);
    };
  });
}"""
UNFOLD = "() => window.unfold.splice(0).forEach((each) => each())"
# Two frames on, what follows a change of size has been done.
SETTLED = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done())))"""
STILL = "* { transition: none !important; animation: none !important; }"
DRAW_ALL = "() => window.dispatchEvent(new Event('beforeprint'))"
DRAWN = """() => [...document.querySelectorAll(".interactive-plot")]
  .every((plot) => plot.querySelector(".main-svg"))"""


BROKEN = """() => [...document.querySelectorAll(".bd-article :is(td, th) code .pre")]
  .filter((name) => name.getClientRects().length > 1 && !name.querySelector("wbr"))
  .map((name) => name.textContent)"""


@dataclass
class Seen:
    """What a visit to one page brought."""

    name: str
    #: What the browser complained about, and what it asked of other hosts.
    problems: list[str] = field(default_factory=list)
    #: Files of the site that it asked for before the reader did anything.
    first: set[Path] = field(default_factory=set)
    formulas: int = 0
    #: Formulas that MathJax did not set, or set as an error.
    unset: int = 0
    #: Widths of the window at which the page is wider.
    wide: list[int] = field(default_factory=list)
    #: Names in tables that a phone shows on two lines though they have no joint.
    broken: list[str] = field(default_factory=list)
    #: axe-core's findings, with theme and width; None where axe-core is not here.
    barriers: list[str] | None = None

    def first_load(self) -> int:
        """The bytes of the first load, as a server sends them that compresses text."""
        return sum(map(sent, self.first))


def sent(path: Path) -> int:
    content = path.read_bytes()
    return len(gzip.compress(content, 6) if path.suffix in TEXT else content)


def names_of(site: Path) -> list[str]:
    """The pages that are visited."""
    paths = [path.relative_to(site) for path in sorted(site.rglob("*.html"))]
    return [
        path.as_posix()
        for path in paths
        if path.parts[0] not in ("_static", LISTINGS, "lite", REDIRECT)
        or path.as_posix() in {f"{LISTINGS}/{name}" for name in LISTED}
    ]


def tour(chromium: Any, base: str, site: Path, axe: Path | None) -> Iterator[Seen]:
    """Visit every page of a site that is served under an address.

    All in one window: a new one begins in a new process, which compiles every script again.
    """
    script = axe.read_text(encoding="utf-8") if axe else None
    context = chromium.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    for name in names_of(site):
        # Files in memory would be reported as asked for by pages that do not need them.
        for disabled in (True, False):
            session.send("Network.setCacheDisabled", {"cacheDisabled": disabled})
        yield visit(page, base, site, name, script)
    context.close()


def visit(page: Any, base: str, site: Path, name: str, axe: str | None) -> Seen:
    # Nothing of the page before is left, which would ask for more in a window of another size.
    page.goto("about:blank")
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    seen = Seen(name)
    asked: list[str] = []

    def heard(message: Any) -> None:
        if message.type in ("error", "warning"):
            seen.problems.append(f"{message.text} ({message.location.get('url')})")

    listeners = {
        "console": heard,
        "pageerror": lambda error: seen.problems.append(str(error)),
        "request": lambda request: asked.append(request.url),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    page.goto(base + name, wait_until="load")
    seen.formulas = page.locator(".math").count()
    if seen.formulas:
        page.evaluate("MathJax.startup.promise")
    for url in asked:
        if url.startswith(base):
            seen.first.add(site / unquote(urlsplit(url).path).lstrip("/"))
    seen.unset = seen.formulas - page.locator(".math:has(mjx-container)").count()
    seen.unset += page.locator("mjx-merror").count()

    page.evaluate(DRAW_ALL)
    page.wait_for_function(DRAWN)
    seen.broken = page.evaluate(BROKEN)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            seen.wide.append(width)
    if axe is not None:
        seen.barriers = list(barriers(page, axe))
    seen.problems += [
        f"asked for {url}" for url in asked if not url.startswith((base, "data:", "blob:"))
    ]
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    return seen


def barriers(page: Any, axe: str) -> Iterator[str]:
    """What axe-core finds in a page, wide and narrow, light and dark."""
    page.evaluate(axe)
    page.evaluate(WITHOUT_HTML)
    page.add_style_tag(content=STILL)
    page.evaluate(THIN_OUT)
    folded = False
    for width, theme, where, options in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.evaluate(SET_THEME, theme)
        if folded and where is not AROUND:
            page.evaluate(UNFOLD)
        page.evaluate(SETTLED)
        if where is AROUND and not folded:
            page.evaluate(FOLD)
            page.evaluate(SETTLED)
        folded = where is AROUND
        for found in page.evaluate(RUN, [where, options]):
            yield f"{theme}, {width} px: {found}"
