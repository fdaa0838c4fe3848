"""Reverse-mode automatic differentiation: a graph of gates, and the walk back through it.

A ``Node`` holds a value and remembers which gate made it from which nodes. ``backward`` visits the
nodes against the order in which they were computed and keeps every gradient in a dictionary of its
own, so the graph is only ever read, and asking twice gives the same answer twice.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbcourse import functions, operations
from nbcourse.reverse_mode import topological_order


@dataclass(frozen=True)
class Operation:
    """A forward and a backward pass under one name; calling it adds a node to the graph.

    Any pair of the library becomes an operation this way.

    Parameters
    ----------
    name : what a drawing writes into the node; ``{}`` stands for a constant among the inputs
    forward : ``forward(*inputs) -> (out, cache)``
    backward : ``backward(dout, cache) -> gradient``, or a tuple with one gradient for each of
        the first inputs. Inputs behind those are constants.

    Examples
    --------
    >>> from nbcourse.activations import relu_backward, relu_forward
    >>> relu = Operation("relu", relu_forward, relu_backward)
    >>> x = variable(np.array([-1.0, 2.0]), "x")
    >>> relu(x).value
    array([0., 2.])
    """

    name: str
    forward: Callable[..., tuple[Any, Any]]
    backward: Callable[[Any, Any], Any]

    def __call__(self, *inputs: Any, name: str = "") -> "Node":
        """Run the forward pass on the inputs' values and return the new node."""
        out, cache = self.forward(*map(value_of, inputs))
        return Node(out, name, self, inputs, cache)


@dataclass(frozen=True, eq=False)  # two nodes with equal values are still two nodes
class Node:
    """One value in a graph, and how it was computed. Made by ``variable`` and by operations."""

    value: Any
    name: str = ""
    operation: Operation | None = None
    inputs: tuple[Any, ...] = ()
    cache: Any = None

    # NumPy would otherwise take ``array + node`` apart entry by entry.
    __array_ufunc__ = None

    @property
    def parents(self) -> list["Node"]:
        """The nodes this one is computed from, one entry for each use."""
        return [node for node in self.inputs if isinstance(node, Node)]

    @property
    def label(self) -> str:
        """What a drawing writes into the node, its gate or the name of a variable."""
        if self.operation is None:
            return self.name
        return self.operation.name.format(*(i for i in self.inputs if not isinstance(i, Node)))

    def __add__(self, other: "Node | float") -> "Node":
        return add(self, other) if isinstance(other, Node) else shift(self, other)

    def __mul__(self, other: "Node | float") -> "Node":
        return multiply(self, other) if isinstance(other, Node) else scale(self, other)

    def __matmul__(self, other: "Node") -> "Node":
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> "Node":
        return transform(self, other)

    def __neg__(self) -> "Node":
        return scale(self, -1.0)

    def __sub__(self, other: "Node | float") -> "Node":
        return self + (-other)

    def __rsub__(self, other: float) -> "Node":
        return -self + other

    def __truediv__(self, other: "Node | float") -> "Node":
        return self * (reciprocal(other) if isinstance(other, Node) else 1.0 / other)

    def __rtruediv__(self, other: float) -> "Node":
        return reciprocal(self) if other == 1.0 else reciprocal(self) * other

    __radd__ = __add__
    __rmul__ = __mul__


add = Operation("+", operations.add_forward, operations.add_backward)
multiply = Operation("×", operations.multiply_forward, operations.multiply_backward)
maximum = Operation("max", operations.max_forward, operations.max_backward)
matmul = Operation("@", operations.matmul_forward, operations.matmul_backward)
total = Operation("sum", operations.sum_forward, operations.sum_backward)
reciprocal = Operation("1/x", functions.reciprocal_forward, functions.reciprocal_backward)
exp = Operation("exp", functions.exp_forward, functions.exp_backward)
log = Operation("log", functions.log_forward, functions.log_backward)
shift = Operation("{:g} + x", functions.shift_forward, functions.shift_backward)
scale = Operation("{:g} x", functions.scale_forward, functions.scale_backward)
transform = Operation("@", functions.transform_forward, functions.transform_backward)


