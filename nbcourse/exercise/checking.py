"""The check itself: call the function on every case and find the first thing that is wrong."""

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import replace
from typing import Any

import numpy as np

from nbcourse.exercise.cases import (
    CalledElsewhere,
    Case,
    Raised,
    Trial,
    aligned,
    prepare,
    refused_case,
)
from nbcourse.exercise.comparison import (
    copied,
    difference,
    differs,
    kind_of,
    only_values_can_differ,
    same,
    unchanged,
)
from nbcourse.exercise.definition import Exercise
from nbcourse.exercise.description import (
    argument_names,
    describe,
    entry,
    explain_error,
    message_of,
)
from nbcourse.exercise.diagnosis import diagnose
from nbcourse.exercise.plain import plain
from nbcourse.exercise.score import Part, Problem, Score

#: Share of the points that is left when every number is right, but the inputs were changed, or
#: random numbers came from elsewhere than the generator that was passed, or inputs that have no
#: right answer got one.
DEPARTED = 0.8
# What is wrong with a call whose result may be right all the same.
_DEPARTURES = ("changed", "random", "accepted")

# Central differences carry rounding errors of about 1e-10 times the size of the function.
NUMERIC_RTOL = 1e-4
NUMERIC_ATOL = 1e-5

_BAD_CALL = re.compile(r"\(\) (takes|missing|got an unexpected|got multiple)")


def check_function(exercise: Exercise, function: Any, seed: str | None = None) -> Score:
    """Judge a student's function.

    Parameters
    ----------
    exercise : what is asked
    function : the student's function, or None when there is none
    seed : None for the inputs of the local check, a grader's seed for others

    Returns
    -------
    Score
        Points for every part that is right on every case; the first thing that is wrong, in the
        order existence, arguments, number of parts, shapes, types, unchanged inputs, central
        differences, reference; and one hint.
    """
    if function is None:
        return _unchecked(exercise, "missing", "there is no function of this name")
    if not callable(function):
        return _unchecked(exercise, "missing", f"this is {kind_of(function)}, not a function")
    trials: list[Trial] = []
    cases = prepare(exercise, seed)
    if isinstance(function, CalledElsewhere):
        function.announce(cases)
    for case in cases:
        if case.large and _nothing_left(exercise, trials):
            break  # the call that takes longest could change no point
        trial = _attempt(exercise, function, case)
        if isinstance(trial.outcome, Raised) and trial.outcome.kind == "NotImplementedError":
            return _unchecked(exercise, "unfinished", "not implemented yet")
        trials.append(trial)
    if any(isinstance(arg, np.random.Generator) for arg in cases[0].args):
        trials[0] = _repeated(exercise, function, trials[0])
    if refused := refused_case(exercise, seed):
        trials[0] = _refusing(exercise, function, trials[0], refused)
    return _judge(exercise, trials, seed)


def _repeated(exercise: Exercise, function: Any, trial: Trial) -> Trial:
    """The trial, and whether the same generator gives the same again.

    The numbers themselves are free. That they come from the generator that was passed is not: an
    experiment whose seed is known could not be repeated otherwise.
    """
    if isinstance(function, CalledElsewhere):
        function.announce([trial.case])
    again = _attempt(exercise, function, trial.case)
    alike = isinstance(again.outcome, Raised) or same(again.outcome, trial.outcome)
    if not (alike and trial.right):
        return replace(trial, repeatable=alike)
    other = replace(trial.case, args=tuple(map(_of_another_seed, trial.case.args)))
    if isinstance(function, CalledElsewhere):
        function.announce([other])
    outcome = _attempt(exercise, function, other).outcome
    return replace(trial, drawn=isinstance(outcome, Raised) or not same(outcome, trial.outcome))


def _of_another_seed(argument: Any) -> Any:
    """An argument as it is; in place of a generator one that draws other numbers."""
    if not isinstance(argument, np.random.Generator):
        return argument
    return np.random.default_rng(int(copied(argument).integers(2**63)))


