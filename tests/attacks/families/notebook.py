"""The notebook itself: metadata, tags, ids, cells twice, forged outputs, no notebook at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.attacks.attack import EXERCISES, Attack, Family, Handed, Notebook, code_cell, find_cell

FORGED = {
    "output_type": "execute_result",
    "execution_count": 1,
    "data": {"text/plain": "99.0"},
    "metadata": {},
}
SCRIPTS = (
    "<script>document.title = 1</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) <a href=' java\tscript:alert(1)'>b</a>",
    "<iframe srcdoc='<script>1</script>'></iframe><object data=x></object><base href=//x>",
    "$\\href{javascript:alert(1)}{x}$ <svg/onload=alert(1)> <details open ontoggle=alert(1)>",
    "[x]: javascript:alert(1) 'x'\n\n[x] ![](x\" onerror=\"alert(1))",
    "```mermaid\nclick a href 'javascript:alert(1)'\n```\n~~~{=html}\n<script>1</script>\n~~~",
)
CHECKS = tuple(f"check-{name}" for name in EXERCISES)


def checks(**changes: Any) -> Callable[[Notebook], Notebook]:
    """All check cells with something changed."""

    def edit(notebook: Notebook) -> Notebook:
        for name in CHECKS:
            find_cell(notebook, name).update(json.loads(json.dumps(changes)))
        return notebook

    return edit


def metadata(**changes: Any) -> Callable[[Notebook], Notebook]:
    """All check and answer cells with something changed in nbgrader's metadata."""

    def edit(notebook: Notebook) -> Notebook:
        for name in (*CHECKS, *EXERCISES):
            find_cell(notebook, name)["metadata"]["nbgrader"].update(changes)
        return notebook

    return edit


def around(*cells: Notebook, at: int = 1) -> Callable[[Notebook], Notebook]:
    """Cells put in."""

    def edit(notebook: Notebook) -> Notebook:
        notebook["cells"][at:at] = cells
        return notebook

    return edit


def top(**changes: Any) -> Callable[[Notebook], Notebook]:
    """The notebook's own entries changed."""
    return lambda notebook: notebook | changes


def graded(cell_id: str, source: str, **nbgrader: Any) -> Notebook:
    """A cell that says it is graded."""
    about = {"grade": True, "grade_id": cell_id, "points": 99, "solution": False, "locked": False,
             "schema_version": 3, "task": False, "cell_type": "code"}  # fmt: skip
    return code_cell(source, cell_id, nbgrader=about | nbgrader) | {"outputs": [FORGED]}


def hidden_code(notebook: Notebook) -> Notebook:
    """Answers as Markdown, attachments and raw cells; check cells as answers."""
    for name in EXERCISES:
        find_cell(notebook, name).update(
            cell_type="markdown", attachments={"a.png": {"image/png": "99.0"}}, source="99.0"
        )
    return notebook


def swapped(notebook: Notebook) -> Notebook:
    """Answer cells with the check cells' ids, and the other way round."""
    for name in EXERCISES:
        answer, check = find_cell(notebook, name), find_cell(notebook, f"check-{name}")
        answer["metadata"], check["metadata"] = check["metadata"], answer["metadata"]
        answer["source"] = "99.0"
    return notebook


def strange_types(notebook: Notebook) -> Notebook:
    """Everything of another type than a notebook has."""
    wrong: list[Any] = [None, 5, [], {}, "x", [[["x"]]], {"a": {}}, True, 10**400, -0.0]
    for index, value in enumerate(wrong):
        cell = code_cell("99.0", f"strange-{index}")
        for key in cell:
            notebook["cells"].append(cell | {key: value})
        about = {"nbgrader": {"grade_id": value, "points": value, "grade": value}}
        notebook["cells"].append(cell | {"metadata": about})
    notebook["cells"] += wrong
    return notebook


