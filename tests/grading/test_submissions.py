"""Reading what was handed in: whatever it is, there are cells or one clear reason."""

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nbcourse.grading.submissions import (
    Submission,
    SubmittedCell,
    UnreadableError,
    find_submissions,
    read_cells,
)

CODE = {"cell_type": "code", "source": "x = 1", "id": "a", "metadata": {}, "outputs": []}


def notebook(*cells: Any, **more: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "graphs.ipynb is empty"),
    "blank": (b" \n ", "graphs.ipynb is empty"),
    "text": (b"print(1)", "not a notebook: it is not JSON (Expecting value in line 1)"),
    "not UTF-8": (b'{"cells": "\xff"}', "not a notebook: it is not UTF-8 text"),
    "binary": (os.urandom(1000) + b"\xff", "not a notebook"),
    "a number": (b"3", "is JSON of another kind"),
    "a list": (b"[]", "is JSON of another kind"),
    "no notebook": (b'{"a": 1}', "not a notebook"),
    "no cells": (json.dumps(notebook(nbformat=4, cells=3)).encode(), "it has no cells"),
    "of the future": (json.dumps(notebook(nbformat=9)).encode(), "cannot be read|not a notebook"),
    "endless nesting": (b'{"cells":' + b"[" * 100_000, "cut off|cannot be read"),
    "endless number": (b'{"cells":' + b"1" * 10_000 + b"}", "cannot be read"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_notebook_has_one_clear_reason(name: str, tmp_path: Path) -> None:
    data, reason = UNREADABLE[name]
    path = tmp_path / "graphs.ipynb"
    path.write_bytes(data)
    with pytest.raises(UnreadableError) as raised:
        read_cells(path)
    assert any(part in str(raised.value) for part in reason.split("|"))
    assert "\n" not in str(raised.value)


def test_a_notebook_that_is_cut_anywhere_is_read_or_has_one_clear_reason(tmp_path: Path) -> None:
    path = tmp_path / "graphs.ipynb"
    whole = json.dumps(notebook(CODE, CODE | {"source": ["é\n", 'y = "\\n"']}), indent=1).encode()
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(UnreadableError, match=r"cut off|not a notebook"):
            read_cells(path)
    path.write_bytes(whole)
    assert len(read_cells(path)) == 2


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(notebook(CODE)))
    (tmp_path / "link.ipynb").symlink_to(secret)
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    for name in ("link", "folder", "pipe"):
        with pytest.raises(UnreadableError, match=rf"{name}\.ipynb is not a file"):
            read_cells(tmp_path / f"{name}.ipynb")
    with pytest.raises(UnreadableError, match=r"there is no none\.ipynb"):
        read_cells(tmp_path / "none.ipynb")


def test_a_notebook_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbcourse.grading.submissions.MAX_BYTES", 2**20)
    path = tmp_path / "graphs.ipynb"
    path.write_bytes(b" " * (2**20 + 1))
    with pytest.raises(UnreadableError, match="has 1 MB, at most 1 MB are read"):
        read_cells(path)


GRADED = {"nbgrader": {"grade_id": "add_backward", "solution": True}}

CELLS: dict[str, tuple[Any, SubmittedCell]] = {
    "as Jupyter writes it": (
        CODE | {"source": ["x = 1\n", "y = 2"], "metadata": GRADED},
        SubmittedCell("code", "x = 1\ny = 2", "a", "add_backward"),
    ),
    "one string": (CODE, SubmittedCell("code", "x = 1", "a", "")),
    "no id": ({"cell_type": "markdown", "source": "t"}, SubmittedCell("markdown", "t", "", "")),
    "no source": ({"cell_type": "code"}, SubmittedCell("code", "", "", "")),
    "source of no text": ({"cell_type": "code", "source": 3}, SubmittedCell("code", "", "", "")),
    "unknown kind": ({"cell_type": "heading", "source": "t"}, SubmittedCell("raw", "t", "", "")),
    "metadata of no dict": (CODE | {"metadata": [1]}, SubmittedCell("code", "x = 1", "a", "")),
    "nbgrader of no dict": (
        CODE | {"metadata": {"nbgrader": "x"}},
        SubmittedCell("code", "x = 1", "a", ""),
    ),
    "surrogate": (CODE | {"source": "s = '\ud800'"}, SubmittedCell("code", "s = '?'", "a", "")),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_read_whatever_it_lacks(name: str, tmp_path: Path) -> None:
    cell, expected = CELLS[name]
    path = tmp_path / "graphs.ipynb"
    path.write_text(json.dumps(notebook(cell, "no cell", 3)))
    assert read_cells(path) == [expected]


def test_a_notebook_of_an_old_format_is_read(tmp_path: Path) -> None:
    old = nbformat.v3.new_notebook(
        worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(input="x = 1")])]
    )
    path = tmp_path / "graphs.ipynb"
    path.write_text(nbformat.v3.nbjson.JSONWriter().writes(old))
    assert [(cell.kind, cell.source) for cell in read_cells(path)] == [("code", "x = 1")]


def test_a_byte_order_mark_is_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "graphs.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook(CODE)).encode())
    assert len(read_cells(path)) == 1


def test_submissions_are_found_by_student(tmp_path: Path) -> None:
    for student, sheet in (("b c", "graphs"), ("a", "graphs"), ("a", "data"), ("[x]*", "graphs")):
        (tmp_path / student / sheet).mkdir(parents=True)
    (tmp_path / "d").mkdir()
    (tmp_path / "notes.txt").touch()
    found = find_submissions(tmp_path, "graphs")
    assert [each.student for each in found] == ["[x]*", "a", "b c"]
    assert found[1].notebook == tmp_path / "a" / "graphs" / "graphs.ipynb"
    assert [each.student for each in find_submissions(tmp_path, "graphs", "a")] == ["a"]
    assert find_submissions(tmp_path, "graphs", "e") == []
    assert find_submissions(tmp_path / "none", "graphs") == []


def test_the_digest_depends_on_what_is_graded_alone(tmp_path: Path) -> None:
    submission = Submission("a", "graphs", tmp_path)
    digests = [submission.digest()]
    for name, text in (("graphs.ipynb", "1"), ("graphs.ipynb", "2"), ("timestamp.txt", "1")):
        (tmp_path / name).write_text(text)
        digests.append(submission.digest())
    assert len(set(digests)) == 4
    (tmp_path / "notes.txt").write_text("not graded")
    assert submission.digest() == digests[-1]
