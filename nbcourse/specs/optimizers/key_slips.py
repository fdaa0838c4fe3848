"""What goes wrong in every optimizer rule alike: what is returned, and under which keys."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import same
from nbcourse.exercise.description import message_of
from nbcourse.specs.optimizers.rules import Rule


def names(keys: Any) -> str:
    """Keys in a sentence."""
    return ", ".join(f'"{key}"' for key in keys)


def mistakes_of_results(rule: Rule) -> Iterator[Mistake]:
    """A right step, and something else returned."""

    def returning(change: Callable[..., Any]) -> Callable[..., Any]:
        return lambda w, dw, config: change(w, *rule.reference(w, dw, config))

    def decayed(args: tuple[Any, ...], result: Any) -> bool:
        """Whether what is too much is the same share of every weight."""
        new = rule.reference(*args)[0]
        shares = (new - result[0]) / args[0]
        return not same(result[0], new) and same(shares, np.full(new.shape, shares.flat[0]))

    yield Mistake(
        "Your step goes uphill: the sign is wrong. The gradient shows where the loss grows, and w "
        "moves the other way.",
        returning(lambda w, new, config: (2 * w - new, config)),
    )
    yield Mistake(
        "A part of w itself is in your step. A weight decay is not asked for: the step comes from "
        "the gradient and the state alone.",
        returning(lambda w, new, config: (new - 0.01 * w, config)),
        decayed,
    )
    yield Mistake(
        "You return the step alone. Add it to w: the first result is the new parameter.",
        returning(lambda w, new, config: (new - w, config)),
    )
    yield Mistake(
        "You return w alone. The config is missing, and the next step needs it: return w, config.",
        returning(lambda w, new, config: new),
        lambda args, result: isinstance(result, np.ndarray) and result.shape == args[0].shape,
    )
    yield Mistake(
        "You return the old w. The first result is the parameter after the step.",
        returning(lambda w, new, config: (w, config)),
    )
    yield Mistake(
        "The two results are swapped: first the parameter w, then the config.",
        returning(lambda w, new, config: (config, new)),
        lambda args, result: isinstance(result[0], dict),
    )
    yield Mistake(
        "Your second result is no dict. It is the whole config, with the state in it. A call of "
        "config.update(...) returns None: return the dict itself.",
        returning(lambda w, new, config: (new, None)),
        lambda args, result: (
            isinstance(result, (tuple, list))
            and len(result) == 2
            and not any(isinstance(r, dict) for r in result)
        ),
    )
    yield Mistake(
        "Arrays are taken together whose shapes do not fit. Every weight is updated by itself: "
        "multiply entry by entry, with * and **, and not by np.dot or @.",
        lambda w, dw, config: (w + np.dot(dw, dw), config),
        _multiplies_matrices,
    )


def _multiplies_matrices(args: tuple[Any, ...], result: Any) -> bool:
    """Whether a product of matrices has stopped the call; with two axes or one it may exist."""
    if args[1].ndim < 3:
        return True
    message = message_of(result.error)
    return result.kind == "ValueError" and ("matmul" in message or "not aligned" in message)


def mistakes_of_keys(rule: Rule) -> Iterator[Mistake]:
    """A right step, and other keys in the config, before or after it."""
    wanted = {*rule.defaults, *rule.state}

    def compared(args: tuple[Any, ...], result: Any) -> tuple[set[Any], set[Any]]:
        """The keys that a returned config lacks, and those that it has too many."""
        expected, got = rule.reference(*args)[1].keys(), result[1].keys()
        return expected - got, got - expected

    def lost(args: tuple[Any, ...], result: Any) -> bool:
        missing, extra = compared(args, result)
        return not extra and missing >= args[2].keys() - set(rule.state)

    def misspelt(args: tuple[Any, ...], result: Any) -> bool:
        missing, extra = compared(args, result)
        return bool(extra) and (bool(missing) or rule.begun(args[2]))

    def more(args: tuple[Any, ...], result: Any) -> bool:
        return bool(compared(args, result)[1])

    def not_there(args: tuple[Any, ...], result: Any) -> bool:
        incomplete = bool(wanted - args[2].keys())
        if not args[2] or _stops(result, "KeyError"):
            return incomplete and _stops(result, "KeyError")
        return not incomplete or rule.right(args, result)

    def without_settings(w: Any, dw: Any, config: Any) -> Any:
        new, after = rule.reference(w, dw, config)
        return new, {key: after[key] for key in rule.state}

    def renamed(w: Any, dw: Any, config: Any) -> Any:
        new, after = rule.reference(w, dw, config)
        kept = {f"my_{key}" if key in rule.state else key: v for key, v in after.items()}
        return new, kept

    def with_more(w: Any, dw: Any, config: Any) -> Any:
        new, after = rule.reference(w, dw, config)
        return new, {**after, "update": new - w}

    def by_other_names(w: Any, dw: Any, config: Any) -> Any:
        raise KeyError("learning_rate")

    def all_must_be_there(w: Any, dw: Any, config: Any) -> Any:
        for key in wanted:
            config[key]
        return rule.reference(w, dw, config)

    yield Mistake(
        "The settings that were in config are lost. The config you return holds them and the "
        "state, for the next call: start from {**config}, and put the state in.",
        without_settings,
        lost,
    )
    if rule.state:
        yield Mistake(
            "Your state is kept under other names than the next call will look for. The state of "
            f"{rule.name} stands under {names(rule.state)}.",
            renamed,
            misspelt,
        )
    yield Mistake(
        "The config you return has keys that do not belong there. It holds what was given"
        + (f" and the state, {names(rule.state)}: " if rule.state else ": ")
        + "whatever else you need along the way is a local variable.",
        with_more,
        more,
    )
    yield Mistake(
        "A key is looked up that is never there: it is misspelt. The keys of "
        f"{rule.name}'s config are {names([*rule.defaults, *rule.state])}.",
        by_other_names,
        lambda args, result: _stops(result, "KeyError"),
    )
    yield Mistake(
        "You read a key from config that may not be there: a setting that is not given has its "
        "default, "
        + ("and in the first step there is no state. " if rule.state else "")
        + 'Use config.get("lr", default), for each key.',
        all_must_be_there,
        not_there,
    )


def _stops(result: Any, kind: str) -> bool:
    return isinstance(result, Raised) and result.kind == kind
