"""Wrong implementations that any exercise can have, made from its right one.

Each changes what the reference returns, or how it is called. No check may let one pass.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.exercise.cases import prepare
from nbcourse.exercise.comparison import copied

Function = Callable[..., Any]

# Name of the slip -> what it does to an array of floats.
OF_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "sign": np.negative,
    "zero": np.zeros_like,
    "half": lambda v: 0.5 * v,
    "nearly": lambda v: 1.00001 * v,
    "one entry": lambda v: v + (np.arange(v.size) == v.size - 1).reshape(v.shape),
    "first entry": lambda v: v + 0.1 * (np.arange(v.size) == 0).reshape(v.shape),
    "nan": lambda v: v + np.where(np.arange(v.size) == v.size - 1, np.nan, 0.0).reshape(v.shape),
    "infinite": lambda v: v + np.inf,
    "transpose": np.transpose,
    "float32": lambda v: v.astype(np.float32),
    "complex": lambda v: v.astype(complex),
    "kept axis": lambda v: v[None],
    "broadcast": lambda v: np.broadcast_to(v, (2, *v.shape)),
    "text": lambda v: v.astype(str),
    "objects": lambda v: v.astype(object),
    "none": lambda v: None,
}

# A step does not mind the scale of what stands before it; a random matrix with another sign, or
# changed by less than it scatters, is as random.
_SCALED = {"half", "nearly", "first entry", "float32", "wrong on the last shapes"}
_DRAWN = {"sign", "nearly", "first entry"}
# Exercise -> the changes of its result that are right answers, too.
HARMLESS = {
    "or_gate": _SCALED,
    "and_gate": _SCALED,
    "xor_network": _SCALED,
    "dnf_network": _SCALED,
    "xavier_normal": _DRAWN,
    "xavier_uniform": {"sign", "nearly"},  # what leaves the bounds is seen
    "kaiming_normal": _DRAWN,
    "kaiming_uniform": {"sign", "nearly"},
    "orthogonal": {"sign"},
}


def mutants(exercise: Exercise) -> Iterator[tuple[str, Function]]:
    """Every mutant that differs from the reference on some case of the local check."""
    for name, mutant in _differing(exercise):
        if not _is_harmless(exercise, name):
            yield name, mutant


def harmless(exercise: Exercise) -> Iterator[tuple[str, Function]]:
    """What would be a mutant of another exercise, and is a right answer of this one."""
    for name, mutant in _differing(exercise):
        if _is_harmless(exercise, name):
            yield name, mutant


@cache
def _differing(exercise: Exercise) -> list[tuple[str, Function]]:
    """Those that do anything here: a transpose, for one, does nothing to a vector."""
    cases = prepare(exercise, None)
    right = [_as_text(case.expected) for case in cases]

    def differs(mutant: Function) -> bool:
        return any(
            _as_text(_outcome(mutant, case.args)) != text
            for case, text in zip(cases, right, strict=True)
        )

    return [(name, mutant) for name, mutant in _all(exercise) if differs(mutant)]


def _is_harmless(exercise: Exercise, name: str) -> bool:
    return name.partition(": ")[2] in HARMLESS.get(exercise.name, ())


def changing_inputs(exercise: Exercise) -> Function | None:
    """The reference, which then spoils its arguments; None where they cannot be changed."""

    def mutant(*args: Any) -> Any:
        result = _fresh(exercise.reference(*args))
        for arg in args:
            _spoil(arg)
        return result

    mutable = any(_spoil(_fresh(case.args)) for case in prepare(exercise, None))
    return mutant if mutable else None


def _all(exercise: Exercise) -> Iterator[tuple[str, Function]]:
    several = len(exercise.parts) > 1
    for index, part in enumerate(exercise.parts):
        for name, change in OF_NUMBERS.items():
            yield f"{part}: {name}", _with_part(exercise, index, change)
        yield f"{part}: wrong on the last shapes", _on_some(exercise, index, _last_shapes(exercise))
        yield f"{part}: wrong on one example", _on_some(exercise, index, _one_example)
    yield "stops for one example", _stopping(exercise, _one_example)
    yield "returns nothing", lambda *args: None
    yield "returns itself", lambda *args: exercise.reference
    yield "returns its first argument", lambda *args: args[0]
    yield "returns a text", lambda *args: str(exercise.reference(*args))
    if exercise.upstream:
        yield (
            "ignores dout",
            lambda dout, cache: exercise.reference(np.ones_like(dout)[()], cache),
        )
        yield "adds to dout", lambda dout, cache: exercise.reference(dout + _ramp(dout), cache)
    if several:
        yield "leaves out the last part", lambda *args: _parts(exercise, args)[:-1]
        yield "returns the first part only", lambda *args: _parts(exercise, args)[0]
        yield "returns a part twice", lambda *args: (lambda p: (*p, p[-1]))(_parts(exercise, args))
        yield "swaps the parts", lambda *args: _parts(exercise, args)[::-1]


def _parts(exercise: Exercise, args: tuple[Any, ...]) -> tuple[Any, ...]:
    return _split(exercise, exercise.reference(*args))


def _split(exercise: Exercise, result: Any) -> tuple[Any, ...]:
    if isinstance(result, dict) and len(exercise.parts) > 1:
        return tuple(result[part] for part in exercise.parts)
    return tuple(result) if len(exercise.parts) > 1 else (result,)


def _with_part(
    exercise: Exercise,
    index: int,
    change: Callable[[Any], Any],
    when: Callable[..., bool] = lambda *args: True,
) -> Function:
    def mutant(*args: Any) -> Any:
        result = exercise.reference(*args)
        parts = list(_split(exercise, result))
        if when(*args):
            parts[index] = _changed(parts[index], change)
        if isinstance(result, dict) and len(parts) > 1:
            return dict(zip(exercise.parts, parts, strict=True))
        return tuple(parts) if len(parts) > 1 else parts[0]

    return mutant


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """A result in which every array or float is changed, wherever it stands."""
    if isinstance(value, dict):
        return {key: _changed(entry, change) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_changed(entry, change) for entry in value]
    if isinstance(value, (np.ndarray, float)):
        return change(np.asarray(value))
    return value


def _on_some(exercise: Exercise, index: int, when: Callable[..., bool]) -> Function:
    return _with_part(exercise, index, lambda v: v + 0.01 * np.maximum(1.0, np.abs(v)), when)


def _stopping(exercise: Exercise, when: Callable[..., bool]) -> Function:
    def mutant(*args: Any) -> Any:
        if when(*args):
            raise ValueError("more than one example is needed")
        return exercise.reference(*args)

    return mutant


def _last_shapes(exercise: Exercise) -> Callable[..., bool]:
    last = _shapes(prepare(exercise, None)[-1].args)
    return lambda *args: _shapes(args) == last


def _one_example(*args: Any) -> bool:
    return any(len(shape) > 1 and shape[0] == 1 for shape in _shapes(args))


def _shapes(value: Any) -> list[tuple[int, ...]]:
    if isinstance(value, (list, tuple)):
        return [shape for entry in value for shape in _shapes(entry)]
    return [np.shape(value)] if isinstance(value, (np.ndarray, float)) else []


def _outcome(function: Function, args: tuple[Any, ...]) -> Any:
    try:
        return function(*_fresh(args))
    except Exception as error:
        return error


def _ramp(like: Any) -> Any:
    """Numbers from 1 to 2: softmax cannot tell a ``dout`` from the same with a constant added."""
    return np.linspace(1.0, 2.0, np.size(like)).reshape(np.shape(like))[()]


def _as_text(value: Any) -> str:
    """A value with its types, shapes and digits, to be compared with another's."""
    if isinstance(value, dict):
        keys = sorted(value, key=repr)
        return str({str(key): _as_text(value[key]) for key in keys})
    if isinstance(value, (list, tuple)):
        return str([_as_text(entry) for entry in value])
    if isinstance(value, (np.ndarray, float)):
        array = np.asarray(value)
        # -0.0 and 0.0 are the same answer.
        array = array + 0.0 if array.dtype.kind == "f" else array
        return f"{array.dtype}{array.shape}{hash(array.tobytes())}"
    return repr(value)


def _fresh(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _fresh(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_fresh(entry) for entry in value)
    return copied(value)


def _spoil(value: Any) -> bool:
    """Change a value in place where it can be changed; say whether it could."""
    if isinstance(value, np.ndarray):
        value += 1
        return True
    if isinstance(value, (dict, list)):
        value.clear()
        return True
    spoiled = [_spoil(entry) for entry in value] if isinstance(value, tuple) else []
    return any(spoiled)
