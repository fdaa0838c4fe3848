"""Exercises and the checks that judge a student's function.

An ``Exercise`` says what is right, ``check_function`` finds the first thing that is not, and the
``Score`` it returns is the number of points, the reason and one hint.
"""

from nbcourse.exercise.checking import check_function
from nbcourse.exercise.definition import Exercise, Mistake, Sheet
from nbcourse.exercise.score import Score

__all__ = ["Exercise", "Mistake", "Score", "Sheet", "check_function"]
