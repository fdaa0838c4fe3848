"""The inputs of a check, and all that can be known of them before a student's function runs."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from nbcourse.exercise.comparison import copied, difference
from nbcourse.exercise.definition import Exercise, Function
from nbcourse.gradcheck import numerical_gradient

#: How often the cases of an exercise are drawn anew.
ROUNDS = 3
#: Size of the upstream gradient of the large case: the error of a finite difference, about 1e-11
#: however small the derivative is, comes to stand above the absolute tolerance.
LOUD = 1e5


@dataclass(frozen=True)
class Raised:
    """The outcome of a call that raised an exception."""

    error: BaseException

    @property
    def kind(self) -> str:
        """Name of the exception's type."""
        return type(self.error).__name__


@dataclass(frozen=True, eq=False)  # compared and hashed as the one object it is
class Case:
    """One call to make: its arguments, the right result, and the measured gradients.

    It is made once and used for everyone: its arrays cannot be written to.
    """

    args: tuple[Any, ...]
    expected: Any
    numeric: Mapping[str, Any]
    unit_upstream: Any
    large: bool


class CalledElsewhere(ABC):
    """A function that does not run here, but where it has arguments of its own."""

    @abstractmethod
    def announce(self, cases: Sequence[Case]) -> None:
        """Say which cases will be attempted next, in this order, though perhaps not to the end."""

    @abstractmethod
    def attempt(self, case: Case) -> tuple[Any, Any]:
        """Call it with the arguments of a case.

        Returns
        -------
        tuple
            What it returns, and the arguments as they are after the call, or None when the call
            has left them as they were.
        """


@dataclass(frozen=True, eq=False)
class Trial:
    """One call that was made: what came back, and the positions of the arguments it changed.

    ``repeatable`` is False when the same call, made again, gave something else, ``drawn`` when
    another generator gave the same. ``not_refused`` says what came of a call that should have been
    refused, where it was not.
    """

    exercise: Exercise
    case: Case
    outcome: Any
    changed: tuple[int, ...] = ()
    repeatable: bool = True
    drawn: bool = True
    not_refused: str = ""

    @cached_property
    def complaint(self) -> str | None:
        """Where many answers are right, what is wrong with this one, if anything is."""
        return complaint(self.exercise, self.case, self.outcome)

    @cached_property
    def right(self) -> bool:
        """Whether the call came out right, or close enough to be no slip."""
        if isinstance(self.outcome, Raised):
            return False
        if self.exercise.accept is not None:
            return self.complaint is None
        return difference(self.outcome, self.case.expected) is None


def call(function: Function, args: tuple[Any, ...]) -> Any:
    """Result of a call on fresh copies of the arguments, or ``Raised``."""
    try:
        with np.errstate(all="ignore"):
            return function(*map(copied, args))
    except (Exception, SystemExit) as error:
        return Raised(error)


@lru_cache(maxsize=64)
def prepare(exercise: Exercise, seed: str | None) -> tuple[Case, ...]:
    """The cases of an exercise for a seed; the same for everyone who is checked with it.

    Without a seed these are the cases of the local check. A grader's seed gives other numbers and
    other shapes.
    """
    cases = []
    for round_ in range(ROUNDS):
        rng = generator(exercise.name, seed, round_)
        cases += [_case(exercise, inputs, rng, False) for inputs in exercise.cases(rng)]
    if exercise.large:
        rng = generator(exercise.name, seed, ROUNDS)
        cases.append(_case(exercise, exercise.large(rng), rng, True))
    return tuple(cases)


@lru_cache(maxsize=64)
def refused_case(exercise: Exercise, seed: str | None) -> Case | None:
    """The call that must raise a ValueError, where an exercise has one."""
    if exercise.refused is None:
        return None
    args = exercise.refused[1](generator(exercise.name, seed, ROUNDS + 1))
    _lock(args)
    return Case(args, None, {}, None, False)


def generator(name: str, seed: str | None, round_: int) -> np.random.Generator:
    """Random numbers that depend on exercise, seed and round alone, on every machine alike."""
    text = f"{name}|{seed or 'local'}|{round_}"
    return np.random.default_rng(list(hashlib.sha256(text.encode()).digest()))


