"""A student's cells give the outputs that a notebook has, within limits."""

from collections.abc import Iterator
from typing import Any

import pytest

from nbcourse.grading.capture import MAX_OUTPUT
from nbcourse.grading.student import Student


@pytest.fixture(scope="module")
def shared() -> Iterator[Student]:
    """A process for the tests that leave it alive."""
    with Student() as student:
        yield student


def text_of(outputs: list[dict[str, Any]]) -> str:
    return "".join(output.get("text", "") for output in outputs)


CELLS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "streams in their order": (
        "import sys; print('a'); print('b', file=sys.stderr); print('c')",
        [("stream", "a\n"), ("stream", "b\n"), ("stream", "c\n")],
    ),
    "a value": ("1 + 1", [("execute_result", "2")]),
    "no value": ("x = 1;", []),
    "magic": ("%%capture kept\nprint(1)\ndisplay(2)", []),
    "display": ("display({'a': 1}); 3", [("display_data", "{'a': 1}"), ("execute_result", "3")]),
    "error": ("1 / 0", [("error", "ZeroDivisionError: division by zero")]),
    "syntax error": ("def f(:", [("error", "SyntaxError: invalid syntax")]),
    "exit": ("raise SystemExit(3)", [("error", "SystemExit: 3")]),
    "question": ("input('name?')", [("stream", "name?"), ("error", "EOFError: EOF when")]),
    "interrupt": ("raise KeyboardInterrupt", [("error", "KeyboardInterrupt")]),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_gives_a_notebooks_outputs(name: str, shared: Student) -> None:
    source, expected = CELLS[name]
    outputs = [o for o in shared.run("cell", source) if "To exit" not in o.get("text", "")]
    assert [output["output_type"] for output in outputs] == [kind for kind, _ in expected]
    for output, (kind, start) in zip(outputs, expected, strict=True):
        if kind == "error":
            shown = f"{output['ename']}: {output['evalue']}"
        else:
            shown = output.get("text") or output["data"]["text/plain"]
        assert shown.startswith(start)


def test_a_figure_is_kept_as_an_image(shared: Student) -> None:
    outputs = shared.run("cell", "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert [output["output_type"] for output in outputs] == ["display_data"]
    assert outputs[0]["data"]["image/png"].startswith("iVBOR")


def test_the_cells_after_an_error_run_with_what_came_before_it(shared: Student) -> None:
    shared.run("a", "value = 5; 1 / 0")
    assert text_of(shared.run("b", "print(value)")) == "5\n"


def test_endless_output_is_cut_and_the_cut_is_said(shared: Student) -> None:
    outputs = shared.run("cell", "for i in range(300): print('x' * 10_000)")
    text = text_of(outputs)
    assert MAX_OUTPUT <= len(text) < MAX_OUTPUT + 200
    assert "Output cut here: 1951724 more characters are not kept" in text
    outputs = shared.run("cell", "from IPython.display import HTML; HTML('x' * 2_000_000)")
    assert "Output cut here" in text_of(outputs)
    assert text_of(shared.run("cell", "print('next')")) == "next\n"


def test_a_worker_knows_nothing_of_the_machine_and_works_in_an_empty_folder(
    shared: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_TOKEN", "secret")
    source = "import os; print(sorted(os.listdir()), 'COURSE_TOKEN' in os.environ)"
    assert text_of(shared.run("cell", source)) == "[] False\n"
