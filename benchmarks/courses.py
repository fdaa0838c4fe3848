"""Courses to grade in, made alike, and what their gradebooks hold afterwards."""

import csv
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.classes import ROOT, SHEET, Handed, write_class

OURS = [
    *(sys.executable, "-c", "import sys; from nbcourse.cli import main; main(sys.argv[1:])"),
    *("autograde", SHEET),
]
# INFO tells when it takes the next submission; everything else is as the course has it.
STOCK = [sys.executable, "-m", "nbgrader", "autograde", SHEET, "--log-level=INFO"]


def make_course(folder: Path) -> Path:
    """Make a course folder whose one sheet is released, with a secret and an empty gradebook."""
    from nbcourse.authoring.release import release
    from nbcourse.specs import sheets

    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    release(folder, sheets(), [SHEET])
    return folder


def copy_course(course: Path, folder: Path, handed: Iterable[Handed]) -> Path:
    """Return a copy of a course, with the same secret, in which a class has handed in."""
    shutil.copytree(course, folder)
    write_class(folder / "submitted", list(handed))
    return folder


def scores(course: Path) -> dict[str, float | None]:
    """Every student's score in the gradebook; None where no graded notebook was left."""
    from nbcourse.authoring.course import load_config
    from nbcourse.grading.gradebook import read_scores

    found = read_scores(course, load_config(course), [SHEET])
    graded = course / "autograded"
    return {
        path.name: found[SHEET, path.name][0]
        if (graded / path.name / SHEET / f"{SHEET}.ipynb").is_file() and (SHEET, path.name) in found
        else None
        for path in sorted((course / "submitted").iterdir())
    }


def states(course: Path) -> dict[str, str]:
    """What ``grading.csv`` says of every student: the state, and the reason."""
    with (course / "grading.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["student_id"]: f"{row['state']}: {row['reason']}".removesuffix(": ")
            for row in csv.DictReader(file)
        }


def graded_so_far(course: Path) -> int:
    """How many submissions ``nbcourse autograde`` has recorded."""
    journal = course / ".nbcourse" / "grading.jsonl"
    if not journal.exists():
        return 0
    return journal.read_bytes().count(b'"student_id"')
