"""What goes wrong in Polyak averaging: the two factors, the default, and the dict."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.averaging import polyak_average
from nbcourse.exercise import Mistake


def _each(rule: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """A function from what it does to one array of each dict."""

    def averaged(average: Any, params: Any, decay: Any = 0.995) -> Any:
        return {name: rule(average[name], params[name], decay) for name in average}

    return averaged


def _fixed(fixed: float) -> Callable[..., Any]:
    return _each(lambda a, p, k: fixed * a + (1 - fixed) * p)


def _with_default(default: float) -> Callable[..., Any]:
    return lambda average, params, decay=default: polyak_average(average, params, decay)


def _only(place: int) -> Callable[..., Any]:
    """The average of one parameter, the first or the last of the loop."""

    def averaged(average: Any, params: Any, decay: Any = 0.995) -> Any:
        name = list(average)[place]
        return {name: polyak_average(average, params, decay)[name]}

    return averaged


def _by_order(average: Any, params: Any, decay: Any = 0.995) -> Any:
    pairs = zip(average, average.values(), params.values(), strict=True)
    return {name: decay * a + (1 - decay) * p for name, a, p in pairs}


AVERAGE_MISTAKES = (
    Mistake(
        "The two factors are swapped: decay belongs to the old average and 1 - decay to the "
        "parameters. As it is, the average follows them at once.",
        _each(lambda a, p, k: (1 - k) * a + k * p),
    ),
    Mistake(
        "The parameters lack their factor 1 - decay: the two factors have to sum to 1, or the "
        "average grows without end.",
        _each(lambda a, p, k: k * a + p),
    ),
    Mistake(
        "The old average lacks its factor decay.",
        _each(lambda a, p, k: a + (1 - k) * p),
    ),
    Mistake(
        "You give both the factor decay. The parameters get 1 - decay.",
        _each(lambda a, p, k: k * a + k * p),
    ),
    Mistake(
        "You give both the factor 1 - decay. The old average gets decay.",
        _each(lambda a, p, k: (1 - k) * a + (1 - k) * p),
    ),
    Mistake(
        "You take the plain mean of the two. The average moves by the share 1 - decay only.",
        _each(lambda a, p, k: 0.5 * (a + p)),
    ),
    Mistake(
        "Your average moves away from the parameters: a sign is turned round in "
        "average + (1 - decay) * (params - average).",
        _each(lambda a, p, k: a + (1 - k) * (a - p)),
    ),
    Mistake(
        "You subtract the parameters' share; it is added.",
        _each(lambda a, p, k: k * a - (1 - k) * p),
    ),
    Mistake(
        "You move by the share decay: average + decay * (params - average) swaps the two "
        "factors' meaning and adds one average too many.",
        _each(lambda a, p, k: a + k * p),
    ),
    Mistake(
        "You return the old average as it was.",
        _each(lambda a, p, k: a),
    ),
    Mistake(
        "You return the parameters. The average moves towards them by the share 1 - decay.",
        _each(lambda a, p, k: p),
    ),
    Mistake(
        "You return the parameters' share alone: the old average, times decay, is missing.",
        _each(lambda a, p, k: (1 - k) * p),
    ),
    Mistake(
        "You return decay times the old average: the parameters' share is missing.",
        _each(lambda a, p, k: k * a),
    ),
    Mistake(
        "decay is not used: 0.995 stands in your formula whatever is given.",
        _each(lambda a, p, k: 0.995 * a + 0.005 * p),
    ),
    Mistake(
        "The parameters' factor is always 0.005. It is 1 - decay, which is 0.005 for the "
        "default only.",
        _each(lambda a, p, k: k * a + 0.005 * p),
    ),
    Mistake(
        "A decay of 0 is a number like others: `decay or 0.995` takes it for not given.",
        _each(lambda a, p, k: (k or 0.995) * a + (1 - (k or 0.995)) * p),
    ),
    Mistake(
        "You divide by 1 - decay, as if this were a correction of the start. The average "
        "starts from parameters and not from zero: nothing is to be corrected.",
        _each(lambda a, p, k: (k * a + (1 - k) * p) / (1 - k)),
    ),
    Mistake(
        "You square the parameters, as RMSprop does with gradients. Their plain values are "
        "averaged here.",
        _each(lambda a, p, k: k * a + (1 - k) * p**2),
    ),
    Mistake(
        "You add up all entries of an array. Every entry is averaged on its own.",
        _each(lambda a, p, k: np.sum(k * a + (1 - k) * p)),
    ),
    *(
        Mistake(f"decay is {default} where it is not given; it should be 0.995.", function)
        for default, function in ((d, _with_default(d)) for d in (0.9, 0.95, 0.99, 0.999, 0.5))
    ),
    Mistake(
        "You pair the arrays by their order in the two dicts. Pair them by name: "
        "average[name] and params[name].",
        _by_order,
    ),
    Mistake(
        "Your dict holds the first parameter only: a return inside the loop ends it.",
        _only(0),
    ),
    Mistake(
        "Your dict holds the last parameter only: a new dict is made in every round of the "
        "loop. Make it once, before the loop.",
        _only(-1),
    ),
    Mistake(
        "You return a list. A dict is asked for, with the names of the parameters as keys.",
        lambda average, params, decay=0.995: list(polyak_average(average, params, decay).values()),
    ),
    Mistake(
        "You multiply whole dicts by numbers, which Python cannot. Go through the names, and "
        "average one array after the other.",
        lambda average, params, decay=0.995: decay * average + (1 - decay) * params,
    ),
    Mistake(
        "You return a list of the values, paired by their order. Make a dict, and pair them by "
        "name: average[name] and params[name].",
        lambda average, params, decay=0.995: [
            decay * a + (1 - decay) * p
            for a, p in zip(average.values(), params.values(), strict=True)
        ],
    ),
    Mistake(
        "Your function returns nothing. Make a new dict in it, and return that.",
        lambda average, params, decay=0.995: None,
    ),
    *(
        Mistake(
            f"decay is not used: {fixed} stands in your formula whatever is given.",
            _fixed(fixed),
        )
        for fixed in (0.9, 0.95, 0.99, 0.999)
    ),
    Mistake(
        "You add the two, without any factor. The old average gets decay, the parameters "
        "1 - decay.",
        _each(lambda a, p, k: a + p),
    ),
    Mistake(
        "You return the parameters beside the average. The average alone is asked for.",
        lambda average, params, decay=0.995: (polyak_average(average, params, decay), params),
    ),
    Mistake(
        "The names of the parameters stand in your code. Take them from the dict: for name in "
        "params.",
        lambda average, params, decay=0.995: {
            name: polyak_average(average, params, decay)[name] for name in ("w1", "b1", "w2", "b2")
        },
    ),
    Mistake(
        "decay is 0.005 where it is not given: you took the parameters' share for it. It should "
        "be 0.995.",
        _with_default(0.005),
    ),
    Mistake(
        "You took decay for the parameters' share, with 0.005 as its default. It is the factor of "
        "the old average: only calls without decay come out right.",
        lambda average, params, decay=0.005: polyak_average(average, params, 1 - decay),
    ),
    Mistake(
        "You average squares and take the root. The plain values are averaged.",
        _each(lambda a, p, k: np.sqrt(k * a**2 + (1 - k) * p**2)),
    ),
    Mistake(
        "Brackets are missing: 1 - decay * p is not (1 - decay) * p.",
        _each(lambda a, p, k: k * a + 1 - k * p),
    ),
)
