"""The payloads on their way: handed in, run in a student's process, put into pages."""

import json
from typing import Any

from nbcourse.grading.exporter import FeedbackExporter
from nbcourse.grading.notebooks import make_notebook, set_outputs
from nbcourse.grading.restore import SourceSheet, restore
from nbcourse.grading.student import Student
from nbcourse.grading.submissions import SubmittedCell
from tests.grading.payloads import HTML, LATEX, MARKDOWN, TEXT

SHOWN = {"text/html": HTML, "text/latex": LATEX}
# What nbgrader gives the exporters.
RESOURCES = {
    "feedback": {"nbgrader": {"notebook": "demo", "student": "ada", "score": 0, "max_score": 1}},
    "formgrader": {
        "assignment_id": "demo",
        "notebook_id": "demo",
        "submission_id": "1",
        "index": 0,
        "total": 1,
        "base_url": "",
        "student": "ada",
        "last_name": "",
        "first_name": "",
        "notebook_path": "demo.ipynb",
    },
}
CASES = [
    *((kind, name) for kind in SHOWN for name in SHOWN[kind]),
    *(("markdown", name) for name in MARKDOWN),
    *(("raw", name) for name in HTML),
    *(("stdout", name) for name in TEXT),
    *(("text/plain", name) for name in TEXT),
    *(("error", name) for name in TEXT),
]


def exporters() -> dict[str, Any]:
    """The feedback's exporter, and formgrader's as its extension makes it."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config import Config

    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    return {"feedback": FeedbackExporter(), "formgrader": HTMLExporter(config=config)}


def page(exporter: Any, name: str, cells: list[Any]) -> str:
    notebook = make_notebook(cells, {})
    made, _ = exporter.from_notebook_node(notebook, json.loads(json.dumps(RESOURCES[name])))
    made.encode()
    return str(made)


def source_of(kind: str, name: str) -> str:
    """What a student hands in to have a payload in a page."""
    if kind in ("markdown", "raw"):
        return MARKDOWN[name] if kind == "markdown" else HTML[name]
    text = TEXT.get(name) if kind in ("stdout", "text/plain", "error") else SHOWN[kind][name]
    code = {
        "stdout": f"print({text!r})",
        "error": f"raise ValueError({text!r})",
    }
    return code.get(kind, f"display({{{kind!r}: {text!r}}}, raw=True)")


def run_payloads() -> dict[tuple[str, str], Any]:
    """(kind, payload) -> the cell of the graded notebook, run in a student's process."""
    cells = [
        SubmittedCell(
            kind if kind in ("markdown", "raw") else "code", source_of(kind, name), str(i), ""
        )
        for i, (kind, name) in enumerate(CASES)
    ]
    notebook, _ = restore(cells, SourceSheet(make_notebook([], {}), ""))
    with Student() as student:
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                set_outputs(cell, student.run(str(CASES[number]), cell.source), number)
                assert cell.outputs, cell.source
                cell.source = ""  # it shows the payload as code, which is tested on its own
        assert student.problems == []
    json.dumps(notebook, ensure_ascii=False).encode()
    return dict(zip(CASES, notebook.cells, strict=True))
