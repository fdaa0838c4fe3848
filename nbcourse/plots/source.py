"""The library's own code as a chapter shows it, so that page and library cannot differ."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any


def code_of(function: Callable[..., Any]) -> str:
    """Source of a function or class without its docstring; comments stay.

    Examples
    --------
    >>> from nbcourse.operations import add_forward
    >>> print(code_of(add_forward))
    def add_forward(x: Any, y: Any) -> tuple[Any, Pair]:
        return x + y, (x, y)
    """
    source = textwrap.dedent(inspect.getsource(function))
    lines = source.rstrip().splitlines()
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
    first = definition.body[0]
    if ast.get_docstring(definition) is not None:
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines)
