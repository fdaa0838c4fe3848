"""Hints for what is not recognized: they say at least which part to look at, and its formula."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same

Function = Callable[..., Any]


def only_wrong(
    reference: Function,
    hint: str,
    *wrong: Any,
    upstream: bool = True,
    unless: Sequence[Mistake] = (),
) -> Mistake:
    """These parts are wrong in a way that nothing explains, and all others are right.

    Parameters
    ----------
    reference : the right function
    hint : what to look at
    wrong : positions of the parts, or their keys where the result is a dict
    upstream : whether the first argument is a ``dout``
    unless : mistakes that have names; where one of them gives the first of these parts, this one
        says nothing
    """

    def function(*args: Any) -> Any:
        parts = reference(*args)
        changed = dict(_named(parts))
        for name in wrong:
            # Neither a multiple of the right one nor anything else that has a name.
            changed[name] = _off(changed[name])
        return changed if isinstance(parts, dict) else tuple(changed.values())

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        right, got = _named(reference(*args)), _named(result)
        unit = _named(reference(np.ones_like(args[0]), *args[1:])) if upstream else {}
        if got.keys() != right.keys():
            return False
        known = (_named(mistake.function(*args)) for mistake in unless)
        if any(same(got[wrong[0]], other[wrong[0]]) for other in known):
            return False
        return all(
            _looks_new(got[name], right[name], unit.get(name))
            if name in wrong
            else same(got[name], right[name])
            for name in right
        )

    return Mistake(hint, function, explains)


def _named(result: Any) -> dict[Any, Any]:
    return result if isinstance(result, dict) else dict(enumerate(result))


def _off(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _off(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return tuple(map(_off, value))
    return (
        None
        if value is None
        else 0.7 * value + np.cos(np.arange(np.size(value))).reshape(np.shape(value))
    )


def _looks_new(got: Any, right: Any, unit: Any) -> bool:
    """Whether the general tests have no name for it: a sign, a factor, another shape, no dout."""
    if not isinstance(right, np.ndarray):
        return True
    if np.shape(got) != right.shape:
        return False
    # Of a single number every other is a multiple.
    factor = np.sum(got * right) / np.sum(right**2) if right.size > 2 else -1.0
    named = unit is not None and same(got, unit)
    return not named and (same(got, right) or not same(got, factor * right))
