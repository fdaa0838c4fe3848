"""What Sphinx and the themes write, mended where it is not valid HTML or not accessible.

Each repair is a row: what is wrong, its pattern, what takes its place. They are made in the text of
a page just before it is written, so that one place knows of all of them.
"""

import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.jinja2glue import BuiltinTemplateLoader


class Repair(NamedTuple):
    """One row of the table."""

    what: str
    pattern: re.Pattern[str]
    replacement: str


def repair(what: str, pattern: str, replacement: str) -> Repair:
    return Repair(what, re.compile(pattern, re.DOTALL), replacement)


REPAIRS = [
    repair(
        "a summary holds text, no paragraphs; its text is its name",
        r'<summary aria-label="Toggle hidden content">\s*'
        r'<p class="collapsed admonition-title">(.*?)</p>\s*'
        r'<p class="expanded admonition-title">(.*?)</p>\s*</summary>',
        r'<summary><span class="collapsed admonition-title">\1</span>'
        r'<span class="expanded admonition-title">\2</span></summary>',
    ),
    repair(
        "the control that unfolds a chapter's pages says which",
        r'(<a class="[^"]*" href="[^"]*">)([^<]*)(</a><details[^>]*><summary)>'
        r'<span class="toctree-toggle" role="presentation">',
        r'\1\2\3 aria-label="Pages of \2"><span class="toctree-toggle" role="presentation">',
    ),
    repair(
        "a list is no part of a paragraph",
        r'<p>(<ul class="simple">(?:(?!<ul).)*?</ul>)\s*</p>',
        r"\1",
    ),
    repair(
        "what a button shows is what it is called",
        r'(<button class="[^"]*search-button-field[^"]*" title="[^"]*") aria-label="[^"]*"',
        r"\1",
    ),
    repair(
        "the icons of a button that has a name are no second name",
        r'(<i class="theme-switch [^"]*" data-mode="[^"]*") +title="[^"]*"',
        r'\1 aria-hidden="true"',
    ),
    repair(
        "the sidebar is a part of the page that readers can jump to",
        r'<div id="pst-primary-sidebar" class="([^"]*)">',
        r'<div id="pst-primary-sidebar" class="\1" role="complementary" aria-label="Sidebar">',
    ),
    repair("an entry of a list is one", r'role="doc-biblioentry"', 'role="listitem"'),
    repair("a corner of a table is no heading", r'<th class="head[^"]*"><p></p></th>', "<td></td>"),
    repair(
        "icons are letters of the theme's font (icons.css), which needs no 1.5 MB of JavaScript",
        r'<script [^>]*src="[^"]*/fontawesome\.js[^"]*"></script>',
        "",
    ),
    repair(
        "what the search needs, 260 kB, is for its own page, which is not in a folder",
        r'<script src="(?:\.\./)+(?:_static/searchtools|_static/language_data|searchindex)\.js">'
        r"</script>\s*",
        "",
    ),
    repair(
        "a browser may break a line behind a formula, before its comma",
        r'(?<!<span class="unbroken">)(<span class="math notranslate nohighlight">[^<]*</span>)'
        r"([.,;:?!)\]]+)",
        r'<span class="unbroken">\1\2</span>',
    ),
    repair("main is main without saying so", r'(<main [^>]*) role="main"', r"\1"),
    repair("no heading without words", r"<h1></h1>", ""),
]
# A long name in a table may break behind these, and nowhere else.
CELL = re.compile(r"<t([dh])\b[^>]*>.*?</t\1>", re.DOTALL)
NAME = re.compile(r'(?<=<span class="pre">)(?!-)[^<]{13,}(?=</span>)')
JOINT = re.compile(r"(?<=[/_])(?=.)|(?<=&gt;)(?=\.)")
# Sphinx marks each function in a page of source code by a div, which cannot stand within <pre>.
LISTING = re.compile(r"<pre>.*?</pre>", re.DOTALL)
MARK = '<div class="viewcode-block"'


def in_text(listing: re.Match[str]) -> str:
    """A listing whose marks are made of what may stand in text."""
    text = listing.group()
    if MARK not in text:
        return text
    return text.replace(MARK, '<span class="viewcode-block"').replace("</div>", "</span>")


def with_breaks(cell: re.Match[str]) -> str:
    """A cell of a table, its long names with places where a line may end."""
    return NAME.sub(lambda name: JOINT.sub("<wbr>", name.group()), cell.group())


def mend(html: str) -> str:
    """The page with every repair made."""
    for _, pattern, replacement in REPAIRS:
        html = pattern.sub(replacement, html)
    html = CELL.sub(with_breaks, html)
    return LISTING.sub(in_text, html) if MARK in html else html


class Templates(BuiltinTemplateLoader):
    """Sphinx's own templates, their output mended."""

    # Sphinx's abstract class says that it returns nothing.
    def render(  # type: ignore[override]
        self, template: str, context: dict[str, Any]
    ) -> str:
        return mend(super().render(template, context))


def choose_templates(app: Sphinx, config: Config) -> None:
    config.template_bridge = f"{Templates.__module__}.{Templates.__name__}"
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    config["course_extension"] = hashlib.sha256(code).hexdigest()


def setup(app: Sphinx) -> None:
    # "html": with another extension, all pages are written again; none is read or run.
    app.add_config_value("course_extension", "", "html", str)
    app.connect("config-inited", choose_templates)
    app.add_js_file("scrollable.js", loading_method="defer")
