"""What students get wrong in one of the two gradients of Swish, the other being what it may."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.activations import sigmoid
from nbcourse.exercise import Mistake
from nbcourse.gated_activations import swish_backward


def _input(gradient: Callable[..., Any]) -> Callable[..., Any]:
    """Another dx, from dout, x, beta and the gate s, and the right dbeta."""

    def backward(dout: Any, cache: Any) -> Any:
        x, beta = cache
        return gradient(dout, x, beta, sigmoid(beta * x)), swish_backward(dout, cache)[1]

    return backward


def _beta(gradient: Callable[..., Any]) -> Callable[..., Any]:
    """The right dx, and another dbeta, from dout, x, beta and the gate s."""

    def backward(dout: Any, cache: Any) -> Any:
        x, beta = cache
        return swish_backward(dout, cache)[0], gradient(dout, x, beta, sigmoid(beta * x))

    return backward


IN_DX = (
    Mistake(
        "Your dx is dout s: the second term of the product rule is missing. x also moves the "
        "gate, which multiplies x.",
        _input(lambda dout, x, beta, s: dout * s),
    ),
    Mistake(
        "Your dx has only the term in which the gate moves. x also stands in front of the "
        "gate: its own term is dout s.",
        _input(lambda dout, x, beta, s: dout * beta * x * s * (1 - s)),
    ),
    Mistake(
        "In your dx beta is missing in front of x s (1 - s). The gate moves with x by beta "
        "times the sigmoid's slope.",
        _input(lambda dout, x, beta, s: dout * (s + x * s * (1 - s))),
    ),
    Mistake(
        "In your dx the second term lacks x: the change of the gate is multiplied by what it "
        "lets through.",
        _input(lambda dout, x, beta, s: dout * (s + beta * s * (1 - s))),
    ),
    Mistake(
        "In your dx the second term is the sigmoid's slope alone. The change of the gate has a "
        "factor beta, and is multiplied by the x that it lets through: beta x s (1 - s).",
        _input(lambda dout, x, beta, s: dout * (s + s * (1 - s))),
    ),
    Mistake(
        "You multiply the derivatives of the two factors. The product rule adds two terms: in "
        "each one factor is differentiated and the other stays.",
        _input(lambda dout, x, beta, s: dout * beta * s * (1 - s)),
    ),
    Mistake(
        "In your dx the second term is taken away. Both terms of the product rule are added.",
        _input(lambda dout, x, beta, s: dout * (s - beta * x * s * (1 - s))),
    ),
    Mistake(
        "In your dx the second term lacks the factor 1 - s of the sigmoid's slope.",
        _input(lambda dout, x, beta, s: dout * (s + beta * x * s)),
    ),
    Mistake(
        "In your dx the second term lacks the factor s of the sigmoid's slope.",
        _input(lambda dout, x, beta, s: dout * (s + beta * x * (1 - s))),
    ),
    Mistake(
        "In your dx dout multiplies the first term alone: parentheses are missing round the sum.",
        _input(lambda dout, x, beta, s: dout * s + beta * x * s * (1 - s)),
    ),
    Mistake(
        "Your dx holds the derivative alone. The gradient that arrives is missing: multiply "
        "by dout.",
        _input(lambda dout, x, beta, s: s + beta * x * s * (1 - s)),
    ),
    Mistake(
        "You multiply dout by the output of the forward pass. The chain rule multiplies it by "
        "the derivative, which the product rule gives.",
        _input(lambda dout, x, beta, s: dout * x * s),
    ),
    Mistake(
        "In your dx the second term has neither beta nor the factor s of the sigmoid's slope, "
        "s (1 - s).",
        _input(lambda dout, x, beta, s: dout * (s + x * (1 - s))),
    ),
    Mistake(
        "In your dx the second term has neither beta nor the factor 1 - s of the sigmoid's "
        "slope, s (1 - s).",
        _input(lambda dout, x, beta, s: dout * (s + x * s)),
    ),
    Mistake(
        "In your dx the terms of the product rule hold the wrong factors: where x is "
        "differentiated the gate stays, and where the gate is, x stays.",
        _input(lambda dout, x, beta, s: dout * (x * s + s * (1 - s))),
    ),
    Mistake(
        "In your dx x and 1 have changed places: where x is differentiated the gate alone "
        "stays, and where the gate is differentiated x stays.",
        _input(lambda dout, x, beta, s: dout * (x * s + beta * s * (1 - s))),
    ),
    Mistake(
        "In your dx the first term is 1. x is multiplied by its gate, so the first term is s.",
        _input(lambda dout, x, beta, s: dout * (1 + beta * x * s * (1 - s))),
    ),
    Mistake(
        "Your dx is the sigmoid's gradient alone. x stands in front of the gate too: the "
        "product rule gives two terms.",
        _input(lambda dout, x, beta, s: dout * s * (1 - s)),
    ),
    Mistake(
        "In your dx beta multiplies the first term, in which the gate stands still. It belongs "
        "to the second.",
        _input(lambda dout, x, beta, s: dout * (beta * s + x * s * (1 - s))),
    ),
    Mistake(
        "In your dx beta multiplies both terms. The gate stands still in the first one.",
        _input(lambda dout, x, beta, s: dout * beta * (s + x * s * (1 - s))),
    ),
    Mistake(
        "In your dx the second term has beta x twice. The gate moves by beta times the "
        "sigmoid's slope, and is multiplied by x.",
        _input(lambda dout, x, beta, s: dout * (s + (beta * x) ** 2 * s * (1 - s))),
    ),
    Mistake(
        "In your dx the second term has x squared, which belongs to dbeta.",
        _input(lambda dout, x, beta, s: dout * (s + beta * x**2 * s * (1 - s))),
    ),
    Mistake(
        "In your dx the sigmoid is applied twice: s (1 - s) is already written in terms of the "
        "gate's value s.",
        _input(lambda dout, x, beta, s: dout * (s + beta * x * sigmoid(s) * (1 - sigmoid(s)))),
    ),
    Mistake(
        "Your dx mixes two forms: with out = x s it is beta out + s (1 - beta out), with beta "
        "in both places.",
        _input(lambda dout, x, beta, s: dout * (beta * x * s + s * (1 - x * s))),
    ),
    Mistake(
        "Your dx mixes two forms. With out = x s it is beta out + s (1 - beta out), with beta "
        "in both places.",
        _input(lambda dout, x, beta, s: dout * (x * s + s * (1 - beta * x * s))),
    ),
)

IN_DBETA = (
    Mistake(
        "Your dbeta is not summed. One beta served every entry, so the gradients of all "
        "entries add up to one number.",
        _beta(lambda dout, x, beta, s: dout * x**2 * s * (1 - s)),
    ),
    Mistake(
        "Your dbeta is summed over the batch alone. One beta serves all features too: sum "
        "over all axes, to one number.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x**2 * s * (1 - s), axis=0)),
    ),
    Mistake(
        "Your dbeta is summed over the last axis alone. One beta serves every entry: sum over "
        "all axes, to one number.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x**2 * s * (1 - s), axis=-1)),
    ),
    Mistake(
        "Your dbeta is a mean. The gradients of all entries add up.",
        _beta(lambda dout, x, beta, s: np.mean(dout * x**2 * s * (1 - s))),
    ),
    Mistake(
        "In your dbeta x is not squared. The gate moves with beta by x times the sigmoid's "
        "slope, and the gate multiplies x: that makes x twice.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x * s * (1 - s))),
    ),
    Mistake(
        "Your dbeta has a factor beta in it. beta x moves with beta by x.",
        _beta(lambda dout, x, beta, s: np.sum(dout * beta * x**2 * s * (1 - s))),
    ),
    Mistake(
        "Your dbeta uses beta where the second x belongs. beta x moves with beta by x.",
        _beta(lambda dout, x, beta, s: np.sum(dout * beta * x * s * (1 - s))),
    ),
    Mistake(
        "In your dbeta x is missing, twice: once from the inside of the gate, once because "
        "the gate multiplies x.",
        _beta(lambda dout, x, beta, s: np.sum(dout * s * (1 - s))),
    ),
    Mistake(
        "In your dbeta the factor 1 - s of the sigmoid's slope is missing.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x**2 * s)),
    ),
    Mistake(
        "In your dbeta the factor s of the sigmoid's slope is missing.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x**2 * (1 - s))),
    ),
    Mistake(
        "dout is missing in your dbeta. Each entry's share is multiplied by its own dout "
        "before the sum.",
        _beta(lambda dout, x, beta, s: np.sum(x**2 * s * (1 - s))),
    ),
    Mistake(
        "In your dbeta dout is summed by itself. Multiply entry by entry, then sum.",
        _beta(lambda dout, x, beta, s: np.sum(dout) * np.sum(x**2 * s * (1 - s))),
    ),
    Mistake(
        "Your dbeta is the sum of your dx. The output moves with beta otherwise than with x: "
        "differentiate x sigmoid(beta x) with respect to beta.",
        _beta(lambda dout, x, beta, s: np.sum(dout * (s + beta * x * s * (1 - s)))),
    ),
    Mistake(
        "Your dbeta has a first term, x s, that does not belong to it. x in front of the gate "
        "does not move with beta.",
        _beta(lambda dout, x, beta, s: np.sum(dout * (x * s + x**2 * s * (1 - s)))),
    ),
    Mistake(
        "Your dbeta is the sum of dout times the output. The output's derivative with respect "
        "to beta goes through the gate's slope.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x * s)),
    ),
    Mistake(
        "Your dbeta lacks the sigmoid's slope: x^2 is what beta x and x bring, and s (1 - s) "
        "is how fast the gate moves.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x**2)),
    ),
    Mistake(
        "Your dbeta is the sum of dout s, the first term of dx. beta acts through the gate "
        "alone: the gate moves with it by x times the sigmoid's slope, and multiplies x.",
        _beta(lambda dout, x, beta, s: np.sum(dout * s)),
    ),
    Mistake(
        "Your dbeta has beta^2 where x belongs. beta x moves with beta by x.",
        _beta(lambda dout, x, beta, s: np.sum(dout * beta**2 * x * s * (1 - s))),
    ),
    Mistake(
        "Your dbeta is divided by beta. beta x moves with beta by x, and that is all.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x**2 * s * (1 - s)) / beta),
    ),
    Mistake(
        "Your dbeta is the sum of dx times x. dx also holds the term in which x moves in front "
        "of the gate; with beta the gate alone moves, by x s (1 - s).",
        _beta(
            lambda dout, x, beta, s: np.sum(dout * x * (s + beta * x * s * (1 - s))),
        ),
    ),
    Mistake(
        "Your dbeta has x cubed. x comes from the inside of the gate once, and once from in "
        "front of it.",
        _beta(lambda dout, x, beta, s: np.sum(dout * x**3 * s * (1 - s))),
    ),
    Mistake(
        "Your dbeta is made with dx in place of dout. Each gradient starts from dout itself.",
        _beta(
            lambda dout, x, beta, s: np.sum(swish_backward(dout, (x, beta))[0] * x**2 * s * (1 - s))
        ),
    ),
    Mistake(
        "Your dbeta takes the absolute value of x. x stands in it as a square, and dout keeps "
        "its sign.",
        _beta(lambda dout, x, beta, s: np.sum(dout * np.abs(x) * s * (1 - s))),
    ),
)
