"""Submissions that are no notebooks, or hardly: one class of them, and what becomes of each."""

import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS
from tests.grading.handed_in import FULL, added, cells_without, edited

Make = Callable[[Any, Path], None]
# Student -> (makes the notebook at a path, the score, the state, a part of the reason).
Case = tuple[Make, float, str, str]
NOT_A_FILE = "demo.ipynb is not a file"


def holds(data: Callable[[Any], Any]) -> Make:
    """The notebook holds this."""

    def make(course: Any, path: Path) -> None:
        content = data(course)
        text = json.dumps(content) if isinstance(content, dict) else content
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return make


def text_of(course: Any) -> str:
    return json.dumps(course.solved())


def changed(**fields: Any) -> Make:
    return holds(lambda c: c.solved() | fields)


def beside(name: str, data: bytes | str | Path) -> Make:
    """A right notebook with another file beside it; a path is linked to."""

    def make(course: Any, path: Path) -> None:
        path.write_text(text_of(course))
        other = path.with_name(name)
        if isinstance(data, Path):
            other.symlink_to(data)
        else:
            other.write_bytes(data if isinstance(data, bytes) else data.encode())

    return make


def linked(target: str) -> Make:
    return lambda course, path: path.symlink_to(target)


def is_socket(course: Any, path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        before = os.open(".", os.O_RDONLY)
        try:
            os.chdir(path.parent)  # a socket's path may have some hundred characters only
            bound.bind(path.name)
        finally:
            os.fchdir(before)
            os.close(before)


def is_hundred_megabytes(course: Any, path: Path) -> None:
    path.write_bytes(b"{")
    os.truncate(path, 100 * 2**20)


def sheet_folder_is_link(course: Any, path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.symlink_to("../neighbour-1/demo")


def sheet_folder_is_dangling(course: Any, path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.symlink_to("../nobody/demo")


def sheet_folder_is_file(course: Any, path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text(text_of(course))


def student_folder_is_link(course: Any, path: Path) -> None:
    shutil.rmtree(path.parents[1])
    path.parents[1].symlink_to("neighbour-1")


def stamp_is_pipe(course: Any, path: Path) -> None:
    path.write_text(text_of(course))
    os.mkfifo(path.with_name("timestamp.txt"))


def source_of(value: Any) -> Callable[[Any], Any]:
    return lambda c: edited(c.solved(), "add_backward", source=value)


def many_cells(count: int) -> Callable[[Any], Any]:
    def make(course: Any) -> dict[str, Any]:
        notebook: dict[str, Any] = course.solved()
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": ""}
        return notebook | {"cells": notebook["cells"] + [cell] * count}

    return make


def nested(course: Any, depth: int) -> str:
    """A notebook with a cell whose ids are lists in lists, as deep as can just be read."""
    cell = {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "@"}}, "source": ""}
    notebook: dict[str, Any] = course.solved()
    text = json.dumps(notebook | {"cells": [*notebook["cells"], cell | {"id": "@"}]})
    return text.replace('"@"', "[" * depth + "]" * depth)


def with_text(course: Any, text: str) -> dict[str, Any]:
    return edited(added(course.solved(), text), "mine", cell_type="markdown")


def other_sheet(course: Any) -> dict[str, Any]:
    notebook: dict[str, Any] = course.solved()
    for cell in notebook["cells"]:
        cell["id"] = f"other-{cell['id']}"
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] = cell["id"]
        cell["source"] = "x = 1"
    return notebook


def version_3(course: Any) -> str:
    import nbformat

    notebook = nbformat.reads(text_of(course), as_version=4)
    return str(nbformat.writes(notebook, version=3))


def bare(course: Any) -> dict[str, Any]:
    notebook: dict[str, Any] = course.solved()
    return {"cells": notebook["cells"], "nbformat": 4}


TOO_LONG = "has 20 MB of text in its cells, at most 8 MB are read"
REFUSED, ODD = NOT_GRADED, WITH_PROBLEMS
IGNORED = "timestamp.txt holds no time: ignored"
BAD: dict[str, Case] = {
    # no file, or one that must not be opened
    "pipe": (lambda c, path: os.mkfifo(path), 0, REFUSED, NOT_A_FILE),
    "socket": (is_socket, 0, REFUSED, NOT_A_FILE),
    "folder": (lambda c, path: path.mkdir(), 0, REFUSED, NOT_A_FILE),
    "link to a neighbour's": (
        linked("../../neighbour-1/demo/demo.ipynb"),
        0,
        REFUSED,
        NOT_A_FILE,
    ),
    "link to a device": (linked("/dev/zero"), 0, REFUSED, NOT_A_FILE),
    "link to itself": (linked("demo.ipynb"), 0, REFUSED, NOT_A_FILE),
    "link to nothing": (linked("/nowhere/at/all"), 0, REFUSED, NOT_A_FILE),
    "folder is a link": (sheet_folder_is_link, 0, REFUSED, "demo is a link, not a folder"),
    "folder is a dead link": (sheet_folder_is_dangling, 0, REFUSED, "demo is a link"),
    "folder is a file": (sheet_folder_is_file, 0, REFUSED, "demo is not a folder"),
    "all is a link": (student_folder_is_link, 0, REFUSED, "all is a link is a link"),
    "nothing": (lambda c, path: None, 0, REFUSED, "there is no demo.ipynb"),
    # bytes that are no notebook
    "empty": (holds(lambda c: ""), 0, REFUSED, "demo.ipynb is empty"),
    "spaces": (holds(lambda c: " \n\t\n" * 1000), 0, REFUSED, "demo.ipynb is empty"),
    "zeros": (holds(lambda c: b"\0" * 5000), 0, REFUSED, "is not a notebook"),
    "cut in the middle": (holds(lambda c: text_of(c)[:3000]), 0, REFUSED, "is cut off"),
    "cut at the end": (holds(lambda c: text_of(c)[:-1]), 0, REFUSED, "is cut off"),
    "100 MB": (is_hundred_megabytes, 0, REFUSED, "has 100 MB, at most 64 MB are read"),
    "Latin-1": (holds(lambda c: '{"é": 1}'.encode("latin-1")), 0, REFUSED, "not UTF-8 text"),
    "UTF-16": (holds(lambda c: text_of(c).encode("utf-16")), 0, REFUSED, "not UTF-8 text"),
    "zeros at the end": (holds(lambda c: text_of(c) + "\0" * 512), 0, REFUSED, "not JSON"),
    "random": (holds(lambda c: bytes(range(256)) * 40), 0, REFUSED, "not UTF-8 text"),
    "a list": (holds(lambda c: "[1, 2]"), 0, REFUSED, "it is JSON of another kind"),
    "null": (holds(lambda c: "null"), 0, REFUSED, "it is JSON of another kind"),
    "deep": (holds(lambda c: "[" * 100_000 + "]" * 100_000), 0, REFUSED, "cannot be read"),
    "deep cells": (
        holds(lambda c: '{"nbformat": 4, "cells": ' + '{"a":' * 100_000 + "1" + "}" * 100_001),
        0,
        REFUSED,
        "its JSON cannot be read",
    ),
    "huge number": (
        holds(lambda c: '{"nbformat": 4, "cells": [], "x": ' + "9" * 100_000 + "}"),
        0,
        REFUSED,
        "its JSON cannot be read",
    ),
    # JSON that is no notebook
    "no cells": (holds(lambda c: '{"nbformat": 4}'), 0, REFUSED, "it has no cells"),
    "cells as dict": (changed(cells={"a": 1}), 0, REFUSED, "it has no cells"),
    "nbformat 2": (holds(lambda c: '{"nbformat": 2, "worksheets": 1}'), 0, REFUSED, "can be read"),
    "nbformat 999": (changed(nbformat=999), 0, REFUSED, "is not a notebook that can be read"),
    "nbformat text": (changed(nbformat="four"), 0, REFUSED, "is not a notebook that can be read"),
    "nbformat huge": (changed(nbformat=10**4000), 0, REFUSED, "is not a notebook that can be"),
    "50,000 cells": (holds(many_cells(50_000)), 0, REFUSED, "cells, at most 5000 are read"),
    # notebooks after all
    "byte order mark": (holds(lambda c: text_of(c).encode("utf-8-sig")), FULL, GRADED, ""),
    "nbformat 3": (holds(version_3), FULL, GRADED, ""),
    "nbformat 4.999": (changed(nbformat_minor=999), FULL, GRADED, ""),
    "bare": (holds(bare), FULL, GRADED, ""),
    "metadata as number": (changed(metadata=5), FULL, GRADED, ""),
    "not a number": (
        holds(lambda c: text_of(c)[:-1] + ', "x": NaN, "y": -Infinity}'),
        FULL,
        GRADED,
        "",
    ),
    "keys twice": (
        holds(lambda c: '{"cells": [], "nbformat": 3, ' + text_of(c)[1:]),
        FULL,
        GRADED,
        "",
    ),
    "cells of numbers": (
        holds(lambda c: c.solved() | {"cells": [*c.solved()["cells"], 5, None, [], "x"]}),
        FULL,
        GRADED,
        "",
    ),
    "no cells in it": (changed(cells=[]), 0, ODD, "cell add_backward is missing"),
    "another sheet": (holds(other_sheet), 0, ODD, "cell add_backward is missing"),
    "source as number": (holds(source_of(5)), FULL - 2, GRADED, ""),
    "source of numbers": (holds(source_of([1, {"a": 2}])), FULL - 2, GRADED, ""),
    "half a character": (holds(source_of("x = '\ud800'")), FULL - 2, GRADED, ""),
    "deep ids": (holds(lambda c: nested(c, 900)), FULL, GRADED, ""),
    "deepest ids": (holds(lambda c: nested(c, 980)), FULL, GRADED, ""),
    "4,000 cells": (holds(many_cells(4000)), FULL, GRADED, ""),
    "20 MB cell": (
        holds(lambda c: added(c.solved(), "#" + "x" * 20 * 2**20)),
        0,
        REFUSED,
        TOO_LONG,
    ),
    "20 MB text": (
        holds(lambda c: with_text(c, "a <b> " * 3 * 2**20)),
        0,
        REFUSED,
        "18 MB of text",
    ),
    "7 MB cell": (holds(lambda c: added(c.solved(), "#" + "\x01" * 2**20)), FULL, GRADED, ""),
    "3 MB text": (holds(lambda c: with_text(c, "a <b> " * 2**19)), FULL, GRADED, ""),
    "checks gone": (
        holds(lambda c: cells_without(c.solved(), "check-add_backward")),
        FULL,
        ODD,
        "cell check-add_backward is missing: put back",
    ),
    # what lies beside it
    "stamp is nonsense": (beside("timestamp.txt", "when it was done"), FULL, ODD, IGNORED),
    "stamp is half": (beside("timestamp.txt", "12:30"), FULL, ODD, IGNORED),
    "stamp is binary": (beside("timestamp.txt", b"\xff\xfe\0"), FULL, ODD, IGNORED),
    "stamp is huge": (beside("timestamp.txt", "2026 " * 10_000_000), FULL, ODD, IGNORED),
    "stamp is far": (beside("timestamp.txt", "99999-01-01 00:00:00 UTC"), FULL, ODD, IGNORED),
    "stamp is a link": (beside("timestamp.txt", Path("/etc/hostname")), FULL, ODD, IGNORED),
    "stamp is a pipe": (stamp_is_pipe, FULL, ODD, IGNORED),
    "stamp is to come": (beside("timestamp.txt", "9999-12-31 23:59:59 UTC"), FULL, GRADED, ""),
    "stamp is empty": (beside("timestamp.txt", "\n"), FULL, GRADED, ""),
    "link beside it": (beside("secret.txt", Path("/etc/passwd")), FULL, GRADED, ""),
    "dead link beside it": (beside("x.txt", Path("/nowhere/at/all")), FULL, GRADED, ""),
}
NEIGHBOURS = ("neighbour-1", "neighbour-2", "zz-neighbour")


def hand_in_all(course: Any) -> None:
    for name, case in BAD.items():
        path = course.folder / "submitted" / name / "demo" / "demo.ipynb"
        path.parent.mkdir(parents=True)
        case[0](course, path)
    for name in NEIGHBOURS:
        course.hand_in(name, course.solved())