def variable(value: Any, name: str = "") -> Node:
    """A node that nothing computes: an input or a parameter.

    What needs no gradient may stay a plain number or array. With data ``x`` and a node ``w``,
    ``x @ w`` saves the product that the gradient of ``x`` would cost.

    >>> x, y, z = variable(-2.0, "x"), variable(5.0, "y"), variable(-4.0, "z")
    >>> ((x + y) * z).value
    -12.0
    """
    return Node(value, name)


def value_of(argument: Any) -> Any:
    """The value of a node; anything else is a constant and stands for itself.

    >>> value_of(variable(2.0)), value_of(3.0)
    (2.0, 3.0)
    """
    return argument.value if isinstance(argument, Node) else argument


def ancestors(output: Node) -> dict[Node, list[Node]]:
    """The graph that leads to a node, as ``topological_order`` takes it: node -> its parents.

    >>> x = variable(2.0, "x")
    >>> len(ancestors(x * x))
    2
    """
    parents: dict[Node, list[Node]] = {}
    found = [output]
    while found:
        node = found.pop()
        if node not in parents:
            parents[node] = used = node.parents
            found.extend(reversed(used))
    return parents


def backward(
    output: Node, dout: Any = None, wrt: Collection[Node] | None = None
) -> dict[Node, Any]:
    """Gradients of ``output`` with respect to every node it was computed from.

    Parameters
    ----------
    output : Node
    dout : gradient of the loss with respect to ``output``; 1 when ``output`` is a number
    wrt : the nodes whose gradients you want, say the parameters; all when it is missing. What
        the walk needs on its way and you do not is given up early, which saves memory.

    Returns
    -------
    dict, Node -> gradient with the shape of the node's value. The nodes are not changed.

    Raises
    ------
    ValueError
        ``output`` is an array and ``dout`` is missing, or their shapes differ, or ``output`` was
        not computed from a node of ``wrt``.

    Examples
    --------
    >>> x, y, z = variable(-2.0, "x"), variable(5.0, "y"), variable(-4.0, "z")
    >>> f = (x + y) * z
    >>> gradients = backward(f)
    >>> [float(gradients[node]) for node in (x, y, z)]
    [-4.0, -4.0, 3.0]
    >>> [node.name for node in backward(f, wrt=[x, y])]
    ['x', 'y']
    """
    shape = np.shape(output.value)
    if dout is None and shape:
        raise ValueError(
            f"the output has shape {shape}: pass dout, the gradient that arrives at it, in the "
            "same shape, or take a sum first"
        )
    dout = 1.0 if dout is None else dout
    if np.shape(dout) != shape:
        raise ValueError(f"dout has shape {np.shape(dout)}, the output has shape {shape}")
    order = topological_order(ancestors(output))
    wanted = set(order if wrt is None else wrt)
    if strangers := wanted.difference(order):
        names = sorted(node.label or "without a name" for node in strangers)
        raise ValueError(f"wrt holds nodes that the output was not computed from: {names}")
    gradients: dict[Node, Any] = {output: dout}
    for node in reversed(order):
        if node.operation is None:
            continue
        dnode = gradients[node] if node in wanted else gradients.pop(node)
        arriving = node.operation.backward(dnode, node.cache)
        arriving = arriving if isinstance(arriving, tuple) else (arriving,)
        # Inputs behind the last gradient are constants, such as the c of c + x.
        for parent, gradient in zip(node.inputs, arriving, strict=False):
            if isinstance(parent, Node):
                known = parent in gradients
                gradients[parent] = gradients[parent] + gradient if known else gradient
    return gradients if wrt is None else {node: gradients[node] for node in wrt}


def evaluate(output: Node, replaced: Mapping[Node, Any]) -> Any:
    """Value of ``output`` when some nodes are given other values; the graph stays as it is.

    >>> x = variable(2.0, "x")
    >>> f = x * x + x
    >>> evaluate(f, {x: 3.0}), f.value
    (12.0, 6.0)
    """
    values = dict(replaced)
    for node in topological_order(ancestors(output)):
        if node in values:
            continue
        if node.operation is None:
            values[node] = node.value
        else:
            inputs = [values[i] if isinstance(i, Node) else i for i in node.inputs]
            values[node] = node.operation.forward(*inputs)[0]
    return values[output]
