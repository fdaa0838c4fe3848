"""The result of a check: a number for the grader, an explanation for the learner."""

from dataclasses import dataclass

#: What is checked, in the order in which it is told.
STAGES = {
    "missing": "Not there",
    "unfinished": "Not implemented yet",
    "arguments": "Wrong arguments",
    "raised": "Stopped with an error",
    "parts": "Not all parts returned",
    "shape": "Wrong shape",
    "type": "Wrong type",
    "dtype": "Wrong precision",
    "finite": "Not finite",
    "changed": "Changes its inputs",
    "random": "Not drawn from rng",
    "gradient": "Not the derivative",
    "reference": "Not the right value",
    "accepted": "Not refused",
    "limit": "Over a limit",
    "accuracy": "Not every mark reached",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one call.

    Parameters
    ----------
    stage : key of ``STAGES``
    part : the part of the result that is wrong, or None when it is the whole call
    message : what is wrong, to be read behind the name of the function or part
    inputs : the arguments of the call, in words
    where, got, expected, measured : for a wrong entry its index, the value returned, the right
        one, and the central difference if there is one
    large : whether the call was the one too large for finite differences
    """

    stage: str
    part: str | None
    message: str
    inputs: str = ""
    where: str = ""
    got: str = ""
    expected: str = ""
    measured: str = ""
    large: bool = False

    @property
    def rank(self) -> tuple[int, bool]:
        """Order of telling: by stage, and small cases before the large one."""
        return list(STAGES).index(self.stage), self.large


@dataclass(frozen=True)
class Part:
    """One of the things a function returns, and the first problem with it, if any."""

    name: str
    problem: Problem | None = None
    checked: bool = True

    @property
    def right(self) -> bool:
        """Whether this part was looked at and found right on every case."""
        return self.checked and self.problem is None


class Score(float):
    """Points earned: a float, so that nbgrader reads partial credit, with the reason attached.

    ``repr`` is the bare number, ``print`` shows a report, a notebook shows a table.

    Attributes
    ----------
    name : the function that was checked
    max_score : points for everything right
    parts : what is right and what is not, part by part
    problem : the first thing wrong, or None
    hint : one hint on what went wrong, or None
    note : what was measured, where that says more than right and wrong do

    Examples
    --------
    >>> score = Score(3.0, 3.0, "add_backward")
    >>> score, score.passed
    (3.0, True)
    """

    name: str
    max_score: float
    parts: tuple[Part, ...]
    problem: Problem | None
    hint: str | None
    note: str

    def __new__(
        cls,
        points: float,
        max_score: float,
        name: str,
        parts: tuple[Part, ...] = (),
        problem: Problem | None = None,
        hint: str | None = None,
        note: str = "",
    ) -> "Score":
        """Round to a ten-thousandth, so that thirds of a point read well in a gradebook."""
        score = super().__new__(cls, round(points, 4))
        score.name, score.max_score = name, float(max_score)
        score.parts, score.problem, score.hint, score.note = parts, problem, hint, note
        return score

    @property
    def passed(self) -> bool:
        """Whether every check passed and every point was earned."""
        return self.problem is None and float(self) == self.max_score

    @property
    def headline(self) -> str:
        """The verdict in one sentence.

        >>> Score(1.0, 1.0, "add_backward").headline
        'all checks pass'
        """
        problem = self.problem
        if problem is None:
            return "all checks pass"
        if problem.part is None:
            return problem.message
        return f"{problem.part} {problem.message}"

    def __str__(self) -> str:
        """The report as plain text, for terminals and logs."""
        lines = [f"{self.name}: {self.headline}  [{float(self):g} / {self.max_score:g} points]"]
        if self.problem is not None and self.problem.inputs:
            lines.append(f"  called with {self.problem.inputs}")
        if self.note:
            lines.append(f"  {self.note}")
        lines += [f"  {part.name}: {verdict(part)}" for part in self.parts if part.checked]
        if self.hint:
            lines.append(f"  Hint: {self.hint}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from nbcourse.exercise.view import score_html

        return score_html(self)


def verdict(part: Part) -> str:
    """What is known of a part, in a few words.

    >>> verdict(Part("dx", Problem("gradient", "dx", "differs", "", "[0]", "1", "2", "2.000001")))
    'dx[0] is 1, expected 2, measured 2.000001'
    """
    problem = part.problem
    if not part.checked:
        return "not checked"
    if problem is None:
        return "right"
    if not problem.got:
        return problem.message
    text = f"{part.name}{problem.where} is {problem.got}, expected {problem.expected}"
    return text + (f", measured {problem.measured}" if problem.measured else "")
