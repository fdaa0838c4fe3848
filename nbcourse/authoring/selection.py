"""Which sheets to build: every spec has one solution, every solution one spec."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from nbcourse.authoring.cells import SolvedSheet, read_solved_sheet
from nbcourse.authoring.rules import sheet_problems
from nbcourse.errors import CourseError
from nbcourse.exercise import Sheet

SOLUTIONS = "solutions"


def read_sheets(
    course: Path, sheets: Sequence[Sheet], names: Sequence[str]
) -> list[tuple[Sheet, SolvedSheet]]:
    """Return the chosen sheets with what was read from ``solutions/``, all rules kept.

    Raises
    ------
    CourseError
        With one line for each problem of each chosen sheet.
    """
    folder = course / SOLUTIONS
    if not folder.is_dir():
        raise CourseError(
            f"{course} has no {SOLUTIONS}/: sheets are released in the course folder that has it"
        )
    specs = {sheet.name: sheet for sheet in sheets}
    files = {path.stem: path for path in sorted(folder.glob("*.md"))}
    lines: list[str] = []
    chosen = []
    for name in dict.fromkeys(names or [*specs, *(stem for stem in files if stem not in specs)]):
        module = f"nbcourse/specs/{name.replace('-', '_')}"
        file = f"{SOLUTIONS}/{name}.md"
        if name in specs and name in files:
            solved = read_solved_sheet(files[name], file)
            lines += map(str, sheet_problems(solved, specs[name]))
            chosen.append((specs[name], solved))
        elif name in files:
            lines.append(f"{file} has no spec: add {module}.py, or rename the file to its sheet")
        elif name in specs:
            lines.append(f"the spec {module} has no solution: add {file}, or remove the spec")
        else:
            lines.append(_unknown(name, sorted({*specs, *files})))
    if lines:
        raise CourseError("\n".join(lines))
    return chosen


def _unknown(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    return f"unknown sheet {name!r}.{guess} The sheets are: {', '.join(known) or 'none yet'}"
