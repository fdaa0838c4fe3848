"""Judging the capstone: train twice, predict rows that were held back, count the right labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbcourse.exercise.calling import Called, call_written
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.checking import DEPARTED
from nbcourse.exercise.comparison import kind_of
from nbcourse.exercise.description import explain_error, message_of
from nbcourse.exercise.score import Part, Problem, Score
from nbcourse.specs.capstone.evidence import Evidence, Trained
from nbcourse.specs.capstone.hints import accuracy_hint, fault_hint
from nbcourse.specs.capstone.limits import (
    BANDS,
    NUMBERS,
    POINTS,
    SECONDS,
    band_name,
    foreign_part,
    numbers_in,
)
from nbcourse.specs.capstone.rows import Round, rounds

NAME = "capstone"
PARTS = tuple(map(band_name, BANDS))


@dataclass(eq=False)
class Fault(Exception):  # noqa: N818 - a finding about a submission, not an error here
    """What keeps the functions from being judged by their accuracy."""

    stage: str
    message: str
    found: Any = None


def judge(functions: Sequence[Any], seed: str | None) -> Score:
    """Return the score of ``train`` and ``predict``.

    Both rounds are trained before the first is predicted: what ``train`` leaves behind elsewhere
    than in its parameters is then that of the other round.
    """
    train, predict = functions
    changed: set[str] = set()
    try:
        for name, function in zip(("train", "predict"), functions, strict=True):
            if not callable(function):
                what = "is not there" if function is None else f"is {kind_of(function)}"
                raise Fault("missing", f"{name} {what}, expected a function")
        trained = [_train(train, each, changed) for each in rounds(seed)]
        found = tuple(
            Trained(each, params, _predict(predict, params, each, changed), seconds)
            for each, (params, seconds) in zip(rounds(seed), trained, strict=True)
        )
    except Fault as fault:
        parts = tuple(Part(name, checked=False) for name in PARTS)
        problem = Problem(fault.stage, None, fault.message)
        return Score(0.0, POINTS, NAME, parts, problem, fault_hint(fault.stage, fault.found))
    return _score(Evidence(train, predict, found), changed)


def _score(evidence: Evidence, changed: set[str]) -> Score:
    accuracy = evidence.accuracy
    reached = f"{100 * accuracy:.1f} % of the held-back digits are named right"
    note = f"{reached}; {numbers_in(evidence.trained[0].params)} of {NUMBERS} numbers."
    missed = [
        Problem("accuracy", name, "is not reached")
        for name, band in zip(PARTS, BANDS, strict=True)
        if accuracy < band
    ]
    problems = {problem.part: problem for problem in missed}
    parts = tuple(Part(name, problems.get(name)) for name in PARTS)
    points = POINTS * (len(PARTS) - len(missed)) / len(PARTS)
    hint = accuracy_hint(evidence) if missed else None
    problem = missed[0] if missed else None
    if changed:
        names = " and ".join(sorted(changed))
        points *= DEPARTED
        problem = Problem("changed", None, f"{names} changes its input")
        advice = (
            f"{names} changes an input. Whoever called it still needs that value: compute into "
            "new arrays, for example x = x / 16 in place of x /= 16."
        )
        hint = f"{advice} {hint}" if hint else advice
    return Score(points, POINTS, NAME, parts, problem, hint, note)


def _train(train: Any, given: Round, changed: set[str]) -> tuple[Any, float]:
    rng = np.random.default_rng(given.seed)
    called = _called("train", train, (given.x, given.labels, rng), changed)
    params = called.outcome
    if called.seconds > SECONDS:
        message = f"train took {called.seconds:.0f} s, and may take {SECONDS} s"
        raise Fault("limit", message, "seconds")
    if params is None:
        raise Fault("parts", "train returned None, expected the parameters", "nothing")
    if part := foreign_part(params):
        message = f"the parameters hold a value of the type {part}: arrays, numbers, strings, "
        raise Fault("type", message + "and lists, tuples and dicts of these can be kept", part)
    if (count := numbers_in(params)) > NUMBERS:
        message = f"the parameters hold {count} numbers, and may hold {NUMBERS}"
        raise Fault("limit", message, "numbers")
    return params, called.seconds


def _predict(predict: Any, params: Any, given: Round, changed: set[str]) -> Any:
    ends = [*given.starts[1:], len(given.x_held)]
    pieces = []
    for start, end in zip(given.starts, ends, strict=True):
        rows = given.x_held[start:end]
        outcome = _called("predict", predict, (params, rows), changed).outcome
        pieces.append(_labels(outcome, rows.shape))
    return np.concatenate(pieces)


def _called(name: str, function: Any, args: tuple[Any, ...], changed: set[str]) -> Called:
    """The call, if it came to an end."""
    called = call_written(function, args)
    outcome = called.outcome
    if isinstance(outcome, Raised):
        if outcome.kind == "NotImplementedError":
            raise Fault("unfinished", "not implemented yet")
        if isinstance(outcome.error, TimeoutError):
            raise Fault("limit", message_of(outcome.error), "stopped")
        if outcome.kind == "WireError":
            raise Fault("limit", "what train returned is too large to be kept", "numbers")
        words = explain_error(outcome.error).removeprefix("it ")
        raise Fault("raised", f"{name} {words}", (name, outcome))
    pixels = 0 if name == "train" else 1
    if pixels in called.changed or (name == "train" and called.changed):
        changed.add(name)
    return called


def _labels(outcome: Any, shape: tuple[int, ...]) -> Any:
    """What ``predict`` returned for rows of this shape, one whole number for each of them."""
    try:
        labels = np.asarray(outcome)
    except ValueError:  # rows of different lengths
        labels = np.empty(0)
    if labels.dtype.kind not in "biuf":
        raise Fault("type", f"predict returned {kind_of(outcome)}, expected labels", "kind")
    expected = (shape[0],)
    if labels.shape != expected:
        message = f"predict returned shape {labels.shape} for x of shape {shape}, "
        raise Fault("shape", f"{message}expected {expected}", labels)
    if not np.all(labels == np.round(labels)):
        message = "predict returned numbers that are not whole, expected labels from 0 to 9"
        raise Fault("type", message, "fractions")
    return labels
