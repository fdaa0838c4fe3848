"""Name the mistake: find what was computed instead of what was asked.

First the mistakes that the exercise knows are tried: a result that equals a known wrong result on
every case was made the same way. Then come the general slips, which need no list: another sign, a
constant factor, a transpose, a sum left out, an upstream gradient ignored.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nbcourse.exercise.cases import Raised, Trial, complaints, outcomes
from nbcourse.exercise.comparison import same
from nbcourse.exercise.definition import Exercise, Mistake
from nbcourse.exercise.description import argument_names, message_of
from nbcourse.exercise.score import Part, Problem
from nbcourse.exercise.slips import name_slip


def diagnose(
    exercise: Exercise,
    trials: Sequence[Trial],
    first: Problem,
    parts: Sequence[Part],
    seed: str | None,
) -> str | None:
    """One hint for what went wrong, or None when nothing is recognized."""
    hints = []
    if first.stage == "changed":
        changed = {i for trial in trials for i in trial.changed}
        names = " and ".join(argument_names(exercise)[i] for i in sorted(changed))
        hints.append(
            f"Your function changes its input {names}. Whoever called it still needs that value: "
            "compute into new arrays, for example x = x * y in place of x *= y, or copy first."
        )
    if first.stage == "random":
        hints.append(
            "Draw every number from the rng that you are given: rng.standard_normal((n, m)) in "
            "place of np.random.randn(n, m), and no generator of your own. Then whoever uses your "
            "function can repeat a result."
        )
    if first.stage == "accepted":
        assert exercise.refused is not None
        hints.append(
            f"There is no right answer for {exercise.refused[0]}. Look for it at the top of your "
            'function, and write raise ValueError("...") with words that say what is wrong.'
        )
    wrong = [part.name for part in parts if not part.right]
    if wrong and (mistake := _known_mistake(exercise, trials, wrong, seed)):
        hints.append(mistake.hint)
    elif wrong and not hints and parts[0].checked:
        slip = _slip(exercise, trials, wrong[0]) or _only_when_large(trials)
        if slip:
            hints.append(slip)
    return " ".join(hints) or None


def _only_when_large(trials: Sequence[Trial]) -> str | None:
    """The hint for a function that is right until its inputs become large."""
    wrong = [trial for trial in trials if not trial.right]
    if all(trial.case.large and not isinstance(trial.outcome, Raised) for trial in wrong):
        return (
            "Small inputs come out right and the large one does not: a size or a number of rounds "
            "may be written as a number in your code, or a derivative measured by small steps, "
            "which are lost in large values."
        )
    return None


def _known_mistake(
    exercise: Exercise, trials: Sequence[Trial], wrong: Sequence[str], seed: str | None
) -> Mistake | None:
    """The known mistake that explains the most wrong parts, the first of them among equals."""
    asked = list(enumerate(trials))
    if exercise.accept is not None:  # what came out wrong tells mistakes apart soonest
        asked.sort(key=lambda pair: (pair[1].case.large, pair[1].right))
    best, explained = None, 0
    for mistake in exercise.mistakes:
        count = _explained(exercise, asked, mistake, wrong, seed, explained)
        if count > explained:
            best, explained = mistake, count
        if explained > len(wrong):  # no other can explain more than all of it
            break
    return best


def _explained(
    exercise: Exercise,
    asked: Sequence[tuple[int, Trial]],
    mistake: Mistake,
    wrong: Sequence[str],
    seed: str | None,
    enough: int,
) -> int:
    """How many of the wrong parts a mistake accounts for, on every case.

    Each trial comes with the position of its case. No more than ``enough`` may be told as 0.
    """
    results = outcomes(exercise, mistake.function, seed)
    if exercise.accept is None:
        alike = all(_equal(trial.outcome, results[at]) for at, trial in asked)
    else:
        # Where many answers are right, two right ones count as the same: what tells of the
        # mistake are the cases that it gets wrong.
        complained = complaints(exercise, mistake.function, seed)
        alike = all(
            (not trial.complaint and not complained[at]) or _equal(trial.outcome, results[at])
            for at, trial in asked
        )
    if alike:
        return len(wrong) + 1  # the whole result, errors included
    if enough >= len(wrong):
        return 0
    # What goes wrong on the large case alone tells nothing: there nothing is recognized.
    if (
        mistake.explains is not None
        and any(not trial.right for _, trial in asked if not trial.case.large)
        and all(_recognized(mistake, trial) for _, trial in asked)
    ):
        return len(wrong)
    if len(exercise.parts) == 1:  # the only part is the whole, which is not alike
        return 0
    return sum(_same_part(exercise, asked, results, name) for name in wrong)


def _recognized(mistake: Mistake, trial: Trial) -> bool:
    """Whether a call came out as the mistake would have it, in whatever order it was made."""
    assert mistake.explains is not None
    if trial.case.large:
        return True
    try:
        with np.errstate(all="ignore"):
            return bool(mistake.explains(trial.case.args, trial.outcome))
    except Exception:  # a result of another shape than the mistake's
        return False


def _same_part(
    exercise: Exercise, asked: Sequence[tuple[int, Trial]], results: Sequence[Any], name: str
) -> bool:
    """Whether a part came out as it does by the mistake, which gets this part wrong."""

    def equal(a: Any, b: Any) -> bool:
        return _equal(_part(a, exercise, name), _part(b, exercise, name))

    return all(equal(trial.outcome, results[at]) for at, trial in asked) and not all(
        equal(results[at], trial.case.expected) for at, trial in asked
    )


def _equal(got: Any, result: Any) -> bool:
    if isinstance(got, Raised) or isinstance(result, Raised):
        return (
            isinstance(got, Raised)
            and isinstance(result, Raised)
            and _reason(got) == _reason(result)
        )
    return same(got, result)


def _reason(raised: Raised) -> tuple[str, ...]:
    """What an exception tells of its cause: its type, and what is typical in its message."""
    message = message_of(raised.error)
    return raised.kind, *(words for words in ("truth value", "to unpack") if words in message)


def _part(result: Any, exercise: Exercise, name: str) -> Any:
    """A part of a result; what has no such part equals nothing."""
    if isinstance(result, Raised) or len(exercise.parts) == 1:
        return result
    if isinstance(result, dict):
        return result.get(name, _NOTHING)
    if isinstance(result, (tuple, list)) and len(result) == len(exercise.parts):
        return result[exercise.parts.index(name)]
    return _NOTHING


_NOTHING = float  # a type: ``same`` finds it equal to no value


def _slip(exercise: Exercise, trials: Sequence[Trial], name: str) -> str | None:
    """The general slip that explains a wrong part on every case that is not too large to read."""
    if exercise.accept is not None:
        return None
    rows = []
    others: dict[str, list[Any]] = {part: [] for part in exercise.parts if part != name}
    for trial in trials:
        got = _part(trial.outcome, exercise, name)
        if isinstance(got, Raised) or got is _NOTHING:
            return None
        unit = _part(trial.case.unit_upstream, exercise, name) if exercise.upstream else None
        rows.append((got, _part(trial.case.expected, exercise, name), unit))
        for other, values in others.items():
            values.append(_part(trial.case.expected, exercise, other))
    sizes = [_batch_size(trial.case.args) for trial in trials]
    if isinstance(rows[0][1], (dict, list)):
        return _slip_inside(name, rows, sizes)
    try:
        arrays = [_row(*row) for row in rows]
    except (TypeError, ValueError):
        return None
    if swapped := next(
        (
            o
            for o, v in others.items()
            if all(same(got, e) for (got, *_), e in zip(rows, v, strict=True))
            and not all(same(right, e) for (_, right, _), e in zip(rows, v, strict=True))
        ),
        None,
    ):
        return f"What you return as {name} is the right {swapped}: the parts are swapped."
    if slip := name_slip(name, arrays, sizes):
        return slip
    if any(getattr(got, "dtype", None) in (np.float16, np.float32) for got, *_ in rows):
        return (
            f"Your {name} is computed in a type of few digits, float32 or float16. Leave the "
            "arrays as they come, in float64."
        )
    return None


def _slip_inside(
    name: str, rows: Sequence[tuple[Any, Any, Any]], sizes: Sequence[int | None]
) -> str | None:
    """The slip in the first entry that is wrong of a part that is a dict or a list of arrays.

    A tuple will do for a list here as everywhere.
    """
    keys = {key: None for _, right, _ in rows for key in _keys(right)}  # in order, each once
    for key in keys:
        there = [
            (got[key], right[key], size)
            for (got, right, _), size in zip(rows, sizes, strict=True)
            if key in _keys(right) and key in _keys(got)
        ]
        if all(same(got, right) for got, right, _ in there):
            continue
        try:
            arrays = [_row(got, right) for got, right, _ in there]
        except (TypeError, ValueError):
            return None
        return name_slip(f"{name}[{key!r}]", arrays, [size for *_, size in there])
    return None


def _keys(value: Any) -> Any:
    if isinstance(value, dict):
        return value.keys()
    return range(len(value)) if isinstance(value, (list, tuple)) else ()


def _row(got: Any, right: Any, unit: Any = None) -> tuple[Any, Any, Any]:
    """One call's numbers for one part; what is no real array raises TypeError or ValueError."""
    return _floats(got), _floats(right), None if unit is None else _floats(unit)


def _floats(value: Any) -> Any:
    """A real array; what is none raises TypeError or ValueError."""
    return np.asarray(value).astype(np.float64, casting="same_kind")


def _batch_size(args: Sequence[Any]) -> int | None:
    """Length of the first axis of the first array among the arguments, dicts left out."""
    for value in args:
        if isinstance(value, np.ndarray) and value.ndim:
            return int(value.shape[0])
    return None
