"""What students let go back on one side of leaky ReLU's kink, whatever they do on the other."""

from collections.abc import Callable
from typing import Any

LEFT: tuple[tuple[str, Callable[..., Any]], ...] = (
    (
        "Where x is below 0 you return alpha alone. It is multiplied by dout there too.",
        lambda dout, x, alpha: alpha,
    ),
    (
        "On the negative side you multiply by x as well. alpha x is the output there; its slope "
        "is alpha.",
        lambda dout, x, alpha: dout * alpha * x,
    ),
    (
        "On the negative side you return the output, alpha x. What goes back there is dout times "
        "the slope, alpha.",
        lambda dout, x, alpha: alpha * x,
    ),
    (
        "Your slope for x below 0 has the wrong sign. alpha x falls together with x, so its slope "
        "is alpha.",
        lambda dout, x, alpha: -alpha * dout,
    ),
    (
        "Your slope for x below 0 is -alpha, and dout is missing. alpha x falls together with x, "
        "so its slope is alpha.",
        lambda dout, x, alpha: -alpha,
    ),
    (
        "Your slope for x below 0 is 1 - alpha. There the output is alpha x: how fast does it "
        "move with x?",
        lambda dout, x, alpha: (1 - alpha) * dout,
    ),
    (
        "Where x is below 0 you divide by alpha. Its slope there is alpha: multiply.",
        lambda dout, x, alpha: dout / alpha,
    ),
    (
        "Where x is below 0 alpha stands twice. Its slope there is alpha.",
        lambda dout, x, alpha: alpha**2 * dout,
    ),
    (
        "Where x is below 0 you add alpha to dout. The chain rule multiplies the two.",
        lambda dout, x, alpha: dout + alpha,
    ),
    (
        "Where x is below 0 you take alpha away from dout. The chain rule multiplies the two.",
        lambda dout, x, alpha: dout - alpha,
    ),
    (
        "Where x is below 0 you return a number written in your code. There go back alpha, from "
        "the cache, times dout.",
        lambda dout, x, alpha: 0.01,
    ),
    (
        "Where x is below 0 your gradient is 0, as in ReLU. This unit leaks: what is its slope "
        "there?",
        lambda dout, x, alpha: 0.0,
    ),
    (
        "Where x is below 0 you hand dout on as it came. Only the share alpha of it goes through "
        "there.",
        lambda dout, x, alpha: dout,
    ),
)
RIGHT: tuple[tuple[str, Callable[..., Any]], ...] = (
    (
        "Where x is above 0 you return 1 alone. It is multiplied by dout there too.",
        lambda dout, x, alpha: 1.0,
    ),
    (
        "On the positive side you return x. What goes back there is dout: the slope is 1.",
        lambda dout, x, alpha: x,
    ),
    (
        "On the positive side you multiply by x. The output there is x, and its slope is 1.",
        lambda dout, x, alpha: dout * x,
    ),
    (
        "Where x is above 0 your gradient is 0. The output there is x itself: what is its slope?",
        lambda dout, x, alpha: 0.0,
    ),
    (
        "Where x is above 0 you multiply by alpha. The output there is x itself.",
        lambda dout, x, alpha: alpha * dout,
    ),
    (
        "Your two sides overlap: where x is above 0 you add alpha to the slope 1. Each entry has "
        "one of the two slopes.",
        lambda dout, x, alpha: (1 + alpha) * dout,
    ),
    (
        "Where x is above 0 the slope of the other side is taken away from 1. Each entry has one "
        "of the two slopes.",
        lambda dout, x, alpha: (1 - alpha) * dout,
    ),
)
