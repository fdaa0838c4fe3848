"""Releasing sheets: from ``solutions/*.md`` and the specs to the students' notebooks.

Everything is read, checked and generated before the first file is written, and every file is
replaced in one step: a release that fails leaves the course as it was.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbcourse.authoring.cells import SolvedSheet
from nbcourse.authoring.course import course_path, load_config
from nbcourse.authoring.files import replacing
from nbcourse.authoring.generate import student_notebooks
from nbcourse.authoring.notebook import source_notebook
from nbcourse.authoring.run import run_problems
from nbcourse.authoring.secret import course_secret, hidden_seed
from nbcourse.authoring.selection import read_sheets
from nbcourse.authoring.worked import worked_in
from nbcourse.errors import CourseError
from nbcourse.exercise import Sheet


@dataclass(frozen=True)
class Released:
    """A sheet whose student notebook stands; ``changed`` tells whether it was written anew."""

    sheet: Sheet
    notebook: Path
    changed: bool


def release(
    course: Path, sheets: Sequence[Sheet], names: Sequence[str] = (), *, run: bool = False
) -> list[Released]:
    """Build the source and the student notebook of sheets, and record them in the gradebook.

    Parameters
    ----------
    course
        The course folder, with ``solutions/``.
    sheets
        Every sheet there is a spec of.
    names
        The sheets to release; all when empty.
    run
        Whether to run each solved sheet first; it must earn every point.

    Raises
    ------
    CourseError
        With one line for each problem; nothing is written then.
    """
    config = load_config(course)
    chosen = read_sheets(course, sheets, names)
    sources = _sources(chosen, course_secret(course))
    source_folder = course_path(course, config, "source")
    release_folder = course_path(course, config, "release")
    _refuse_to_overwrite(release_folder, chosen)
    if run:
        _run(chosen, sources)
    notebooks = student_notebooks(course, config, sources, record=True)
    _refuse_leaks(notebooks, chosen)
    released = []
    for sheet, _ in chosen:
        _write(source_folder / sheet.name, sheet.name, sources[sheet.name])
        _remove_others(source_folder / sheet.name, f"{sheet.name}.ipynb")
        changed = _write(release_folder / sheet.name, sheet.name, notebooks[sheet.name])
        notebook = release_folder / sheet.name / f"{sheet.name}.ipynb"
        released.append(Released(sheet, notebook, changed))
    return released


def drift(course: Path, sheets: Sequence[Sheet], names: Sequence[str] = ()) -> list[str]:
    """Return one line for each student notebook that a release would change; write nothing.

    Without ``names``, folders of student notebooks that no sheet makes are named too.
    """
    config = load_config(course)
    chosen = read_sheets(course, sheets, names)
    # Students never see a seed, so a fresh clone without the course secret gives the same.
    notebooks = student_notebooks(course, config, _sources(chosen, b""), record=False)
    folder = course_path(course, config, "release")
    lines = []
    for name, text in notebooks.items():
        path = folder / name / f"{name}.ipynb"
        shown = os.path.relpath(path, course)
        if not path.is_file():
            lines.append(f"{shown} is missing: run 'nbcourse release {name}'")
        elif path.read_text(encoding="utf-8") != text:
            lines.append(f"{shown} differs from its solution: run 'nbcourse release {name}'")
    if not names and folder.is_dir():
        known = {sheet.name for sheet, _ in chosen}
        lines += [
            f"{folder.name}/{extra.name} is made by no sheet: delete it"
            for extra in sorted(folder.iterdir())
            if extra.is_dir() and extra.name not in known and not extra.name.startswith(".")
        ]
    return lines


def _sources(chosen: Sequence[tuple[Sheet, SolvedSheet]], secret: bytes) -> dict[str, str]:
    return {
        sheet.name: source_notebook(
            solved.cells,
            sheet,
            {each.name: hidden_seed(secret, sheet.name, each.name) for each in sheet.exercises},
        )
        for sheet, solved in chosen
    }


def _run(chosen: Sequence[tuple[Sheet, SolvedSheet]], sources: Mapping[str, str]) -> None:
    lines = [
        line for sheet, solved in chosen for line in run_problems(solved.file, sources[sheet.name])
    ]
    if lines:
        raise CourseError("\n".join(lines))


def _refuse_to_overwrite(folder: Path, chosen: Sequence[tuple[Sheet, SolvedSheet]]) -> None:
    """Stop before somebody's answers are replaced by an empty sheet."""
    notebooks = [folder / sheet.name / f"{sheet.name}.ipynb" for sheet, _ in chosen]
    if worked := [notebook for notebook in notebooks if worked_in(notebook)]:
        raise CourseError(
            "\n".join(
                f"somebody has worked in {notebook}, which a release would replace: move it "
                "elsewhere, to mine/ for example, and release again"
                for notebook in worked
            )
        )


def _refuse_leaks(
    notebooks: Mapping[str, str], chosen: Sequence[tuple[Sheet, SolvedSheet]]
) -> None:
    """Stop before students are shown too much or too little.

    nbgrader cuts solutions and hidden checks out by markers that the settings can change, and
    a solution cell in which it finds no marker becomes the stub alone.
    """
    for sheet, _ in chosen:
        text = notebooks[sheet.name]
        shown = [word for word in ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS") if word in text]
        wanted = [f"def {name}(" for each in sheet.exercises for name in each.functions]
        lacking = [word for word in wanted if word not in text]
        if shown or lacking:
            fault = f"show {shown[0]!r}" if shown else f"lack {lacking[0]!r}"
            raise CourseError(
                f"the student notebook of {sheet.name!r} would {fault}: look for changed "
                "delimiters or preprocessors in nbgrader_config.py"
            )


def _write(folder: Path, name: str, text: str) -> bool:
    """Put a notebook into its folder in one step; return whether it was another before."""
    path = folder / f"{name}.ipynb"
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(path) as new:
        new.write_bytes(data)
    return True


def _remove_others(folder: Path, keep: str) -> None:
    """Empty a built source folder but for its notebook: nbgrader would release the rest too."""
    for path in folder.iterdir():
        if path.name == keep:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
