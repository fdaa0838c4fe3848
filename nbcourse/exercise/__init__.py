"""Exercises and the checks that judge a student's function.

An ``Exercise`` says what is right, ``check_function`` finds the first thing that is not, and the
``Score`` it returns is the number of points, the reason and one hint. A ``Project`` is several
functions that are judged by what they do together.
"""

from nbcourse.exercise.checking import check_function
from nbcourse.exercise.definition import Exercise, Mistake, Project, Sheet
from nbcourse.exercise.score import Score

__all__ = ["Exercise", "Mistake", "Project", "Score", "Sheet", "check_function"]
