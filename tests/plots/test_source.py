"""Code shown on a page is the library's own, without its docstring."""

import ast
import inspect

import pytest

from nbcourse import graph, reverse_mode
from nbcourse.plots.source import code_of


@pytest.mark.parametrize(
    "function", [graph.backward, graph.Operation.__call__, reverse_mode.topological_order]
)
def test_everything_but_the_docstring_is_shown(function: object) -> None:
    shown = code_of(function)
    (definition,) = ast.parse(shown).body
    assert ast.get_docstring(definition) is None
    assert all(line.strip() in inspect.getsource(function) for line in shown.splitlines())
    compile(shown, "shown", "exec")


def test_comments_stay() -> None:
    assert "# Inputs behind the last gradient are constants" in code_of(graph.backward)


def without_docstring(x: float) -> float:
    return x


def test_a_function_without_a_docstring_is_shown_whole() -> None:
    assert code_of(without_docstring) == inspect.getsource(without_docstring).rstrip()