def _refusing(exercise: Exercise, function: Any, trial: Trial, refused: Case) -> Trial:
    """The trial, and what came of the call that must raise a ValueError."""
    if isinstance(function, CalledElsewhere):
        function.announce([refused])
    outcome = _attempt(exercise, function, refused).outcome
    if not isinstance(outcome, Raised):
        return replace(trial, not_refused="it returns a result")
    if outcome.kind != "ValueError":
        return replace(trial, not_refused=f"it raises {outcome.kind}")
    return trial


def _attempt(exercise: Exercise, function: Any, case: Case) -> Trial:
    elsewhere = isinstance(function, CalledElsewhere)
    args: Any = None if elsewhere else tuple(map(copied, case.args))
    outcome: Any
    try:
        # nbgrader gives 0 points to a cell that writes to stderr, be it only a warning.
        with np.errstate(all="ignore"), redirect_stderr(sys.stdout):
            if elsewhere:
                result, args = function.attempt(case)
            else:
                result = function(*args)
            outcome = plain(result, copy=not elsewhere)
    except (Exception, SystemExit) as error:
        outcome = Raised(error)
    if isinstance(outcome, np.ndarray) and isinstance(case.expected, tuple):
        # One array of parts of the same shape is as good: ``dx, dy = outcome`` takes it apart.
        # A part that is a container, such as a cache, has no shape of its own.
        containers = (tuple, list, dict)
        shapes = [None if isinstance(p, containers) else np.shape(p) for p in case.expected]
        if shapes == [outcome.shape[1:]] * len(outcome if outcome.ndim else ()):
            outcome = tuple(outcome)
    changed: tuple[int, ...] = ()
    if args is not None:
        if not isinstance(args, tuple) or len(args) != len(case.args):
            args = (None,) * len(case.args)  # from elsewhere: changed beyond what can be told
        pairs = enumerate(zip(case.args, args, strict=True))
        changed = tuple(
            i for i, (before, now) in pairs if not unchanged(before, plain(now, copy=False))
        )
    return Trial(exercise, case, aligned(exercise, case, outcome), changed)


def _judge(exercise: Exercise, trials: Sequence[Trial], seed: str | None) -> Score:
    found: list[tuple[Problem, Trial]] = []
    settled: set[str | None] = set()
    for trial in trials:
        for problem in _problems(exercise, trial, settled):
            found.append((problem, trial))
            if problem.stage == "gradient" or (
                problem.stage == "reference" and problem.part not in exercise.wrt
            ):
                settled.add(problem.part)
    found.sort(key=lambda pair: pair[0].rank)  # stable: among equals the first case leads
    problems = [problem for problem, _ in found]
    if not problems:
        parts = tuple(Part(name) for name in exercise.parts)
        return Score(exercise.points, exercise.points, exercise.name, parts)
    departed = any(problem.stage in _DEPARTURES for problem in problems)
    comparable = all(p.part is not None or p.stage in _DEPARTURES for p in problems)
    firsts = {pair[0].part: pair for pair in reversed(found)}
    parts = tuple(
        Part(name, _shown(*firsts[name]) if name in firsts else None, comparable)
        for name in exercise.parts
    )
    share = sum(part.right for part in parts) / len(parts) * (DEPARTED if departed else 1.0)
    hint = diagnose(exercise, trials, problems[0], parts, seed)
    first = _shown(*found[0])
    return Score(share * exercise.points, exercise.points, exercise.name, parts, first, hint)


def _nothing_left(exercise: Exercise, trials: Sequence[Trial]) -> bool:
    """Whether the first call already leaves no part right."""
    problems = _problems(exercise, trials[0])
    wrong = {problem.part for problem in problems if problem.stage not in _DEPARTURES}
    return None in wrong or wrong >= set(exercise.parts)


def _shown(problem: Problem, trial: Trial) -> Problem:
    """A problem that is going to be shown, with the arguments of its call in words."""
    if problem.stage == "accepted":
        return problem  # it came of another call
    names = argument_names(trial.exercise)
    return replace(problem, inputs=describe(trial.case.args, names))


