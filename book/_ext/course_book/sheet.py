"""``{sheet}``: where a chapter sends its reader to practise, with the notebook to download."""

import json
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_book import opening
from course_book.freshness import ROOT


class SheetLink(SphinxDirective):
    """A box with the sheet's title and its functions; the notebook is copied into the site."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        path = ROOT / "exercises" / name / f"{name}.ipynb"
        if not path.is_file():
            raise self.error(f"no sheet exercises/{name}/{name}.ipynb; run `make exercises` first")
        self.env.note_dependency(str(path))

        functions, points = graded(path)
        download = addnodes.download_reference(
            "",
            "",
            nodes.literal("", path.name),
            refdoc=self.env.docname,
            # Sphinx reads this relative to the source folder when it starts with a slash.
            reftarget=f"/exercises/{name}/{path.name}",
            refdomain="",
            refexplicit=False,
            refwarn=False,
        )
        open_it = nodes.paragraph("", "Download ", download)
        open_it += nodes.Text(", or take it from ")
        open_it += nodes.literal("", f"exercises/{name}/{path.name}")
        open_it += nodes.Text(" in your copy of the course.")
        write = nodes.paragraph("", f"Functions to write, {points:g} points in all: ")
        for index, function in enumerate(functions):
            write += nodes.Text(", " if index else "")
            write += nodes.literal("", function)
        write += nodes.Text(".")
        box = nodes.admonition("", nodes.title("", "Practice sheet: ", nodes.literal("", name)))
        box["classes"].append("practice")
        box += [write, opening.open_sheet("", open_it, sheet=name)]
        self.set_source_info(box)
        return [box]


def graded(path: Path) -> tuple[list[str], float]:
    """The functions that a released sheet asks for, and its points, from nbgrader's metadata."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    functions = [mark["grade_id"] for mark in marks if mark.get("solution")]
    return functions, sum(mark.get("points", 0) for mark in marks if mark.get("grade"))


def setup(app: Sphinx) -> None:
    opening.setup(app)
    app.add_directive("sheet", SheetLink)