def twice_in_json(notebook: Notebook) -> str:
    """Keys that stand twice; the later ones count for Python."""
    text = json.dumps(notebook)
    return text[:-1] + ', "cells": ' + json.dumps([graded("check-add_backward", "99.0")]) + "}"


def linked(target: str) -> Callable[[Path, Handed], None]:
    """The notebook is a link."""

    def hand_in(folder: Path, handed: Handed) -> None:
        (folder / "target.ipynb").symlink_to(getattr(handed, target))

    return hand_in


def linked_folder(folder: Path, handed: Handed) -> None:
    folder.rmdir()
    folder.symlink_to(handed.neighbour.parent)


def linked_student(folder: Path, handed: Handed) -> None:
    folder.rmdir()
    folder.parent.rmdir()
    folder.parent.symlink_to(handed.neighbour.parents[1])


def pipe(folder: Path, handed: Handed) -> None:
    os.mkfifo(folder / "target.ipynb")


def folder_as_notebook(folder: Path, handed: Handed) -> None:
    (folder / "target.ipynb").mkdir()


def pipe_as_time(folder: Path, handed: Handed) -> None:
    (folder / "target.ipynb").write_text(json.dumps(handed.notebook))
    os.mkfifo(folder / "timestamp.txt")


def secret_as_time(folder: Path, handed: Handed) -> None:
    (folder / "target.ipynb").write_text(json.dumps(handed.notebook))
    (folder / "timestamp.txt").symlink_to(handed.secret)


def with_modules(folder: Path, handed: Handed) -> None:
    """Modules beside the notebook that would be imported in place of the real ones."""
    (folder / "target.ipynb").write_text(json.dumps(handed.notebook))
    code = "import os\nprint('LE' + 'AK: imported', __name__)\nos._exit(0)\n"
    for name in ("numpy", "nbcourse", "sitecustomize", "usercustomize", "IPython", "json"):
        (folder / f"{name}.py").write_text(code)
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(code)
    (folder / "nbgrader_config.py").write_text("c.CourseDirectory.db_url = 'sqlite:///mine.db'")


IGNORED = r"^"  # nothing is run: what was handed in is all there is to see
SENT = "There is|is not a|is a |was changed|twice|could not|not a notebook|not a file"

