"""A solution cell: one function, its signature and docstring given, its body marked as the answer.

Students see everything outside the markers; nbgrader puts a stub in the place of the rest.
"""

import ast

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"


def solution_regions(source: str) -> list[tuple[int, int]] | None:
    """Return the lines of each BEGIN and END marker; None where they do not come in pairs.

    Lines count from 1, as in ``ast``.

    Examples
    --------
    >>> solution_regions("def f(x):\\n    ### BEGIN SOLUTION\\n    return x\\n    ### END SOLUTION")
    [(2, 4)]
    >>> solution_regions("### END SOLUTION") is None
    True
    """
    regions = []
    begin = None
    for number, line in enumerate(source.split("\n"), start=1):
        # nbgrader looks for the words anywhere in a line; a marker line holds nothing else.
        if "BEGIN SOLUTION" in line:
            if begin is not None or line.strip() != BEGIN:
                return None
            begin = number
        elif "END SOLUTION" in line:
            if begin is None or line.strip() != END:
                return None
            regions.append((begin, number))
            begin = None
    return regions if begin is None else None


def solution_lines(source: str) -> list[str]:
    """Return the lines between the markers, without blank ones and indentation.

    Examples
    --------
    >>> solution_lines("def f(x):\\n    ### BEGIN SOLUTION\\n    return x\\n    ### END SOLUTION")
    ['return x']
    """
    lines = source.split("\n")
    return [
        line.strip()
        for begin, end in solution_regions(source) or []
        for line in lines[begin : end - 1]
        if line.strip()
    ]


def solution_fault(source: str) -> str | None:
    """Return what is wrong with a solution cell and what to do; None if it is right."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return f"is not valid Python: {error.msg} in line {error.lineno} of the cell"
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if len(functions) != 1:
        names = ", ".join(function.name for function in functions) or "none"
        return (
            f"a cell tagged 'solution' defines one function, this one has {len(functions)} "
            f"({names}): put the graded function here and helpers into a cell tagged 'given'"
        )
    function = functions[0]
    if len(tree.body) > 1:
        return (
            f"a cell tagged 'solution' holds the function and nothing else: move what stands "
            f"around {function.name!r} to another cell"
        )
    regions = solution_regions(source)
    if not regions:
        return (
            f"the body of {function.name!r} needs a line {BEGIN!r} after the docstring and a line "
            f"{END!r} at its end"
        )
    docstring = function.body[0]
    assert docstring.end_lineno is not None
    if ast.get_docstring(function) is None:
        return f"{function.name!r} has no docstring, and students read there what to return: add it"
    if regions[0][0] <= docstring.end_lineno:
        return f"{BEGIN!r} must stand below the docstring of {function.name!r}: students need both"
    return _stub_fault(source, regions, function)


def _stub_fault(
    source: str, regions: list[tuple[int, int]], function: ast.FunctionDef
) -> str | None:
    """What is wrong with the function that is left when the regions are cut out."""
    lines = source.split("\n")
    for begin, end in reversed(regions):
        indent = lines[begin - 1][: len(lines[begin - 1]) - len(lines[begin - 1].lstrip())]
        lines[begin - 1 : end] = [f"{indent}raise NotImplementedError"]
    try:
        left = ast.parse("\n".join(lines)).body
    except SyntaxError:
        left = []
    if len(left) != 1 or not isinstance(left[0], ast.FunctionDef):
        return (
            f"without its solution {function.name!r} is not a function any more: put the markers "
            "round whole statements of its body, indented as they are"
        )
    return None
