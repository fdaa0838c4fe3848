"""What a solved sheet must hold: the rules that tie its cells to the sheet's exercises.

Every rule that a sheet breaks becomes one ``Problem``, with the place and what to do, so that an
author sees all of them at once and not one a run.
"""

import ast
from collections.abc import Callable, Iterator

from nbcourse.authoring.cells import Cell, Problem, SolvedSheet
from nbcourse.authoring.signature import bare_signature
from nbcourse.authoring.solution import solution_fault
from nbcourse.exercise import Exercise, Project, Sheet

# What the builder and nbgrader write or cut out themselves.
_MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")


def sheet_problems(solved: SolvedSheet, sheet: Sheet) -> list[Problem]:
    """Return everything its author must put right before a sheet can be built.

    Parameters
    ----------
    solved
        The sheet as it was read.
    sheet
        The exercises it should hold, in any order.

    Returns
    -------
    list of Problem
        In the order of the file; what is missing from it comes last.
    """
    if not solved.cells:
        return list(solved.problems) or [Problem(solved.file, 0, "", "has no cells")]
    check = _SheetCheck(solved, sheet)
    found = [
        Problem(solved.file, cell.line, cell.heading, text)
        for cell in solved.cells
        for text in check.cell(cell)
    ]
    in_order = sorted([*solved.problems, *found], key=lambda problem: problem.line)
    return [*in_order, *(Problem(solved.file, 0, "", text) for text in check.missing())]


class _SheetCheck:
    """One pass over the cells, remembering what was met before."""

    def __init__(self, solved: SolvedSheet, sheet: Sheet) -> None:
        self.sheet = sheet
        self.exercises = {exercise.name: exercise for exercise in sheet.exercises}
        self.functions = {
            name: function for each in sheet.exercises for name, function in each.functions.items()
        }
        self.solved_at: dict[str, int] = {}
        self.checked_at: dict[str, int] = {}
        self.all_solved = {
            name
            for cell in solved.cells
            if cell.kind == "solution" and (name := _function_name(cell)) is not None
        }

    def cell(self, cell: Cell) -> Iterator[str]:
        """What is wrong with one cell."""
        if cell.kind == "solution":
            yield from self.solution(cell)
        elif marker := next((marker for marker in _MARKERS if marker in cell.source), None):
            yield (
                f"{marker!r} stands in a cell that is not tagged 'solution': "
                "tag the cell, or take the marker out"
            )
        elif cell.kind == "check":
            yield from self.check(cell)

    def solution(self, cell: Cell) -> Iterator[str]:
        """What is wrong with a solution cell."""
        if fault := solution_fault(cell.source):
            yield fault
        name = _function_name(cell)
        if name is None:
            return
        if name in self.solved_at:
            yield (
                f"{name!r} is already defined at line {self.solved_at[name]}: "
                "keep one solution cell for each exercise"
            )
            return
        self.solved_at[name] = cell.line
        if name not in self.functions:
            yield f"{name!r} is not an exercise of the sheet: {self._add_to_spec()}"
        elif difference := _signature_difference(cell, self.functions[name]):
            yield difference

    def check(self, cell: Cell) -> Iterator[str]:
        """What is wrong with a check cell."""
        name = checked_name(cell)
        if name is None:
            yield (
                "a cell tagged 'check' holds one line and nothing else, such as "
                'check("add_backward", add_backward)'
            )
        elif name not in self.exercises:
            yield f"checks {name!r}, which is not an exercise of the sheet: {self._add_to_spec()}"
        elif name in self.checked_at:
            yield f"{name!r} is already checked at line {self.checked_at[name]}: keep one check"
        elif not _same_code(cell.source, line := _check_line(self.exercises[name])):
            yield f"a check of {name!r} is the line {line}"
        else:
            self.checked_at[name] = cell.line
            if any(
                function not in self.solved_at and function in self.all_solved
                for function in self.exercises[name].functions
            ):
                yield f"checks {name!r} before its solution: move this cell below the solution"

    def missing(self) -> Iterator[str]:
        """What the spec has and the sheet lacks."""
        for name, exercise in self.exercises.items():
            lacking = [each for each in exercise.functions if each not in self.all_solved]
            for function in lacking:
                yield (
                    f"the exercise {function!r} has no solution: add a cell tagged 'solution' that "
                    "defines it, or take it out of the spec"
                )
            if not lacking and name not in self.checked_at:
                yield (
                    f"the exercise {name!r} has no check: add a cell tagged 'check' with "
                    f"{_check_line(exercise)} below its solution"
                )

    def _add_to_spec(self) -> str:
        module = self.sheet.name.replace("-", "_")
        return f"correct the name, or add it to nbcourse/specs/{module}"


def checked_name(cell: Cell) -> str | None:
    """Return the exercise that a check cell names, None where the cell has another form.

    Examples
    --------
    >>> checked_name(Cell("check", 'check("add_backward", add_backward)', "Add", 12))
    'add_backward'
    >>> checked_name(Cell("check", 'check("capstone", (train, predict))', "All", 40))
    'capstone'
    >>> checked_name(Cell("check", 'check("add_backward", my_add)', "Add", 12)) is None
    True
    """
    match _parse(cell.source):
        case ast.Module(
            body=[
                ast.Expr(
                    ast.Call(
                        func=ast.Name("check"),
                        args=[ast.Constant(str(name)), ast.Name() | ast.Tuple() as checked],
                        keywords=[],
                    )
                )
            ]
        ) if "\n" not in cell.source.strip():
            if isinstance(checked, ast.Tuple) or checked.id == name:
                return name
    return None


def _check_line(exercise: Exercise | Project) -> str:
    """The one line of the cell that checks an exercise."""
    names = ", ".join(exercise.functions)
    return f'check("{exercise.name}", {f"({names})" if isinstance(exercise, Project) else names})'


def _same_code(source: str, other: str) -> bool:
    return ast.dump(ast.parse(source)) == ast.dump(ast.parse(other))


def _function_name(cell: Cell) -> str | None:
    """The one function that a solution cell defines."""
    tree = _parse(cell.source)
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] if tree else []
    return names[0] if len(names) == 1 else None


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:
        return None


def _signature_difference(cell: Cell, reference: Callable[..., object]) -> str | None:
    """Where the parameters of a solution differ from the reference's, in names or defaults."""
    function = next(
        node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)
    )
    # A lambda with the same parameters: it needs none of the names that the body and the
    # annotations use, and has the values of the defaults, to compare with the reference's.
    bare = ast.fix_missing_locations(ast.Expression(ast.Lambda(function.args, ast.Constant(None))))
    try:
        given = bare_signature(eval(compile(bare, "<signature>", "eval")))
    except Exception as error:
        return f"the defaults in ({ast.unparse(function.args)}) cannot be read: {error}"
    expected = bare_signature(reference)
    if str(given) == str(expected):
        return None
    return (
        f"the signature is {function.name}{given}, the reference has {function.name}{expected}: "
        "make them the same"
    )