FAMILY = Family(
    "notebook",
    harmless=True,
    attacks=(
        Attack(
            "check-cells-skipped",
            "check cells tagged so that they are not run, or removed",
            edit=checks(metadata={"tags": ["skip-execution", "remove_cell", "raises-exception"]}),
            shows=IGNORED,
        ),
        Attack("forged-outputs", "check cells with a score in their outputs",
               edit=checks(outputs=[FORGED], execution_count=10**18), shows=IGNORED),
        Attack("check-cells-that-score", "check cells whose source is a score",
               edit=checks(source="99.0"), shows="was changed"),
        Attack("check-cells-of-text", "check cells as Markdown",
               edit=checks(cell_type="markdown", source="99.0"), shows="was changed"),
        Attack("points-raised", "more points, other flags, an old schema",
               edit=metadata(points=99, grade=True, solution=True, locked=False,
                             schema_version=1), shows=IGNORED),
        Attack("nothing-graded", "no cell is graded any more",
               edit=metadata(points=0, grade=False, solution=False, task=True), shows=IGNORED),
        Attack("check-cells-twice", "check cells of its own before the real ones",
               edit=around(*(graded(name, "99.0") for name in CHECKS)), shows="twice|was changed"),
        Attack("graded-cells-added", "graded cells that the sheet does not have",
               edit=around(*(graded(f"bonus-{i}", "99.0") for i in range(9))), shows=IGNORED),
        Attack("answers-that-are-graded", "an answer cell that says it is manually graded",
               edit=metadata(grade=True, solution=True, points=99, cell_type="markdown"),
               shows=IGNORED),
        Attack("answers-hidden-in-text", "answers as Markdown with attachments",
               edit=hidden_code, shows="read as code"),
        Attack("scripts-in-text", "Markdown and raw cells in which a page would run JavaScript",
               edit=around(*(
                   {"cell_type": kind, "id": f"s{i}{kind}", "source": text,
                    "metadata": {"raw_mimetype": "text/html"}}
                   for kind in ("markdown", "raw") for i, text in enumerate(SCRIPTS))),
               shows=IGNORED),
        Attack("ids-swapped", "answer and check cells with each other's metadata",
               edit=swapped, shows="was moved|was changed|twice"),
        Attack("another-kernel", "another kernel, language, startup code",
               edit=top(metadata={
                   "kernelspec": {"name": "bash", "display_name": "x", "language": "bash",
                                  "argv": ["touch", "/tmp/kernel"]},
                   "language_info": {"name": "bash", "nbconvert_exporter": "os.system"},
                   "nbcourse": {"state": "graded", "reasons": []},
                   "widgets": {"application/vnd.jupyter.widget-state+json": {"state": 99}},
               }), shows=IGNORED),
        Attack("hidden-test-marks", "answers full of the marks of hidden tests and solutions",
               cells={"add_backward": """
### BEGIN HIDDEN TESTS
99.0
### END HIDDEN TESTS
### BEGIN SOLUTION
99.0
### END SOLUTION
"""}),
        Attack("strange-types", "cells of every type that a cell is not", edit=strange_types,
               shows=IGNORED),
        Attack("keys-twice", "JSON whose keys stand twice", edit=twice_in_json, shows="missing"),
        Attack("old-format", "a notebook of format 3 that says what it likes",
               edit=top(nbformat=3, worksheets=[{"cells": [
                   {"cell_type": "code", "language": "python", "outputs": [FORGED],
                    "input": "99.0", "metadata": {"nbgrader": {"grade_id": CHECKS[0]}}}]}]),
               shows=SENT),
        Attack("format-of-no-kind", "a format number that is text with control characters",
               edit=top(nbformat="4\n\x1b[2J000-neighbour  0 / 9  graded", nbformat_minor=-1),
               shows=SENT),
        Attack("many-cells", "30,000 cells",
               edit=around(*({"cell_type": "markdown", "id": f"m{i}", "metadata": {},
                              "source": "# 99.0"} for i in range(30_000))), shows=IGNORED),
        Attack("deep-json", "JSON nested 100,000 levels deep",
               edit=lambda notebook: json.dumps(notebook)[:-1]
               + ', "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
               shows="not a notebook"),
        Attack("link-to-neighbour", "the notebook is a link to a neighbour's",
               hand_in=linked("neighbour"), shows="not a file|link"),
        Attack("link-to-secret", "the notebook is a link to the secret",
               hand_in=linked("secret"), shows="not a file|link"),
        Attack("link-to-solution", "the notebook is a link to the solved sheet",
               hand_in=linked("solution"), shows="not a file|link"),
        Attack("folder-is-a-link", "the folder is a link to a neighbour's",
               hand_in=linked_folder, shows=IGNORED),
        Attack("student-is-a-link", "the student's folder is a link to a neighbour's",
               hand_in=linked_student, shows=IGNORED),
        Attack("pipe", "the notebook is a pipe that nobody writes to", hand_in=pipe,
               shows="not a file"),
        Attack("folder", "the notebook is a folder", hand_in=folder_as_notebook,
               shows="not a file"),
        Attack("time-is-a-pipe", "the time stamp is a pipe that nobody writes to",
               hand_in=pipe_as_time, shows=IGNORED),
        Attack("time-is-the-secret", "the time stamp is a link to the secret",
               hand_in=secret_as_time, shows="timestamp.txt"),
        Attack("modules-beside-it", "modules beside the notebook, named as what grading imports",
               hand_in=with_modules, shows=IGNORED),
    ),
)  # fmt: skip
