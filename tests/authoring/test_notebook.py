"""The source notebook: metadata from the tags and the spec, ids from names and headings."""

import json
from typing import Any

from nbcourse.authoring.cells import Cell, Kind
from nbcourse.authoring.notebook import source_notebook
from nbcourse.exercise import Exercise, Sheet

SOLUTION = """\
def {0}(x):
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION"""
FLAGS = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}


def _exercise(name: str, points: float) -> Exercise:
    return Exercise(
        name=name,
        points=points,
        reference=lambda x: x,
        parts=("out",),
        cases=lambda rng: [],
        mistakes=(),
        alternatives=(),
        summary="",
    )


SHEET = Sheet("gates", "Gates", (_exercise("double", 2.0), _exercise("halve", 1.5)))


def _notebook(cells: list[Cell]) -> dict[str, Any]:
    text = source_notebook(tuple(cells), SHEET, {"double": "d0", "halve": "a1"})
    return dict(json.loads(text))


def _cell(kind: Kind, heading: str, source: str = "x") -> Cell:
    return Cell(kind, source, heading, 1)


def _graded(name: str, heading: str) -> list[Cell]:
    return [
        _cell("solution", heading, SOLUTION.format(name)),
        _cell("check", heading, f'check("{name}", {name})'),
    ]


CELLS = [
    _cell("text", "Two gates"),
    _cell("given", "Two gates"),
    _cell("text", "2. Double"),
    *_graded("double", "Double"),
    _cell("text", "Double"),
    _cell("free", "Double"),
    *_graded("halve", "Halve"),
]
IDS = [
    *("text-two-gates", "given-two-gates", "text-double", "double", "check-double"),
    *("text-double_2", "free-double", "halve", "check-halve"),
]


def test_graded_cells_get_their_metadata_and_points_from_the_spec() -> None:
    cells = {cell["id"]: cell for cell in _notebook(CELLS)["cells"]}
    assert list(cells) == IDS
    expected = {
        "given-two-gates": FLAGS | {"locked": True},
        "double": FLAGS | {"solution": True},
        "check-double": FLAGS | {"grade": True, "locked": True, "points": 2},
        "halve": FLAGS | {"solution": True},
        "check-halve": FLAGS | {"grade": True, "locked": True, "points": 1.5},
    }
    for name, cell in cells.items():
        metadata = {"nbgrader": expected[name] | {"grade_id": name}} if name in expected else {}
        assert cell["metadata"] == metadata


def test_the_hidden_check_comes_last_with_the_seed_of_its_exercise() -> None:
    (source,) = (cell["source"] for cell in _notebook(CELLS)["cells"] if cell["id"] == IDS[-1])
    assert "".join(source) == (
        'check("halve", halve)\n### BEGIN HIDDEN TESTS\n'
        'check("halve", halve, seed="a1")\n### END HIDDEN TESTS'
    )


def test_the_notebook_names_no_version_of_anything() -> None:
    notebook = _notebook(CELLS)
    del notebook["cells"]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert notebook == {
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def test_a_new_cell_changes_the_id_of_no_other_section() -> None:
    new = [_cell("given", "Two gates"), _cell("text", "Two gates"), _cell("free", "Two gates")]
    after = [cell["id"] for cell in _notebook([*CELLS[:2], *new, *CELLS[2:]])["cells"]]
    assert [name for name in after if name in IDS] == IDS
    assert set(after) - set(IDS) == {"given-two-gates_2", "text-two-gates_2", "free-two-gates"}


def test_ids_are_valid_and_unique_for_awkward_headings() -> None:
    headings = ["", "$x^2$", "A 2", "A", "A", "A!", "Ünïcode", "long " * 40, "long " * 41]
    names = [cell["id"] for cell in _notebook([_cell("text", each) for each in headings])["cells"]]
    assert len(set(names)) == len(headings)
    assert all(name.isascii() and 1 <= len(name) <= 64 for name in names)
