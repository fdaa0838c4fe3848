"""``{downloads}``: the sheets as one zip, the book as a PDF.

The zip is made with every book. Its files are stored as they are, not compressed, with one date for
all: the same sheets give the same bytes on every machine. The PDF is printed from the built book by
``make pdf`` (see course_pdf), which then writes the pages once more: they offer it as long as it is
newer than their texts.
"""

import json
import re
import zipfile
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from course_book.freshness import ROOT
from course_book.opening import repository_of
from course_book.sheet import graded

KINDS = ("sheets", "pdf")
SHEETS = "nbcourse-sheets.zip"
README = """\
# The sheets of "{title}"

{table}

You need Python 3.11 or newer. In this folder, once:

    {install}

Then open a sheet:

    jupyter lab {first}

Write each function where it says so, and run the check below it until it passes. The sheets are in
the order of the chapters; leave their names as they are, since grading looks for them.
"""


class downloads(nodes.General, nodes.Element):
    """Holds which files are offered."""


class Downloads(SphinxDirective):
    """``{downloads} sheets pdf`` offers these two, the PDF where there is one."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        kinds = self.arguments[0].split()
        unknown = [kind for kind in kinds if kind not in KINDS]
        if unknown:
            raise self.error(f"no download {unknown[0]!r}; there are {', '.join(KINDS)}")
        for path in (ROOT / "exercises").glob("*/*.ipynb"):
            self.env.note_dependency(str(path))  # of which the size is shown
        node = downloads(kinds=kinds)
        self.set_source_info(node)
        return [node]


def pdf_name(title: str) -> str:
    """The PDF's name: the title of the book, as an address has it."""
    return re.sub(r"\W+", "-", title.lower()).strip("-") + ".pdf"


def pdf_size(app: Sphinx, config: Config) -> str:
    """How large the PDF is, empty where there is none, or one of older texts."""
    path = Path(app.outdir) / pdf_name(config.html_title)
    if not path.is_file():
        return ""
    texts = [p for p in (Path(app.srcdir) / "book").rglob("*") if p.suffix in (".md", ".yml")]
    newest = max((text.stat().st_mtime for text in texts), default=0.0)
    return size_of(path.stat().st_size) if path.stat().st_mtime > newest else ""


def size_of(number: int) -> str:
    """A file's size for readers, in units of a thousand: ``453 kB``, ``9.8 MB``."""
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{max(number / 1e3, 1):.0f} kB"


def sheets_in_order(pages: dict[str, dict[str, Any]], folder: Path) -> list[Path]:
    """The released sheets: in the order in which chapters name them, then those that none names."""
    there = {path.stem: path for path in sorted(folder.glob("*/*.ipynb"))}
    named = [entry["sheet"] for entry in pages.values() if "sheet" in entry]
    return [there[name] for name in dict.fromkeys([*named, *there]) if name in there]


def readme(notebooks: list[Path], title: str, repository: str) -> str:
    """How to begin, and what there is."""
    rows = ["| sheet | about | functions | points |", "|---|---|---|---|"]
    for path in notebooks:
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        about = "".join(first).partition("\n")[0].removeprefix("# ")
        functions, points = graded(path)
        rows.append(f"| {path.name} | {about} | {len(functions)} | {points:g} |")
    # Without an address the package comes from a copy of the course.
    source = f'"git+{repository}"' if repository else "the-folder-of-your-copy-of-the-course"
    return README.format(
        title=title,
        table="\n".join(rows),
        install=f"python -m pip install jupyterlab {source}",
        first=notebooks[0].name,
    )


def pack(folder: str, files: dict[str, bytes], path: Path) -> None:
    """Write a zip whose bytes depend on nothing but these files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}")
            entry.create_system = 3  # Unix, wherever it is made: the mode below is read
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, compress_type=zipfile.ZIP_STORED)


def write_sheets(app: Sphinx) -> None:
    """Before the pages, which say how large it is."""
    if app.builder.name != "html":
        return
    notebooks = sheets_in_order(app.config.course_pages, ROOT / "exercises")
    if notebooks:
        Path(app.outdir).mkdir(parents=True, exist_ok=True)
        text = readme(notebooks, app.config.html_title, repository_of(app.config)[0])
        files = {"README.md": text.encode()} | {path.name: path.read_bytes() for path in notebooks}
        pack(SHEETS.removesuffix(".zip"), files, Path(app.outdir) / SHEETS)


def visit_downloads(self: HTML5Translator, node: downloads) -> None:
    builder = self.builder
    here = builder.get_target_uri(builder.current_docname)
    offered = []
    for kind in node["kinds"]:
        if kind == "sheets":
            path = Path(builder.outdir) / SHEETS
            words = f"All sheets (zip, {size_of(path.stat().st_size)})" if path.is_file() else ""
            name = SHEETS
        else:
            size, name = builder.config.course_pdf, pdf_name(builder.config.html_title)
            words = f"The book as a PDF ({size})" if size else ""
        if words:
            address = escape(relative_uri(here, name))
            offered.append(f'<a href="{address}" download>{words}</a>')
    if offered:
        self.body.append(f'<p class="downloads">{" ".join(offered)}</p>\n')
    raise nodes.SkipNode


def add_footer(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Name the PDF below every page."""
    if app.config.course_pdf and app.builder.name == "html":
        here = app.builder.get_target_uri(pagename)
        address = escape(relative_uri(here, pdf_name(app.config.html_title)))
        line = f'<p><a href="{address}">The book as a PDF</a> ({app.config.course_pdf})</p>'
        context["theme_extra_footer"] = context.get("theme_extra_footer", "") + line


def look_for_pdf(app: Sphinx, config: Config) -> None:
    config["course_pdf"] = pdf_size(app, config)


def setup(app: Sphinx) -> None:
    # "html": another size writes all pages again, but reads and runs none.
    app.add_config_value("course_pdf", "", "html", str)
    app.add_directive("downloads", Downloads)
    app.add_node(downloads, html=(visit_downloads, None))
    app.connect("config-inited", look_for_pdf)
    app.connect("builder-inited", write_sheets)
    app.connect("html-page-context", add_footer)
