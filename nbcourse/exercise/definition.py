"""What an exercise is: the right answer, the inputs to try, and the mistakes people make."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nbcourse.exercise.score import Score

Function = Callable[..., Any]


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students really write, and the hint that helps.

    Parameters
    ----------
    hint : one or two sentences to the student: what was done, and what to do about it
    function : the wrong implementation; a result equal to its result gets the hint
    explains : where the same mistake gives other numbers in other people's code, because it
        depends on an order that is theirs to choose: ``explains(args, result)``, whether the
        result of a call comes from this mistake
    """

    hint: str
    function: Function
    explains: Callable[[tuple[Any, ...], Any], bool] | None = None


@dataclass(frozen=True, eq=False)  # compared and hashed as the one object it is
class Exercise:
    """One graded function.

    Parameters
    ----------
    name : the function students write
    points : for a function with every part right
    reference : the right implementation
    parts : names of what it returns, in order; for a function that returns a dict with fixed
        keys, those keys
    cases : ``cases(rng)`` yields tuples of inputs: several shapes, drawn from ``rng``, with
        N = 1 and D = 1 where the operation allows them, inside its domain, away from its kinks
    large : ``large(rng)`` returns one tuple of inputs so large that finite differences would not
        finish within the time of a call
    forward : for an exercise on gradients ``forward(*inputs)``, the reference forward pass: it
        returns ``(out, cache)`` for a backward pass, the scalar itself otherwise
    wrt : part -> position of the input of ``forward`` whose gradient it is; for an input that is
        a list or a dict of arrays the part is one of their gradients
    upstream : True for a backward pass: the student's function gets ``(dout, cache)``, with a
        random ``dout``; otherwise it gets the inputs
    accept : where many answers are right, ``accept(args, result)`` returns None for a right one
        and otherwise a sentence that says what is wrong; takes the place of the comparison with
        the reference
    align : where something in an answer is free that does not matter, such as the sign of a column,
        ``align(result, expected)`` returns the result with it chosen as in the right answer;
        it is then compared like any other, part by part. What it cannot make sense of it returns
        as it is.
    refused : what the function must refuse with a ValueError, in words, and ``inputs(rng)``, which
        returns one tuple of such inputs
    mistakes : wrong implementations, each with its own hint
    alternatives : other right implementations, which must get full marks
    summary : what the function does, in a few words, for listings
    """

    name: str
    points: float
    reference: Function
    parts: tuple[str, ...]
    cases: Callable[[np.random.Generator], Iterable[tuple[Any, ...]]]
    mistakes: tuple[Mistake, ...]
    alternatives: tuple[Function, ...]
    summary: str
    large: Callable[[np.random.Generator], tuple[Any, ...]] | None = None
    forward: Function | None = None
    wrt: Mapping[str, int] = field(default_factory=dict)
    upstream: bool = False
    accept: Callable[[tuple[Any, ...], Any], str | None] | None = None
    align: Callable[[Any, Any], Any] | None = None
    refused: tuple[str, Callable[[np.random.Generator], tuple[Any, ...]]] | None = None

    def __post_init__(self) -> None:
        """Refuse a definition that could not be checked."""
        unknown = set(self.wrt) - set(self.parts)
        if unknown or (self.wrt and self.forward is None) or (self.upstream and not self.wrt):
            raise ValueError(
                f"exercise {self.name}: wrt must name parts among {self.parts} and needs forward; "
                f"upstream needs wrt"
            )

    @property
    def functions(self) -> Mapping[str, Function]:
        """What students write, by name: the right function of it."""
        return {self.name: self.reference}


@dataclass(frozen=True, eq=False)
class Project:
    """Several functions with one result, which is judged as a whole.

    Parameters
    ----------
    name : the name of the whole, which is none of its functions'
    points : for a result that leaves nothing to be wished for
    functions : name -> a right function, in the order in which they are written and checked
    parts : what the points are given for, in equal shares
    judge : ``judge(functions, seed)`` calls what a student wrote, in the order of ``functions``,
        and returns the score
    mistakes : hint -> wrong implementations that get it, each a tuple of all functions
    alternatives : other right implementations, which must get full marks
    summary : what is to be done, in a few words, for listings
    """

    name: str
    points: float
    functions: Mapping[str, Function]
    parts: tuple[str, ...]
    judge: Callable[[Sequence[Any], str | None], "Score"]
    mistakes: Mapping[str, tuple[tuple[Function, ...], ...]]
    alternatives: tuple[tuple[Function, ...], ...]
    summary: str


@dataclass(frozen=True)
class Sheet:
    """An exercise sheet: ``solutions/<name>.md`` and the exercises in it, in their order."""

    name: str
    title: str
    exercises: tuple[Exercise | Project, ...]