def _problems(
    exercise: Exercise, trial: Trial, settled: Collection[str | None] = ()
) -> Iterator[Problem]:
    """All that is wrong with one call; its arguments are told only where it is shown.

    Of a ``settled`` part a wrong value is known already: another one changes nothing.
    """
    case = trial.case
    if isinstance(trial.outcome, Raised):
        yield _raised(exercise, trial.outcome, case.large)
        return
    if trial.changed:
        names = " and ".join(argument_names(exercise)[i] for i in trial.changed)
        yield Problem("changed", None, f"it changes its input {names}", large=case.large)
    if not trial.repeatable:
        yield Problem("random", None, "called again with the same rng, it returns other numbers")
    if not trial.drawn:
        yield Problem("random", None, "called with another rng, it returns the same numbers")
    if trial.not_refused:
        assert exercise.refused is not None
        message = f"it must raise ValueError for {exercise.refused[0]}; {trial.not_refused}"
        yield Problem("accepted", None, message)
    got = split(trial.outcome, exercise)
    if isinstance(got, str):
        yield Problem("parts", None, got, large=case.large)
        return
    if exercise.accept is not None:
        if trial.complaint:
            yield Problem("reference", exercise.parts[0], trial.complaint, large=case.large)
        return
    expected = split(case.expected, exercise)
    assert isinstance(expected, dict)
    for part, right in expected.items():
        if part not in got:
            message = "is missing from the dict that was returned"
            yield Problem("parts", part, message, large=case.large)
        elif part in settled and only_values_can_differ(got[part], right):
            continue
        elif problem := _wrong_part(part, got[part], right, case):
            yield problem


def _wrong_part(part: str, got: Any, expected: Any, case: Case) -> Problem | None:
    """The problem with one part of a result, if there is one."""
    wrong = difference(got, expected)
    if wrong is None:
        return None
    numeric = case.numeric.get(part)
    stage, message, measured = wrong.kind, wrong.message, ""
    if wrong.kind == "value":
        stage, message = "reference", "is not the right value"
        if numeric is not None:
            measured = entry(numeric, wrong.index, wrong.keys)
            if differs(got, numeric, NUMERIC_RTOL, NUMERIC_ATOL):
                stage, message = "gradient", "is not the derivative"
            else:
                message = "is close to the derivative, but not exact"
    return Problem(
        stage,
        part,
        message,
        where=wrong.where,
        got=wrong.got,
        expected=wrong.expected,
        measured=measured,
        large=case.large,
    )


def split(result: Any, exercise: Exercise) -> dict[str, Any] | str:
    """The parts of a result by name, or words that say why it cannot be taken apart."""
    parts = exercise.parts
    if len(parts) == 1:
        return {parts[0]: result}
    wanted = f"{len(parts)} parts are expected: {', '.join(parts)}"
    if result is None:
        return f"it returned None, {wanted}. Is there a return at the end?"
    if isinstance(result, dict):
        return {part: result[part] for part in parts if part in result}
    if not isinstance(result, (tuple, list)):
        return f"it returned {kind_of(result)}, {wanted}"
    if len(result) != len(parts):
        return f"it returned {len(result)} parts, {wanted}"
    return dict(zip(parts, result, strict=True))


def _raised(exercise: Exercise, outcome: Raised, large: bool) -> Problem:
    text = message_of(outcome.error)
    if isinstance(outcome.error, TypeError) and _BAD_CALL.search(text):
        wanted = ", ".join(argument_names(exercise))
        return Problem("arguments", None, f"it cannot be called with ({wanted}): {text}")
    return Problem("raised", None, explain_error(outcome.error), large=large)


def _unchecked(exercise: Exercise, stage: str, message: str) -> Score:
    parts = tuple(Part(name, checked=False) for name in exercise.parts)
    return Score(0.0, exercise.points, exercise.name, parts, Problem(stage, None, message))
