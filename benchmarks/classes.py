"""A class of any size that hands in the sheet ``graphs``, made from a seed.

    python benchmarks/classes.py FOLDER [--students 200] [--seed 0]

writes ``FOLDER/<student>/graphs/graphs.ipynb``. The same seed gives the same bytes.
"""

import argparse
import ast
import json
import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

import numpy as np

from benchmarks.answers import (
    EXIT_CALL,
    EXIT_CELL,
    HANG_CALL,
    HANG_CELL,
    RIGHT,
    SCRATCH,
    WRONG,
)

ROOT = Path(__file__).resolve().parents[1]
SHEET = "graphs"
# Kind -> how many of 100 submissions, and what they are.
KINDS = {
    "right": (45, "complete and right"),
    "partly": (30, "some answers wrong"),
    "half": (15, "half of it not written"),
    "messy": (5, "errors, prints and figures in cells of their own"),
    "broken": (3, "broken notebooks: cut off, empty, cells missing or there twice"),
    "hang": (1, "hangs"),
    "exit": (1, "ends its own process"),
}
MISBEHAVING = ("hang", "exit")
BREAKS = ("cut off", "answer twice", "empty", "answer missing", "check missing")
NAMINGS = ("{}", "{}_", "my_{}", "{}1", "the_{}", "{}_value", "_{}", "new_{}", "{}2", "{}_tmp")


@dataclass(frozen=True)
class Handed:
    """One student's submission: its kind, and the bytes of the notebook."""

    student: str
    kind: str
    data: bytes


def make_class(count: int, seed: int = 0) -> list[Handed]:
    """Return the submissions of a class, by student.

    Parameters
    ----------
    count
        How many; each kind has its share of them, the largest remainders rounded up.
    seed
        What the class is drawn from.
    """
    path = ROOT / "exercises" / SHEET / f"{SHEET}.ipynb"
    released = json.loads(path.read_text(encoding="utf-8"))
    kinds = [kind for kind, number in shares(count).items() for _ in range(number)]
    # Two classes of different sizes from one seed share nothing, and nobody depends on that.
    rng = np.random.default_rng([seed, count])
    earlier: Counter[str] = Counter()
    handed = []
    for position, index in enumerate(rng.permutation(count), start=1):
        kind = kinds[index]
        data = _notebook(deepcopy(released), kind, earlier[kind], position, rng)
        earlier[kind] += 1
        handed.append(Handed(f"student-{position:05d}", kind, data))
    return handed


def shares(count: int) -> dict[str, int]:
    """Return how many submissions of each kind a class of this size has.

    >>> shares(200)["right"], sum(shares(7).values())
    (90, 7)
    """
    exact = {kind: count * percent / 100 for kind, (percent, _) in KINDS.items()}
    whole = {kind: int(number) for kind, number in exact.items()}
    by_remainder = sorted(exact, key=lambda kind: whole[kind] - exact[kind])
    for kind in by_remainder[: count - sum(whole.values())]:
        whole[kind] += 1
    return whole


def write_class(folder: Path, handed: Sequence[Handed]) -> None:
    """Write the submissions into a course's ``submitted`` folder."""
    for each in handed:
        path = folder / each.student / SHEET / f"{SHEET}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.data)


def _notebook(
    notebook: Any, kind: str, earlier: int, number: int, rng: np.random.Generator
) -> bytes:
    """One notebook of a kind; ``earlier`` of its kind are there, ``number`` makes it unlike all."""
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    bodies = _bodies(kind, rng)
    if kind in MISBEHAVING and earlier % 2:
        call = HANG_CALL if kind == "hang" else EXIT_CALL
        bodies["max_backward"] = f"{call}\nreturn dout, dout"
    for name, body in bodies.items():
        _write_answer(cells[name], renamed(body, rng))
    note = _new_cell("note", f"# Notes, page {number}: what I tried first did not work")
    _insert(notebook, int(rng.integers(5, 30)), note)
    if kind == "messy":
        for index in sorted(rng.choice(len(SCRATCH), 5, replace=False)):
            # Behind the given imports, which they use.
            place = int(rng.integers(5, len(notebook["cells"])))
            _insert(notebook, place, _new_cell(f"scratch-{index}", SCRATCH[index]))
    if kind in MISBEHAVING and not earlier % 2:
        place = notebook["cells"].index(cells["check-max_backward"])
        own = HANG_CELL if kind == "hang" else EXIT_CELL
        _insert(notebook, place + 1, _new_cell("own", own))
    if kind != "broken":
        return _written(notebook)
    return _broken(notebook, BREAKS[earlier % len(BREAKS)])


def _bodies(kind: str, rng: np.random.Generator) -> dict[str, str]:
    """What a student of a kind has written, by function."""
    names = list(RIGHT)
    wrong: set[str] = set()
    if kind == "partly" or (kind == "messy" and rng.random() < 0.5):
        wrong = set(rng.choice(names, int(rng.integers(2, 6)), replace=False).tolist())
    if kind == "half":
        names = names[: int(rng.integers(3, 7))]
        wrong = set(rng.choice(names, int(rng.integers(0, 2)), replace=False).tolist())
    return {name: str(rng.choice((WRONG if name in wrong else RIGHT)[name])) for name in names}


def renamed(body: str, rng: np.random.Generator) -> str:
    """The body with its own variables named in another way."""
    tree = ast.parse(f"def function():\n{indent(body, '    ')}")
    own = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    naming = str(rng.choice(NAMINGS))
    for name in sorted(own):
        body = re.sub(rf"(?<![.\w]){name}\b(?!=\w)", naming.format(name), body)
    return body


def _write_answer(cell: dict[str, Any], body: str) -> None:
    head = "".join(cell["source"]).partition("    # Your code here")[0]
    cell["source"] = f"{head}{indent(body, '    ')}".splitlines(keepends=True)


def _broken(notebook: Any, how: str) -> bytes:
    cells = notebook["cells"]
    place = {cell["id"]: position for position, cell in enumerate(cells)}
    match how:
        case "empty":
            return b""
        case "cut off":
            data = _written(notebook)
            return data[: len(data) * 2 // 3]
        case "answer twice":
            again = deepcopy(cells[place["add_backward"]]) | {"id": "again"}
            _insert(notebook, place["add_backward"] + 1, again)
        case "answer missing":
            del cells[place["matmul_backward"]]
        case "check missing":
            del cells[place["check-matmul_backward"]]
    return _written(notebook)


def _new_cell(cell_id: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _insert(notebook: Any, place: int, cell: dict[str, Any]) -> None:
    notebook["cells"].insert(place, cell)


def _written(notebook: Any) -> bytes:
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def main() -> None:
    """Write a class into a folder."""
    parser = argparse.ArgumentParser(description="Write a class that hands in the sheet graphs.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    write_class(arguments.folder, make_class(arguments.students, arguments.seed))


if __name__ == "__main__":
    main()
