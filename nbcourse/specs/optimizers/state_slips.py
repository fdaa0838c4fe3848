"""What goes wrong in every optimizer rule alike: settings, state, and what is returned.

The last ones know nothing of formulas. They tell from where an answer is right and where it is
wrong which part of the code to look at: the defaults, the first step, the later ones.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import difference, same
from nbcourse.exercise.description import message_of
from nbcourse.specs.optimizers.key_slips import mistakes_of_keys, mistakes_of_results, names
from nbcourse.specs.optimizers.rules import Rule

Explains = Callable[[tuple[Any, ...], Any], bool]


def common_mistakes(rule: Rule) -> tuple[Mistake, ...]:
    """The mistakes that can be made in every rule, to stand behind those of its formulas."""
    return (*mistakes_of_results(rule), *mistakes_of_keys(rule), *_state(rule), *_settings(rule))


def _state(rule: Rule) -> Iterator[Mistake]:
    if not rule.state:
        return

    def first_step(w: Any, dw: Any, config: Any) -> Any:
        without = {key: value for key, value in config.items() if key not in rule.state}
        return rule.reference(w, dw, without)

    def stale(args: tuple[Any, ...], result: Any) -> bool:
        given, expected = args[2], rule.reference(*args)[1]
        got = {key: value for key, value in result[1].items() if key in rule.state}
        wrong = [k for k in rule.state if difference(got.get(k), expected[k]) is not None]
        return bool(wrong) and all(
            same(got.get(key), given[key])
            if key in given
            else key not in got or _is_start(rule, key, got[key], given)
            for key in wrong
        )

    def elsewhere(args: tuple[Any, ...], result: Any) -> bool:
        if isinstance(result, Raised):
            return result.kind == "ValueError" and "broadcast" in message_of(result.error)
        if args[0].ndim != 3:
            return True
        w, _ = result  # an array alone, without a config, is another mistake
        # What w is taken together with can add axes to it or lengthen them, and takes none away.
        spread = np.ndim(w) >= 3 and np.shape(w) != args[0].shape
        return isinstance(result, (tuple, list)) and spread

    yield Mistake(
        "The new state is computed and not stored. The config that you return holds it as it is "
        f"after this step, under {names(rule.state)}.",
        lambda w, dw, config: (rule.reference(w, dw, config)[0], {**config}),
        stale,
    )
    yield Mistake(
        "The state in config is not used: every step is made as if it were the first. When there "
        f"is a state in config, under {names(rule.state)}, go on from it.",
        first_step,
    )
    yield Mistake(
        "State of one parameter meets another parameter. It is kept outside of config, in a global "
        "variable or a default argument, and all parameters share it: keep it in the config that "
        "you return, and nowhere else.",
        _shared(rule),
        elsewhere,
    )


def _is_start(rule: Rule, key: str, value: Any, given: Any) -> bool:
    """Whether a state is still as a first step finds it."""
    start = rule.settings(given)["lr"] if (rule.name, key) == ("rprop", "step") else 0.0
    return bool(same(value, 0 * value + start))


def _shared(rule: Rule) -> Callable[..., Any]:
    """What a state of another shape does."""

    def stops(w: Any, dw: Any, config: Any) -> Any:
        if w.ndim == 3:
            raise ValueError("operands could not be broadcast together")
        return rule.reference(w, dw, {**config, "lr": 2 * rule.settings(config)["lr"]})

    return stops


def _settings(rule: Rule) -> Iterator[Mistake]:
    defaults = ", ".join(f"{key} {value}" for key, value in rule.defaults.items())
    wanted = {*rule.defaults, *rule.state}

    def without_settings(w: Any, dw: Any, config: Any) -> Any:
        state = {key: config[key] for key in rule.state if key in config}
        new, after = rule.reference(w, dw, state)
        return new, {**config, **{key: after[key] for key in rule.state}}

    def other_defaults(w: Any, dw: Any, config: Any) -> Any:
        others = {
            key: tuple(0.9 * v for v in value) if isinstance(value, tuple) else 0.9 * value
            for key, value in rule.defaults.items()
        }
        new, after = rule.reference(w, dw, {**others, **config})
        return new, {key: value for key, value in after.items() if key not in others} | {
            key: config[key] for key in others if key in config
        }

    def overwritten(w: Any, dw: Any, config: Any) -> Any:
        new, after = rule.reference(w, dw, {})
        return new, {**config, **{k: v for k, v in rule.defaults.items() if k in config}, **after}

    def only_where_nothing_is_given(w: Any, dw: Any, config: Any) -> Any:
        return rule.reference(w, dw, {key: config[key] for key in wanted} if config else {})

    def stops_at_some(args: tuple[Any, ...], result: Any) -> bool:
        stopped = isinstance(result, Raised) and result.kind == "KeyError"
        if args[2] and rule.defaults.keys() - args[2].keys():
            return stopped
        return (bool(args[2]) and stopped) or rule.right(args, result)

    def wrong_when(begun: bool) -> Callable[..., Any]:
        def step(w: Any, dw: Any, config: Any) -> Any:
            new, after = rule.reference(w, dw, config)
            if rule.begun(config) != begun:
                return new, after
            last = rule.state[-1]
            return new - 0.01, {**after, last: after[last] + 0.01}

        return step

    yield Mistake(
        "Your defaults overwrite what is in config. In {**defaults, **config} the later one wins: "
        "put config last.",
        overwritten,
    )
    yield Mistake(
        "The settings in config have no effect: your code uses numbers of its own, or looks for "
        f"other keys. The keys are {names(rule.defaults)}.",
        without_settings,
        _right_on(rule, lambda config: not rule.defaults.keys() & config.keys()),
    )
    yield Mistake(
        f"Right when every setting is given, wrong otherwise: a default is another. The defaults "
        f"are {defaults}.",
        other_defaults,
        _right_on(rule, lambda config: rule.defaults.keys() <= config.keys()),
    )
    if rule.state:
        yield Mistake(
            "A config that has some of its keys and not all of them stops your function. Each key "
            'that is missing has its own default: config.get("lr", default).',
            only_where_nothing_is_given,
            stops_at_some,
        )
        start = (
            "the step at lr for every weight, prev_grad" if rule.name == "rprop" else "all of it"
        )
        yield Mistake(
            "Later steps come out right and the first one does not: look at how the state begins "
            f"when config has none, {start} at 0.",
            wrong_when(False),
            _right_on(rule, rule.begun, stops=True),
        )
        yield Mistake(
            "The first step comes out right and later ones do not: look at how the state in config "
            f"goes into the new one, {names(rule.state)}.",
            wrong_when(True),
            _right_on(rule, lambda config: not rule.begun(config), stops=True),
        )


def _right_on(rule: Rule, some: Callable[[Any], bool], stops: bool = False) -> Explains:
    """Right for some configs, so that what is wrong on others lies in what these lack.

    ``stops`` says whether a call that stops may be wrong for this reason.
    """

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        if some(args[2]):
            return rule.right(args, result)
        return stops or not isinstance(result, Raised)

    return explains
