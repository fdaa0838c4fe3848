"""What all exercises on optimizer rules share: a rule with its settings and state, and its inputs.

The cases mix two things that go wrong apart from each other: which settings the config has (all,
the rate alone, none), and whether it has a state.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import copied, difference, same
from nbcourse.specs.graphs.common import sizes

#: How many steps a state has behind it.
PAST = (2, 7)


@dataclass(frozen=True, eq=False)  # its dicts cannot be hashed
class Rule:
    """An optimizer rule as an exercise needs it.

    Parameters
    ----------
    name : of the function
    reference : the right rule
    defaults : its settings
    state : the keys of its state
    draw : rng -> settings that are far from the defaults
    tiny : size of a gradient in which the default eps is seen
    past : (rng, w, scale, settings) -> a state; None for that of a few steps of the rule
    """

    name: str
    reference: Callable[..., Any]
    defaults: Mapping[str, Any]
    state: tuple[str, ...]
    draw: Callable[[np.random.Generator], dict[str, Any]]
    tiny: float = 1.0
    past: Callable[..., dict[str, Any]] | None = None

    def cases(self, rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
        """Inputs (w, dw, config), no two of shapes that could be taken together.

        Two have three axes. Their lengths are those of no other case, which tells a state that is
        kept outside of config: see ``state_slips``.
        """
        n, d, e, k = sizes(rng, 4)
        far = (2, int(rng.integers(8, 12)))
        yield self._case(rng, (n, d), self.defaults, False)
        yield self._case(rng, (n, 1), (), False)
        yield self._case(rng, (1, e), self.defaults, True)
        yield self._case(rng, (k,), (), True)
        yield self._case(rng, (*far, 13), self.defaults, True)
        yield self._case(rng, (*far, 12), ("lr",), False)
        yield self._case(rng, (d, k), ("lr",), True)

    def large(self, rng: np.random.Generator) -> tuple[Any, ...]:
        """A parameter as large as those that are trained."""
        return self._case(rng, (60, 40), self.defaults, True)

    def _case(
        self, rng: np.random.Generator, shape: tuple[int, ...], given: Any, begun: bool
    ) -> tuple[Any, ...]:
        drawn = self.draw(rng)
        config = {key: drawn[key] for key in given}
        w = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2.0, shape)
        # One weight has large gradients and one has tiny ones, now and before. Zero is among them.
        scale = np.ones(shape)
        scale.flat[0], scale.flat[-1] = 5.0, self.tiny
        if begun:
            config |= copied((self.past or self._steps)(rng, w, scale, config))
        dw = scale * _away_from_zero(rng, shape)
        if len(shape) > 1 and shape[0] > 1:
            dw.flat[1] = 0.0
        return w, dw, config

    def _steps(
        self, rng: np.random.Generator, w: Any, scale: Any, config: dict[str, Any]
    ) -> dict[str, Any]:
        for _ in range(rng.integers(*PAST)):
            w, config = self.reference(w, scale * _away_from_zero(rng, w.shape), config)
        return {key: config[key] for key in self.state}

    def begun(self, config: Mapping[str, Any]) -> bool:
        """Whether there is a state of earlier steps."""
        return any(key in config for key in self.state)

    def settings(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The settings in force."""
        return {key: config.get(key, default) for key, default in self.defaults.items()}

    def align(self, result: Any, expected: Any) -> Any:
        """A result without the defaults that were filled in: they may be in the new config."""
        if not (isinstance(result, (tuple, list)) and len(result) == 2):
            return result
        w, config = result
        if not isinstance(config, dict):
            return result
        filled_in = self.defaults.keys() - expected[1].keys()
        return w, {key: value for key, value in config.items() if key not in filled_in}

    def mistake(self, hint: str, function: Callable[..., Any]) -> Mistake:
        """A mistake in the formula, also of those whose defaults are wrong as well."""

        def explains(args: tuple[Any, ...], result: Any) -> bool:
            if self.defaults.keys() <= args[2].keys():
                return same(result, function(*args))
            return not isinstance(result, Raised)

        return Mistake(hint, function, explains)

    def right(self, args: tuple[Any, ...], result: Any) -> bool:
        """Whether a call came out right."""
        return difference(result, self.reference(*args)) is None


def _away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 2.0, shape)


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number whose order of magnitude is uniform."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
