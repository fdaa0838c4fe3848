"""The sample class as graded notebooks, and gradebooks that nbgrader and the writer make of it."""

import logging
import shutil
import warnings
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from nbgrader.utils import compute_checksum
from sqlalchemy import MetaData, create_engine, select
from traitlets.config import Config

from nbcourse.authoring.course import load_config
from nbcourse.authoring.generate import record_sheets
from nbcourse.authoring.release import release
from nbcourse.grading.notebooks import read_notebook
from nbcourse.grading.writer import Entry, GradebookWriter
from nbcourse.specs import sheets

ESSAY = "essay"
# The sheets that all of the sample class hand in.
SHEETS = ("gradient-checking", "graphs")


def result(text: str | list[str]) -> dict[str, Any]:
    return nbformat.v4.new_output("execute_result", {"text/plain": text}, execution_count=1)


def stream(name: str) -> dict[str, Any]:
    return nbformat.v4.new_output("stream", name=name, text="text\n")


# What check cells leave behind: scores, and everything else that nbgrader takes for one.
OUTPUTS: list[list[dict[str, Any]]] = [
    [result("1.0")],
    [result("0.0")],
    [result("0.25")],
    [],
    [stream("stdout"), result("0.5")],
    [stream("stderr"), result("1.0")],
    [nbformat.v4.new_output("error", ename="KeyError", evalue="1", traceback=["KeyError: 1"])],
    [result("a text")],
    [result("-1.0")],
    [nbformat.v4.new_output("display_data", {"text/plain": "0.5"}), result("0.75")],
]


def graded(notebook: Any, turn: int) -> Any:
    """A notebook as if graded: its check cells with outputs, other ones for another ``turn``."""
    notebook = deepcopy(notebook)
    checks = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    for number, cell in enumerate(check for check in checks if check.cell_type == "code"):
        cell.outputs = deepcopy(OUTPUTS[(turn + number) % len(OUTPUTS)])
    return notebook


def sample_class(root: Path, turn: int = 0, timestamp: datetime | None = None) -> list[Entry]:
    """The sample class's notebooks that can be read, of the sheets that all hand in, as graded."""
    submitted = root / "examples" / "submitted"
    paths = sorted(path for sheet in SHEETS for path in submitted.glob(f"*/{sheet}/*"))
    return [
        Entry(
            path.parents[1].name,
            path.stem,
            timestamp,
            graded(read_notebook(path.read_text(encoding="utf-8")), turn + number),
        )
        for number, path in enumerate(paths)
        if path.parents[1].name != "hedy"  # cut off
    ]


def essay_source() -> Any:
    """A sheet with all that nbgrader knows and our own sheets do not have."""
    v4 = nbformat.v4

    def cell(kind: Callable[..., Any], name: str, **metadata: Any) -> Any:
        given = {"grade": False, "solution": False, "locked": False, "task": False}
        given |= {"grade_id": name, "schema_version": 3} | metadata
        return kind(f"The cell {name}", id=name, metadata={"nbgrader": given})

    code, text = v4.new_code_cell, v4.new_markdown_cell
    return v4.new_notebook(
        cells=[
            text("Free text"),
            cell(code, "given", locked=True),
            cell(code, "answer", solution=True),
            cell(code, "check", grade=True, locked=True, points=3),
            cell(text, "written", grade=True, solution=True, points=4),
            cell(code, "program", grade=True, solution=True, points=2),
            cell(text, "task", task=True, points=5),
        ]
    )


def essays(turn: int = 0) -> list[Entry]:
    """The essay answered, in part, not at all, and without some of its cells."""
    released = essay_source()
    for cell in released.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    everything, part = graded(released, turn + 2), graded(released, turn)
    for cell in everything.cells[2:]:
        cell.source += " answered" if cell.id in ("answer", "written", "program") else ""
    part.cells[4].source = "Something"
    short = deepcopy(part)
    del short.cells[3:5]
    notebooks = {"ada": everything, "part": part, "nothing": graded(released, 0), "short": short}
    return [Entry(name, ESSAY, None, notebook) for name, notebook in notebooks.items()]


