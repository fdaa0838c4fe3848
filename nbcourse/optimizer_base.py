"""What applies a rule to every parameter of a model.

A rule knows one parameter and keeps nothing. An ``Optimizer`` keeps each parameter's config between
the steps and writes the new values into the model. It never makes a gradient: ``step`` is given
them.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, ClassVar

import numpy as np

from nbcourse.arrays import Array

State = dict[str, dict[str, Any]]


class Optimizer:
    """What all optimizers share; the classes of ``optimizer_classes`` add a rule.

    ``lr`` may be set between steps: that is what a schedule does.

    Parameters
    ----------
    params : mapping from names to arrays, such as ``model.params``; ``step`` writes into it
    lr : learning rate, the rule's default if not given
    config : the rule's other settings, the same for all parameters

    Raises
    ------
    ValueError
        There are no parameters, or the rule has no such setting.

    Examples
    --------
    >>> from nbcourse.optimizer_classes import Momentum
    >>> params = {"weight": np.array([1.0, 2.0])}
    >>> optimizer = Momentum(params, lr=0.1, momentum=0.5)
    >>> optimizer.step({"weight": np.array([1.0, 0.0])})
    >>> params["weight"], optimizer.state_dict()["weight"]["velocity"]
    (array([0.9, 2. ]), array([-0.1, 0. ]))
    """

    rule: ClassVar[Callable[..., tuple[Array, dict[str, Any]]]]
    default_lr: ClassVar[float]

    def __init__(
        self, params: MutableMapping[str, Array], lr: float | None = None, **config: Any
    ) -> None:
        if not params:
            raise ValueError(f"{type(self).__name__} needs at least one parameter; got none")
        self.params = params
        self.lr = float(self.default_lr if lr is None else lr)
        self._configs: State = {name: {"lr": self.lr, **config} for name in params}
        self._try_on_nothing({"lr": self.lr, **config})

    def step(self, grads: Mapping[str, Array]) -> None:
        """Move every parameter by the rule.

        Parameters
        ----------
        grads : mapping with the gradient of every parameter, and with nothing else

        Raises
        ------
        ValueError
            A gradient is missing, belongs to no parameter, or has another shape than its
            parameter; no parameter has been changed then.
        """
        require_same_names(grads, self.params, "gradient")
        for name, (w, config) in self._moved(grads).items():
            self.params[name] = np.asarray(w)
            self._configs[name] = config

    def _moved(self, grads: Mapping[str, Array]) -> dict[str, tuple[Array, dict[str, Any]]]:
        """Every parameter's new value and config, by the rule."""
        return {
            name: self.rule(self.params[name], grads[name], {**config, "lr": self.lr})
            for name, config in self._configs.items()
        }

    def state_dict(self) -> State:
        """Each parameter's config, settings and state, from which training can go on.

        Returns
        -------
        dict of dicts of arrays, numbers and pairs of numbers; later steps leave it as it is
        """
        return {
            name: {key: _kept(value) for key, value in config.items()} | {"lr": self.lr}
            for name, config in self._configs.items()
        }

    def load_state_dict(self, state: Mapping[str, Mapping[str, Any]]) -> None:
        """Take over what ``state_dict`` returned, or what it has become in a file of arrays.

        Raises
        ------
        ValueError
            It belongs to other parameters, or to another rule; nothing has been changed then.
        """
        self._configs = self.checked_state(state)
        self.lr = next(iter(self._configs.values()))["lr"]

    def checked_state(self, state: Mapping[str, Mapping[str, Any]]) -> State:
        """What ``load_state_dict`` takes over, or the error that it raises; nothing is changed."""
        require_same_names(state, self.params, "state")
        return {name: self._as_it_was(name, state[name]) for name in self.params}

    def _as_it_was(self, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """A parameter's config, each value in the type that it had: a file knows arrays alone."""
        if "lr" not in config:
            raise ValueError(f"the state of {name!r} has no 'lr'")
        begun = self._try_on_nothing({})
        result: dict[str, Any] = {}
        for key, value in config.items():
            if not isinstance(begun.get(key), np.ndarray):
                plain = np.asarray(value).tolist()
                result[key] = tuple(plain) if isinstance(plain, list) else plain
            elif np.shape(value) == np.shape(self.params[name]):
                result[key] = np.array(value)
            else:
                raise ValueError(
                    f"{key!r} of {name!r} needs the parameter's shape "
                    f"{np.shape(self.params[name])}; got {np.shape(value)}"
                )
        self._try_on_nothing({key: v for key, v in result.items() if key not in begun})
        return result

    def _try_on_nothing(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The config after a step of a parameter without entries.

        It shows which arrays the rule's state has. Settings that the rule does not have are refused
        here, and not in the first step of training.
        """
        nothing = np.zeros(0)
        return self.rule(nothing, nothing, config)[1]


def _kept(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def require_same_names(given: Iterable[str], params: Iterable[str], what: str) -> None:
    """Raise ``ValueError`` where a parameter lacks a gradient or state, or one has no parameter."""
    missing, unknown = set(params) - set(given), set(given) - set(params)
    if missing:
        raise ValueError(f"there is no {what} for {', '.join(map(repr, sorted(missing)))}")
    if unknown:
        raise ValueError(
            f"there is a {what} for {', '.join(map(repr, sorted(unknown)))}, which this optimizer "
            "does not have; it has " + ", ".join(map(repr, params))
        )
