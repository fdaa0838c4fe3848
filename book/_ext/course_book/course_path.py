"""``{course-path}``: the chapters as a picture, what builds on what, and the sheet of each.

The boxes are a list of links in reading order, which is what a screen reader or a browser without
styles gets, with the words "builds on". Where there is room, a grid places them as ``pages.yml``
says (see descriptions.py) and lines join them; on a phone they stand below each other.
"""

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import clean_astext
from sphinx.writers.html5 import HTML5Translator

from course_book.freshness import ROOT
from course_book.sheet import graded

COLUMNS = 3


class course_path(nodes.General, nodes.Element): ...


class CoursePath(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        for path in (ROOT / "exercises").glob("*/*.ipynb"):
            self.env.note_dependency(str(path))  # of which the functions are counted
        node = course_path()
        self.set_source_info(node)
        return [node]


def chapters(pages: dict[str, dict[str, Any]], order: list[str]) -> list[dict[str, Any]]:
    """The pages that have a place in the picture, numbered in reading order.

    ValueError names the page that stands beside the grid, on another one, or before what it
    builds on.
    """
    names = [name for name in order if "place" in pages.get(name, {})]
    numbers = {name: number for number, name in enumerate(names, start=1)}
    places: dict[tuple[int, int], str] = {}
    found = []
    for name in names:
        entry = pages[name]
        row, column = entry["place"]
        if not (row >= 1 and 1 <= column <= COLUMNS) or (row, column) in places:
            other = places.get((row, column), f"no column of 1 to {COLUMNS}")
            raise ValueError(f"{name} is placed at [{row}, {column}], which is {other}")
        places[row, column] = name
        folder = name.rpartition("/")[0]
        needs = [f"{folder}/{short}".lstrip("/") for short in entry.get("builds_on", [])]
        for need in needs:
            if need not in numbers or pages[need]["place"][0] > row:
                raise ValueError(f"{name} builds on {need}, which is not above it in the picture")
        found.append({"name": name, "number": numbers[name], "needs": needs, **entry})
    return found


def lines(chapter: dict[str, Any], pages: dict[str, dict[str, Any]]) -> tuple[str, int]:
    """The lines that arrive at a box, and over how many rows its own line goes on below it.

    Each line fills the gap above the box, from the middle of the column that it comes from.
    """
    row, column = chapter["place"]
    drawn = []
    for need in chapter["needs"]:
        above, start = pages[need]["place"]
        if above == row:
            # Beside it: a line through the gap between the two boxes.
            side = "left" if start < column else "right"
            drawn.append(f'<span class="path-line is-beside is-{side}"></span>')
            continue
        across = abs(start - column)
        if not across:
            drawn.append('<span class="path-line is-straight"></span>')
            continue
        side = "left" if start < column else "right"
        x0, x1 = (0, 100) if start < column else (100, 0)
        drawn.append(
            f'<svg class="path-line is-{side}" style="--across: {across}" viewBox="0 0 100 100" '
            f'preserveAspectRatio="none"><path d="M{x0} 0 C{x0} 60 {x1} 40 {x1} 100" /></svg>'
        )
    after = [
        entry["place"][0] - row
        for name, entry in pages.items()
        if name != chapter["name"]
        and entry.get("place", [0, 0])[1] == column
        and chapter["name"].rpartition("/")[2] in entry.get("builds_on", [])
    ]
    return "".join(drawn), max([1, *after])


def visit_course_path(self: HTML5Translator, node: course_path) -> None:
    builder, env = self.builder, self.builder.env
    pages = builder.config.course_pages
    order = reading_order(env.collect_relations(), builder.config.root_doc)
    titles = {name: clean_astext(env.titles[name]) for name in order}
    found = chapters(pages, order)
    numbers = {chapter["name"]: chapter["number"] for chapter in found}
    sheets = [chapter.get("sheet") for chapter in found]
    items = [
        box(
            chapter,
            title=titles[chapter["name"]],
            address=builder.get_relative_uri(builder.current_docname, chapter["name"]),
            needs=in_words([numbers[need] for need in chapter["needs"]]),
            drawn=lines(chapter, pages),
            sheet=sheet_line(chapter, shared=sheets.count(chapter.get("sheet")) > 1),
        )
        for chapter in found
    ]
    self.body.append(f'<ol class="course-path">\n{"".join(items)}</ol>\n')
    raise nodes.SkipNode


def box(
    chapter: dict[str, Any],
    title: str,
    address: str,
    needs: str,
    drawn: tuple[str, int],
    sheet: str,
) -> str:
    """A chapter in the picture, with the lines that arrive at it."""
    row, column = chapter["place"]
    arriving, rows = drawn
    kind = "path-step is-long" if rows > 1 else "path-step"
    builds = f'<p class="path-needs">Builds on {needs}.</p>\n' if needs else ""
    return (
        f'<li class="{kind}" style="--row: {row}; --column: {column}; --rows: {rows}">\n'
        f'<div class="path-lines" aria-hidden="true">{arriving}</div>\n'
        '<div class="path-box">\n'
        f'<p class="path-title"><span class="path-number">{chapter["number"]}</span>'
        f'<a href="{escape(address)}">{escape(title)}</a></p>\n'
        f"<p>{escape(chapter['description'])}</p>\n"
        f"{builds}{sheet}</div>\n"
        "</li>\n"
    )


def in_words(numbers: list[int]) -> str:
    """``1, 2 and 3``."""
    *others, last = [str(number) for number in sorted(numbers)] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def sheet_line(chapter: dict[str, Any], shared: bool) -> str:
    """The sheet of a chapter; how many functions it has, where it is this chapter's alone."""
    name = chapter.get("sheet")
    if not name:
        return ""
    functions, _ = graded(ROOT / "exercises" / name / f"{name}.ipynb")
    many = f"{len(functions)} function" if len(functions) == 1 else f"{len(functions)} functions"
    count = "" if shared else f", <span>{many}</span>"
    return f'<p class="path-sheet">Sheet <code>{escape(name)}</code>{count}</p>\n'


def reading_order(relations: dict[str, list[str | None]], root: str) -> list[str]:
    """The documents, each with the one after it."""
    found: list[str] = []
    name: str | None = root
    while name and name not in found:
        found.append(name)
        name = relations.get(name, [None, None, None])[2]
    return found


def add_styles(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    if any(f'class="{name}"' in context.get("body", "") for name in ("course-path", "downloads")):
        app.add_css_file("course-path.css")


def setup(app: Sphinx) -> None:
    app.add_directive("course-path", CoursePath)
    app.add_node(course_path, html=(visit_course_path, None))
    app.connect("html-page-context", add_styles)