class WorkedOut(Sequence[Any]):
    """Something of every case, each worked out when it is first asked for, then kept.

    Most mistakes are told from an answer by one small case; the others are then not run for it.
    """

    def __init__(self, count: int, work: Callable[[int], Any]) -> None:
        self._count, self._work = count, work
        self._known: dict[int, Any] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position: Any) -> Any:
        """Return what belongs to the case at this position."""
        if position not in self._known:
            if position not in range(self._count):
                raise IndexError(position)
            self._known[position] = self._work(position)
        return self._known[position]


@lru_cache(maxsize=4096)  # all mistakes of a few sheets, for two seeds
def outcomes(exercise: Exercise, function: Function, seed: str | None) -> WorkedOut:
    """What a known mistake gives on every case; computed once, then compared with everyone."""
    cases = prepare(exercise, seed)

    def work(position: int) -> Any:
        case = cases[position]
        return aligned(exercise, case, call(function, case.args))

    return WorkedOut(len(cases), work)


def aligned(exercise: Exercise, case: Case, outcome: Any) -> Any:
    """An outcome with what is free in it chosen as in the right one."""
    if exercise.align is None or isinstance(outcome, Raised):
        return outcome
    return exercise.align(outcome, case.expected)


@lru_cache(maxsize=4096)
def complaints(exercise: Exercise, function: Function, seed: str | None) -> WorkedOut:
    """What is wrong with the outcomes of a known mistake, where many answers are right."""
    cases, given = prepare(exercise, seed), outcomes(exercise, function, seed)
    return WorkedOut(len(cases), lambda at: complaint(exercise, cases[at], given[at]))


def complaint(exercise: Exercise, case: Case, outcome: Any) -> str | None:
    """What is wrong with an outcome by the exercise's own judgement; None when it is right."""
    if isinstance(outcome, Raised):
        return "raised an exception"
    assert exercise.accept is not None
    return exercise.accept(case.args, outcome)


def _lock(value: Any) -> None:
    """Make all arrays in a value read-only: whoever tries to write to one is told."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, (tuple, list)):
        for part in value:
            _lock(part)
    elif isinstance(value, dict):
        for part in value.values():
            _lock(part)


def _case(
    exercise: Exercise, inputs: tuple[Any, ...], rng: np.random.Generator, large: bool
) -> Case:
    args, dout, unit_upstream = inputs, None, None
    if exercise.upstream:
        assert exercise.forward is not None
        out, cache = exercise.forward(*map(copied, inputs))
        # Never all ones: those hide a backward pass that ignores dout.
        dout = (LOUD if large else 1.0) * rng.standard_normal(np.shape(out))[()]
        args = (dout, cache)
        unit_upstream = exercise.reference(np.ones_like(dout)[()], copied(cache))
    expected = exercise.reference(*map(copied, args))
    numeric = {}
    if not large:
        for part, position in exercise.wrt.items():
            numeric[part] = _measured(exercise, inputs, position, dout)
    for value in (args, expected, numeric, unit_upstream):
        _lock(value)
    return Case(args, expected, numeric, unit_upstream, large)


def _measured(exercise: Exercise, inputs: tuple[Any, ...], position: int, dout: Any) -> Any:
    """Central difference of ``sum(dout * out)`` with respect to one input of the forward pass."""
    assert exercise.forward is not None
    forward = exercise.forward

    def loss(x: Any) -> Any:
        result = forward(*inputs[:position], x, *inputs[position + 1 :])
        return np.sum(dout * result[0]) if exercise.upstream else result

    return _gradient(loss, inputs[position])


def _gradient(loss: Function, x: Any) -> Any:
    """Measured gradient with respect to an array, or to each array in a list or a dict."""
    if isinstance(x, dict):
        return {key: _gradient(lambda y, key=key: loss(x | {key: y}), x[key]) for key in x}
    if isinstance(x, list):
        return [
            _gradient(lambda y, i=i: loss([*x[:i], y, *x[i + 1 :]]), x[i]) for i in range(len(x))
        ]
    return numerical_gradient(lambda y: loss(y[()]), np.asarray(x, dtype=np.float64))
