"""What each page is about, for search engines and for the card that a link to it becomes.

``book/pages.yml`` has a sentence for every page, written by hand: a chapter opens with a question
or a story, which says little to somebody who has not begun to read. A page that is not in that
file, in a book that has just got a new one, takes its first paragraph.

Addresses of pictures and pages have to be complete there, so they are given only where the site
knows its own: BOOK_URL in the environment, such as ``https://example.org/course/``.
"""

import ast
import os
import re
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from course_book import social_card
from course_book.freshness import ROOT

FILE = Path("book") / "pages.yml"
SHORTEST, LONGEST = 50, 200
TAG = re.compile(r"<[^>]+>")
#: Pages that Sphinx makes by itself.
GENERATED = {
    "genindex": "Every function, class and argument of the library, from A to Z, with a link to "
    "what the reference says about it.",
    "search": "Search the chapters, the pages for students and instructors, and the reference of "
    "the library.",
    "_modules/index": "The source code of the library, module by module, as the chapters run it.",
}


def read_environment(app: Sphinx, config: Config) -> None:
    """Take the site's address and the pages' descriptions into the settings."""
    address = os.environ.get("BOOK_URL", "")
    if address:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ConfigError(
                f"BOOK_URL is {address!r}; expected the address where the site will be, such as "
                "https://example.org/course/"
            )
        config["html_baseurl"] = address.rstrip("/") + "/"
    path = Path(app.srcdir) / FILE
    if path.is_file():
        config["course_pages"] = yaml.safe_load(path.read_text(encoding="utf-8"))


def describe(app: Sphinx, pagename: str, title: str, doctree: nodes.document | None) -> str:
    """The description of a page: one sentence or two, without markup."""
    entry = app.config.course_pages.get(pagename, {})
    if "description" in entry:
        return str(entry["description"])
    if pagename in GENERATED:
        return GENERATED[pagename]
    if pagename.startswith("_modules/"):
        return of_source(pagename.removeprefix("_modules/").replace("/", "."))
    # A notebook's first paragraph may be what a cell printed: only prose has sentences.
    found = doctree.findall(nodes.paragraph) if doctree is not None else []
    first = next((text for each in found if len(text := each.astext()) >= SHORTEST), "")
    return cut(" ".join(first.split()) or f"{title}, a page of {app.config.html_title}.")


def of_source(module: str) -> str:
    """What a module says about itself in its first line."""
    stem = ROOT.joinpath(*module.split("."))
    path = next((p for p in (stem.with_suffix(".py"), stem / "__init__.py") if p.is_file()), None)
    says = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) if path else None
    first = (says or "").partition("\n\n")[0].replace("``", "")
    return cut(f"Source code of {module}. {' '.join(first.split())}".strip())


def cut(text: str) -> str:
    """The text, ended at a word where it is too long."""
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rpartition(" ")[0].rstrip(",;:") + "\N{HORIZONTAL ELLIPSIS}"


def tags(title: str, description: str, site: str, kind: str, address: str, base: str) -> str:
    """The ``<meta>`` tags of a page; ``address`` and ``base`` are empty where not known."""
    named = {"description": description}
    named["twitter:card"] = "summary_large_image" if base else "summary"
    graph = {
        "og:title": title,
        "og:description": description,
        "og:site_name": site,
        "og:type": kind,
        "og:locale": "en_US",
    }
    if base:
        width, height = social_card.SIZE
        graph |= {
            "og:url": address,
            "og:image": base + social_card.ADDRESS,
            "og:image:type": "image/png",
            "og:image:width": str(width),
            "og:image:height": str(height),
            "og:image:alt": social_card.ALTERNATIVE,
        }
    lines = [f'<meta name="{name}" content="{escape(text)}" />' for name, text in named.items()]
    lines += [
        f'<meta property="{name}" content="{escape(text)}" />' for name, text in graph.items()
    ]
    return "\n    ".join(lines)


def add_tags(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if app.builder.format != "html":
        return
    # A title comes as HTML.
    title = unescape(TAG.sub("", str(context.get("title") or app.config.html_title)))
    description = describe(app, pagename, title, doctree)
    kind = "website" if pagename == app.config.root_doc else "article"
    site, base = app.config.html_title, app.config.html_baseurl
    found = tags(title, description, site, kind, context.get("pageurl") or "", base)
    context["metatags"] = f"{context.get('metatags', '')}\n    {found}\n"


def setup(app: Sphinx) -> None:
    # "html": another text writes all pages again, but reads and runs none.
    app.add_config_value("course_pages", {}, "html", dict)
    app.connect("config-inited", read_environment)
    app.connect("html-page-context", add_tags)
