"""Write the sample class: ``submitted/<student>/<sheet>/<sheet>.ipynb`` beside this file.

Every submission is the released notebook with one student's answers in it: the sheet's own
solutions, or the functions in ``answers/<sheet>/<student>.txt``, or none. The same files always
give the same bytes.

    python examples/make_class.py [FOLDER]
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from nbcourse.authoring.cells import read_solved_sheet

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FOUR = ("ada", "blaise", "carl", "dora")
EIGHT = (*FOUR, "emil", "fanny", "georg", "hedy")
# Who hands in which sheet.
HANDED_IN = {
    "neurons": FOUR,
    "graphs": EIGHT,
    "gradient-checking": EIGHT,
    "networks": FOUR,
    "activations": FOUR,
    "data": FOUR,
    "initialization": FOUR,
    "optimizers": FOUR,
    "training": FOUR,
    "batch-norm": FOUR,
    "capstone": FOUR,
}
SOLVED = ("ada", "hedy")
# The share of the file that arrived.
CUT_OFF = {"hedy": 0.6}

_MARKER = re.compile(r" *### (BEGIN|END) SOLUTION\n?")
_FUNCTION = re.compile(r"^def (\w+)\(.*\):\n((?:(?: +.*)?\n)+)", re.MULTILINE)


def solutions(sheet: str) -> dict[str, str]:
    """The sheet's own solution cells, without their markers."""
    file = ROOT / "solutions" / f"{sheet}.md"
    cells = [cell for cell in read_solved_sheet(file, file.name).cells if cell.kind == "solution"]
    sources = [_MARKER.sub("", cell.source).rstrip() for cell in cells]
    return {source.split("(")[0].removeprefix("def "): source for source in sources}


def answers(text: str, released: dict[str, str]) -> dict[str, str]:
    """The cells that a student fills in: the released head of a function, with another body."""
    bodies = {name: body.rstrip() for name, body in _FUNCTION.findall(text)}
    unknown = set(bodies) - set(released)
    if unknown:
        raise ValueError(f"no cell for {', '.join(sorted(unknown))} in the released notebook")
    return {
        name: released[name].partition("    # Your code here")[0] + body
        for name, body in bodies.items()
    }


def first_cell(text: str) -> str:
    """What a student put into a cell of their own at the top: what stands above the functions."""
    above = text.partition('"""\n')[2].partition("\ndef ")[0].strip()
    return "" if above.startswith("def ") else above


def submission(student: str, sheet: str) -> bytes:
    """The notebook that a student hands in."""
    notebook: dict[str, Any] = json.loads(
        (ROOT / "exercises" / sheet / f"{sheet}.ipynb").read_text(encoding="utf-8")
    )
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    filled: dict[str, str] = {}
    file = HERE / "answers" / sheet / f"{student}.txt"
    if student in SOLVED:
        filled = solutions(sheet)
    elif file.exists():
        text = file.read_text(encoding="utf-8")
        released = {name: "".join(cell["source"]) for name, cell in cells.items()}
        filled = answers(text, released)
        if top := first_cell(text):
            notebook["cells"].insert(1, code_cell(f"{student}-1", top))
    for name, source in filled.items():
        cells[name]["source"] = source.splitlines(keepends=True)
    data = (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
    return data[: int(len(data) * CUT_OFF.get(student, 1))]


def code_cell(cell_id: str, source: str) -> dict[str, Any]:
    """A cell that the student added."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def main(folder: Path = HERE / "submitted") -> None:
    """Write all submissions."""
    for sheet, students in HANDED_IN.items():
        for student in students:
            path = folder / student / sheet / f"{sheet}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(submission(student, sheet))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