def make_course(folder: Path, root: Path, db_url: str | None = None) -> Path:
    """A course folder whose gradebook knows the sample class's sheets, and the essay."""
    folder.mkdir()
    shutil.copytree(root / "solutions", folder / "solutions")
    file = """f"sqlite:///{Path(__file__).resolve().parent / 'gradebook.db'}?timeout=0.3\""""
    (folder / "nbgrader_config.py").write_text(
        "from pathlib import Path\n\nc = get_config()\n"
        'c.CourseDirectory.course_id = "course"\n'
        f"c.CourseDirectory.db_url = {repr(db_url) if db_url else file}\n"
    )
    release(folder, sheets(), SHEETS)
    essay = folder / "source" / ESSAY
    essay.mkdir()
    for name in (ESSAY, "appendix"):
        nbformat.write(essay_source(), essay / f"{name}.ipynb")
    record_sheets(folder, load_config(folder), [ESSAY])
    return folder


def course_template(factory: pytest.TempPathFactory, root: Path) -> Path:
    """Such a course in SQLite, made once for all tests; to be copied, not to be changed."""
    folder = factory.getbasetemp() / "course with a gradebook"
    return folder if folder.exists() else make_course(folder, root)


def write(course: Path, entries: Sequence[Entry], config: Config | None = None) -> None:
    with GradebookWriter(course, config or load_config(course)) as writer:
        writer.write(entries)


def nbgrader_writes(course: Path, entries: Sequence[Entry], config: Config | None = None) -> None:
    """Have nbgrader's own ``Autograde`` grade notebooks that have run already."""
    log = logging.Logger("nbgrader", logging.CRITICAL)
    config = deepcopy(config or load_config(course))
    config.CourseDirectory.root = str(course)
    config.Autograde.sanitize_preprocessors = []
    steps = Autograde.autograde_preprocessors.default_args[0]
    config.Autograde.autograde_preprocessors = [step for step in steps if step is not Execute]
    for entry in entries:
        folder = course / "submitted" / entry.student / entry.sheet
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(entry.notebook, folder / f"{entry.sheet}.ipynb")
        (folder / "timestamp.txt").unlink(missing_ok=True)
        if entry.timestamp is not None:
            (folder / "timestamp.txt").write_text(f"{entry.timestamp} UTC")
    for sheet, student in sorted({(entry.sheet, entry.student) for entry in entries}):
        config.CourseDirectory.assignment_id = sheet
        config.CourseDirectory.student_id = student
        folders = CourseDirectory(config=config, log=log)
        converter = Autograde(coursedir=folders, config=config, log=log)
        converter.force = True
        with warnings.catch_warnings(action="ignore"):  # nbgrader's own use of SQLAlchemy
            converter.start()


def contents(course: Path) -> dict[str, list[dict[str, str]]]:
    """Every row of every table of a gradebook, names instead of ids."""
    engine = create_engine(load_config(course).CourseDirectory.db_url)
    metadata = MetaData()
    try:
        with engine.connect() as connection:
            metadata.reflect(connection)
            tables = {
                table.name: [dict(row._mapping) for row in connection.execute(select(table))]
                for table in metadata.sorted_tables
            }
    finally:
        engine.dispose()
    labels: dict[str, str] = {}
    for table in ("assignment", "notebook", "base_cell", "submitted_assignment"):
        for row in tables[table]:
            labels[row["id"]] = " ".join(_named(row, labels).values())
    for row in tables["submitted_notebook"]:
        labels[row["id"]] = f"{labels[row['assignment_id']]} {labels[row['notebook_id']]}"
    return {
        name: sorted((_named(row, labels) for row in rows), key=str)
        for name, rows in tables.items()
    }


def _named(row: dict[str, Any], labels: dict[str, str]) -> dict[str, str]:
    """A row as text, without the id that it was given by chance."""
    return {
        key: labels.get(value, repr(value))
        for key, value in row.items()
        if not (key == "id" and len(str(value)) == 32 and value not in labels)
    }
