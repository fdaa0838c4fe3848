"""Reading a solved sheet: its cells, each with its kind, the heading above it and its line.

A sheet is a MyST Markdown notebook. Its author writes no metadata but one tag on a code cell:
``given`` (read-only code), ``solution`` (one graded function) or ``check`` (its grading). A
code cell without a tag is a free cell, for trying things.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nbcourse.authoring.jsonschema_import import import_jsonschema

Kind = Literal["text", "free", "given", "solution", "check"]
TAGS: dict[str, Kind] = {"given": "given", "solution": "solution", "check": "check"}

_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```+|~~~+)")
# What only MyST understands: a directive's fence, and a role in front of code marks.
_MYST = re.compile(r"^\s*(?:`{3,}|~{3,}|:{3,})\s*\{[\w:-]+\}|(?:^|\s)\{[\w:-]+\}`", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell of a sheet as its author wrote it."""

    kind: Kind
    source: str
    heading: str
    line: int


@dataclass(frozen=True)
class Problem:
    """Something its author must put right, and where; line 0 stands for the whole file."""

    file: str
    line: int
    heading: str
    text: str

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        heading = f' (under "{self.heading}")' if self.heading else ""
        return f"{self.file}{line}{heading}: {self.text}"


@dataclass(frozen=True)
class SolvedSheet:
    """A solved sheet that was read, with the problems of its cells' tags and Markdown."""

    file: str
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]


def read_solved_sheet(path: Path, file: str) -> SolvedSheet:
    """Read a solved sheet.

    Parameters
    ----------
    path
        The MyST Markdown file.
    file
        Its name in messages, as the author knows it: ``solutions/graphs.md``.

    Returns
    -------
    SolvedSheet
        The cells in order. A file that cannot be read has no cells and one problem.
    """
    import_jsonschema()
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook
    from nbformat import ValidationError

    try:
        text = path.read_text(encoding="utf-8")
        notebook = myst_to_notebook(text, add_source_map=True)
    except (UnicodeDecodeError, MystMetadataParsingError, ValidationError) as error:
        # A validation error's text goes on for many lines; its message is the first of them.
        reason = " ".join(str(getattr(error, "message", error)).split())
        return SolvedSheet(file, (), (Problem(file, 0, "", f"cannot be read: {reason}"),))
    cells: list[Cell] = []
    problems: list[Problem] = []
    heading = ""
    lines = text.splitlines()
    for entry, line in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        headings = _headings(entry.source) if entry.cell_type == "markdown" else []
        # A cell that opens with a heading belongs to it; one in its middle starts the next part.
        if headings and headings[0][0] == 0:
            heading = headings[0][1]
        kind, problem = _kind(entry.cell_type, entry.metadata.get("tags", []), entry.source)
        if entry.cell_type == "markdown":
            # The reader counts a Markdown cell from the blank lines before it, and from 0.
            line += 1 + next(i for i, row in enumerate(lines[line:]) if row.strip())
        if problem:
            problems.append(Problem(file, line, heading, problem))
        cells.append(Cell(kind, entry.source, heading, line))
        if headings:
            heading = headings[-1][1]
    return SolvedSheet(file, tuple(cells), tuple(problems))


def _kind(cell_type: str, tags: Any, source: str) -> tuple[Kind, str | None]:
    """The kind of a cell, and what is wrong with it, if anything is."""
    names = [tags] if isinstance(tags, str) else [str(tag) for tag in tags or ()]
    expected = "use one of 'given', 'solution', 'check', or no tag for a free cell"
    if cell_type == "markdown":
        if names:
            return "text", f"a Markdown cell has the tag {names[0]!r}: only code cells have tags"
        if match := _MYST.search(source):
            return "text", (
                f"{match.group().strip()!r} is MyST, which Jupyter shows as raw text: "
                "write it in plain Markdown and LaTeX"
            )
        return "text", None
    if cell_type != "code":
        return "free", f"{cell_type} cells are not supported: use a Markdown or a code cell"
    unknown = [name for name in names if name not in TAGS]
    if unknown:
        return "free", f"unknown tag {unknown[0]!r}: {expected}"
    if len(names) > 1:
        return "free", f"the tags {', '.join(map(repr, names))} exclude each other: {expected}"
    return (TAGS[names[0]] if names else "free"), None


def _headings(source: str) -> list[tuple[int, str]]:
    """The headings of a Markdown cell, each with its line in the cell, code blocks left out."""
    found = []
    fence = ""
    for number, line in enumerate(source.split("\n")):
        if match := _FENCE.match(line):
            if not fence:
                fence = match.group(1)
            elif match.group(1).startswith(fence):
                fence = ""
        elif not fence and (match := _HEADING.match(line)):
            found.append((number, match.group(1)))
    return found
