"""What a cell prints is on the page as it was printed, however a kernel sends it."""

import os
from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest
from myst_nb.core import render
from myst_nb.core.utils import coalesce_streams
from nbformat.v4 import new_output
from sphinx.application import Sphinx


def part(text: str, name: str = "stdout") -> Any:
    return new_output("stream", name=name, text=text)


FIGURE = new_output("display_data", {"text/plain": "figure"})
# How it arrived -> the texts of the streams on the page.
ARRIVED: dict[str, tuple[list[Any], list[str]]] = {
    "at once": ([part("loss 0.5\n")], ["loss 0.5\n"]),
    "between two arguments": ([part("loss"), part(" 0.5\n")], ["loss 0.5\n"]),
    "after a blank": ([part("loss "), part("0.5\n")], ["loss 0.5\n"]),
    "between two lines": ([part("a\n"), part("b\n")], ["a\nb\n"]),
    "before an empty line": ([part("a\n"), part("\n"), part("b\n")], ["a\n\nb\n"]),
    "round a figure": ([part("a "), FIGURE, part("b")], ["a b\n"]),
    "two streams": ([part("a "), part("x ", "stderr"), part("b"), part("y", "stderr")],
                    ["a b\n", "x y\n"]),
    "nothing": ([], []),
}  # fmt: skip


@pytest.mark.parametrize("how", ARRIVED)
def test_parts_of_a_stream_are_put_together_as_printed(
    how: str, extension: Callable[[str], ModuleType]
) -> None:
    outputs, expected = ARRIVED[how]
    before = deepcopy(outputs)
    shown = extension("streams").joining(coalesce_streams)(outputs)
    assert [each["text"] for each in shown if each["output_type"] == "stream"] == expected
    assert [each for each in shown if each["output_type"] != "stream"] == [
        each for each in outputs if each["output_type"] != "stream"
    ]
    assert outputs == before, "what is stored stays as it is"


def test_the_book_is_rendered_with_it(
    monkeypatch: pytest.MonkeyPatch, extension: Callable[[str], ModuleType]
) -> None:
    extension("streams")
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(render, "coalesce_streams", coalesce_streams)
    import_module("course_book").setup(Mock(spec=Sphinx))
    (shown,) = render.coalesce_streams([part("loss"), part(" 0.5")])
    assert shown["text"] == "loss 0.5\n"
