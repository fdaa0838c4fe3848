"""A submission put back into its sheet: the student's answers, everything else as it was released.

Cells are known by their grade ids. Only the sources of the answer cells, of free cells and of
cells that the student added are taken from what was handed in; check cells, given code,
metadata, kernel and order come from the course's source.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from nbcourse.grading.notebooks import make_cell, make_notebook
from nbcourse.grading.sanitize import clean_source
from nbcourse.grading.submissions import SubmittedCell

BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


@dataclass(frozen=True)
class SourceSheet:
    """A sheet as the course has it: hidden checks in it, the answers not.

    Parameters
    ----------
    notebook
        The notebook; the cells to be answered hold what was released.
    digest
        A hash of it.
    """

    notebook: Any
    digest: str


def without_hidden(source: str) -> str:
    """Return a check cell's source without its hidden part.

    Examples
    --------
    >>> without_hidden("check(f)\\n### BEGIN HIDDEN TESTS\\ncheck(f, 1)\\n### END HIDDEN TESTS")
    'check(f)'
    """
    kept, hidden = [], False
    for line in source.split("\n"):
        hidden = hidden or BEGIN_HIDDEN in line
        if not hidden:
            kept.append(line)
        hidden = hidden and END_HIDDEN not in line
    return "\n".join(kept)


def restore(submitted: Sequence[SubmittedCell], sheet: SourceSheet) -> tuple[Any, list[str]]:
    """Return the notebook that is graded, and what had to be put right, a line each.

    Parameters
    ----------
    submitted
        The cells handed in, whatever they are.
    sheet
        The sheet as the course has it.
    """
    found = _Found([_key(cell) for cell in sheet.notebook.cells])
    for cell in submitted:
        found.add(cell)
    messages = found.messages
    used = {cell.id for cell in sheet.notebook.cells}
    # In order, and each once: to look for a free one from the first takes long for many cells.
    names = (name for n in count(1) if (name := f"added-{n}") not in used)
    cells = [_new_cell(each, names) for each in found.added[""]]
    for source in sheet.notebook.cells:
        answer = found.cells.get(_key(source))
        if "nbgrader" in source.metadata:
            cells.append(_graded_cell(source, answer, messages))
        elif answer is not None:
            cells.append(_new_cell(answer, names, source))
        cells += [_new_cell(each, names) for each in found.added[_key(source)]]
    return make_notebook(cells, deepcopy(sheet.notebook.metadata)), messages


class _Found:
    """The submitted cells: those of the sheet by their keys, the others by what they follow.

    Parameters
    ----------
    keys
        The sheet's cells in order.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self.cells: dict[str, SubmittedCell] = {}
        self.added: defaultdict[str, list[SubmittedCell]] = defaultdict(list)
        self.messages: list[str] = []
        self._order = {key: position for position, key in enumerate(keys)}
        self._last = ""

    def add(self, cell: SubmittedCell) -> None:
        """Take the next submitted cell."""
        key = next((key for key in (cell.grade_id, cell.id) if key in self._order), None)
        if key is None:
            self.added[self._last].append(cell)
            return
        before = self.cells.get(key)
        if before is None or (before.kind != "code" and cell.kind == "code"):
            if self._order[key] < self._order.get(self._last, -1) and cell.grade_id:
                self.messages.append(f"cell {key} was moved: put back in its place")
            self.cells[key] = cell
            self._last = key
        elif cell.grade_id:
            self.messages.append(f"cell {key} is there twice: the first one counts")
        if before is not None:
            # Kept to be read, but not run: it would take the place of the one that counts.
            spare = before if self.cells[key] is cell else cell
            self.added[self._last].append(replace(spare, kind="raw"))


def _key(cell: Any) -> str:
    """What a cell of the sheet is known by: its grade id; its cell id when it has none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id") or cell.id)


def _graded_cell(source: Any, answer: SubmittedCell | None, messages: list[str]) -> Any:
    """An answer cell with the student's answer in it; a check or given cell as it was released."""
    cell, key = copy(source), _key(source)
    cell.metadata = deepcopy(source.metadata)
    cell.outputs = []
    if source.metadata.nbgrader.get("solution"):
        if answer is None:
            messages.append(f"cell {key} is missing: put back empty")
        else:
            cell.source = answer.source
            if answer.kind != "code":
                messages.append(f"cell {key} is a {answer.kind} cell: read as code")
    elif answer is None:
        messages.append(f"cell {key} is missing: put back")
    elif answer.source.strip() != without_hidden(source.source).strip():
        messages.append(f"cell {key} was changed: put back as it was released")
    return cell


def _new_cell(cell: SubmittedCell, names: Iterator[str], released: Any = None) -> Any:
    """A cell with no more than its text from the submission; ``released`` if it is the sheet's."""
    if released is None:
        cell_id = next(names)
    elif cell.source == released.source:
        return make_cell(cell.kind, released.source, released.id)
    else:
        cell_id = released.id
    return make_cell(cell.kind, clean_source(cell.kind, cell.source), cell_id)
