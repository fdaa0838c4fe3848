"""What a report says: scores, exercises, mistakes, submissions with problems.

A share is a share of the submissions that could be graded: those alone are counted in scores,
exercises and mistakes.
"""

from dataclasses import dataclass
from statistics import mean, median

from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS, Record


@dataclass(frozen=True)
class ExerciseSummary:
    """How an exercise went.

    Parameters
    ----------
    name, points
        The function, and what it is worth.
    share
        Mean share of its points, from 0 to 1.
    full, partly, none, not_attempted
        How many earned all of its points, some, none, and how many left it as it was released.
    """

    name: str
    points: float
    share: float
    full: int
    partly: int
    none: int
    not_attempted: int


@dataclass(frozen=True)
class Group:
    """The students who made the same mistake in an exercise.

    Parameters
    ----------
    exercise
        The function.
    text
        The hint that they were given, or in a few words what was wrong.
    students
        Who, in alphabetical order.
    share
        Their share of the class.
    """

    exercise: str
    text: str
    students: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Summary:
    """What a report says.

    Parameters
    ----------
    sheet, title
        The sheet.
    records
        Every submission that grading has looked at, by student.
    counted
        Those that could be graded: what scores, exercises and mistakes are taken from.
    without_results
        Students graded by a version that recorded no results of exercises.
    waiting
        Students whose submission was not graded yet.
    exercises
        In the order of the sheet.
    mistakes
        With a hint, the most frequent first.
    unexplained
        Wrong without a hint, in the order of the checks, then the most frequent first.
    """

    sheet: str
    title: str
    records: tuple[Record, ...]
    counted: tuple[Record, ...]
    without_results: tuple[str, ...]
    waiting: tuple[str, ...]
    exercises: tuple[ExerciseSummary, ...]
    mistakes: tuple[Group, ...]
    unexplained: tuple[Group, ...]

    @property
    def states(self) -> dict[str, int]:
        """How many submissions there are in each state."""
        found = [record.state for record in self.records]
        return {state: found.count(state) for state in (GRADED, WITH_PROBLEMS, NOT_GRADED)}

    @property
    def max_score(self) -> float:
        """The points that there are."""
        return max((record.max_score for record in self.counted), default=0.0)

    @property
    def mean(self) -> float | None:
        """The mean score, None when there is no score."""
        return mean(record.score for record in self.counted) if self.counted else None

    @property
    def median(self) -> float | None:
        """The median score, None when there is no score."""
        return median(record.score for record in self.counted) if self.counted else None

    @property
    def troubled(self) -> list[Record]:
        """The submissions of which something is told, those that were not graded first."""
        found = [each for each in self.records if each.state != GRADED or each.reason]
        return sorted(found, key=lambda each: (each.state != NOT_GRADED, each.student_id))
