"""Expressions as text, and the graph that the library makes of them.

Python itself reads the expression, so that precedence and the folding of constants are its own and
those of ``nbcourse.graph.Node``.
"""

import ast
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse import activations, graph
from nbcourse.graph import Node, Operation, variable

FUNCTIONS: dict[str, Operation] = {
    "exp": graph.exp,
    "log": graph.log,
    "sqrt": Operation("sqrt", lambda x: (np.sqrt(x), (x,)), lambda d, c: 0.5 * d / np.sqrt(c[0])),
    "sin": Operation("sin", lambda x: (np.sin(x), (x,)), lambda d, c: d * np.cos(c[0])),
    "cos": Operation("cos", lambda x: (np.cos(x), (x,)), lambda d, c: -d * np.sin(c[0])),
    "sigmoid": Operation("sigmoid", activations.sigmoid_forward, activations.sigmoid_backward),
    "tanh": Operation("tanh", activations.tanh_forward, activations.tanh_backward),
    "relu": Operation("relu", activations.relu_forward, activations.relu_backward),
}


def min_backward(dout: Any, cache: Any) -> tuple[Any, Any]:
    x, y = cache
    return dout * (x <= y), dout * (x > y)


def power_backward(dout: Any, cache: Any) -> tuple[Any, Any]:
    x, y = cache
    by_exponent = np.log(x) if x > 0 else np.nan
    return dout * y * x ** (y - 1.0), dout * x**y * by_exponent


PAIRS: dict[str, Operation] = {
    "max": graph.maximum,
    "min": Operation("min", lambda x, y: (np.minimum(x, y), (x, y)), min_backward),
    "**": Operation("**", lambda x, y: (x**y, (x, y)), power_backward),
}
ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def written(number: float) -> str:
    return f"{number:g}"


def apply_two(name: str, x: Any, y: Any) -> Any:
    """A gate with two inputs; a constant among them is folded into its label."""
    pair = PAIRS[name]
    if not isinstance(x, Node) and not isinstance(y, Node):
        return float(pair.forward(x, y)[0])
    label = "{} ** {}" if name == "**" else f"{name}({{}}, {{}})"
    if not isinstance(y, Node):
        one = lambda dout, cache: pair.backward(dout, cache)[0]  # noqa: E731
        return Operation(label.format("x", written(y)), pair.forward, one)(x, y)
    if not isinstance(x, Node):
        forward = lambda y: pair.forward(x, y)  # noqa: E731
        other = lambda dout, cache: pair.backward(dout, cache)[1]  # noqa: E731
        return Operation(label.format(written(x), "x"), forward, other)(y)
    return pair(x, y)


def read(text: str, values: dict[str, float]) -> Node:
    """The graph of an expression at these values."""
    known: dict[str, Any] = {name: variable(np.float64(v), name) for name, v in values.items()}

    def visit(part: ast.expr) -> Any:
        match part:
            case ast.Constant(value=float() | int() as number):
                return float(number)
            case ast.Name(id=name):
                return known[name]
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -visit(inner)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return visit(inner)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return apply_two("**", visit(left), visit(right))
            case ast.BinOp(left=left, op=sign, right=right):
                return ARITHMETIC[type(sign)](visit(left), visit(right))
            case ast.Call(func=ast.Name(id=name), args=[argument]):
                inner = visit(argument)
                made = FUNCTIONS[name](inner)
                return made if isinstance(inner, Node) else float(made.value)
            case ast.Call(func=ast.Name(id=name), args=[first, *others]):
                result = visit(first)
                for other in others:
                    result = apply_two(name, result, visit(other))
                return result
        raise ValueError(ast.dump(part))

    result: Any = None
    for statement in ast.parse(text).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=expression):
                result = known[name] = visit(expression)
            case ast.Expr(value=expression):
                result = visit(expression)
    return result


def random_expression(rng: np.random.Generator, depth: int) -> str:
    """An expression of at most this depth with the variables a, b and c."""
    if depth == 0:
        return str(rng.choice(["a", "b", "c", "a", "b", "c", "2", "0.5", "3"]))
    left, right = random_expression(rng, depth - 1), random_expression(rng, rng.integers(depth))
    kind = rng.integers(9)
    if kind < 5:
        return f"({left}) {'+-*/+'[kind]} ({right})"
    if kind == 5:
        return f"-({left})"
    if kind == 6:
        exponent = rng.choice(["2", "3", "-1", "0.5", f"({right})"])
        return f"{rng.choice(['2', f'({left})'])} ** {exponent}"
    if kind == 7:
        return f"{rng.choice(['max', 'min'])}({left}, {right}, {rng.choice(['1', 'c'])})"
    return f"{rng.choice(list(FUNCTIONS))}({left})"
