"""Polyak averaging of parameters."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.averaging import polyak_average
from nbcourse.exercise import Exercise
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.training.wrong_averages import AVERAGE_MISTAKES


def _pair(rng: np.random.Generator, shapes: dict[str, tuple[int, ...]]) -> tuple[Any, Any]:
    """An average and parameters that lie apart, the second in another order."""
    average = {name: rng.normal(2.0, 1.0, shape) for name, shape in shapes.items()}
    params = {name: rng.normal(-1.0, 1.0, shape) for name, shape in reversed(shapes.items())}
    return average, params


def _average_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, m = sizes(rng, 3)
    network = {"w1": (n, d), "b1": (d,), "w2": (d, m), "b2": (m,)}
    yield _pair(rng, network)
    yield *_pair(rng, network), float(rng.uniform(0.7, 0.95))
    yield *_pair(rng, network), float(rng.uniform(0.05, 0.3))
    yield *_pair(rng, {"left": (n, d), "right": (n, d)}), 0.99
    yield *_pair(rng, {"0.weight": (d, 1), "0.bias": (1,)}), 0.8
    yield *_pair(rng, {"scale": (d,)}), 0.0
    yield *_pair(rng, network), 1.0
    average, params = _pair(rng, network)
    yield {name: np.zeros_like(value) for name, value in average.items()}, params, 0.9


def _many(rng: np.random.Generator) -> tuple[Any, ...]:
    return *_pair(rng, {f"{i}.weight": (30, 40) for i in range(12)}), 0.97


def _by_loops(average: Any, params: Any, decay: Any = 0.995) -> Any:
    result = {}
    for name in params:
        result[name] = np.empty_like(params[name])
        for index in np.ndindex(params[name].shape):
            a, p = average[name][index], params[name][index]
            result[name][index] = a + (1 - decay) * (p - a)
    return result


def _on_a_copy(average: Any, params: Any, decay: Any = 0.995) -> Any:
    average = {name: value.copy() for name, value in average.items()}
    for name in average:
        average[name] *= decay
        average[name] += (1 - decay) * params[name]
    return average


POLYAK_AVERAGE = Exercise(
    name="polyak_average",
    points=4,
    reference=polyak_average,
    parts=("average",),
    cases=_average_cases,
    large=_many,
    mistakes=AVERAGE_MISTAKES,
    alternatives=(
        _by_loops,
        _on_a_copy,
        lambda average, params, decay=0.995: {
            name: params[name] + decay * (value - params[name]) for name, value in average.items()
        },
        lambda average, params, decay=0.995: {
            name: np.average([average[name], params[name]], axis=0, weights=[decay, 1 - decay])
            for name in params
        },
    ),
    summary="running average of all parameters",
)
