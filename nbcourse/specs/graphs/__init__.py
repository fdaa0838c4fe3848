"""Sheet "graphs": gates one by one, the walk back through a graph, matrices and broadcasting.

In each module an exercise comes with its inputs before it and the mistakes that students make in
it. A wrong implementation is a lambda where one line says it, otherwise a function with a name.
"""

from nbcourse.exercise import Sheet
from nbcourse.specs.graphs.arrays import MATMUL, UNBROADCAST
from nbcourse.specs.graphs.gates import ADD, COMPOUND, MULTIPLY
from nbcourse.specs.graphs.maximum import MAX
from nbcourse.specs.graphs.neuron import SIGMOID_NEURON
from nbcourse.specs.graphs.order import TOPOLOGICAL_ORDER
from nbcourse.specs.graphs.walk import GRAPH_BACKWARD

SHEET = Sheet(
    "graphs",
    "Computational graphs",
    (
        COMPOUND,
        ADD,
        MULTIPLY,
        MAX,
        SIGMOID_NEURON,
        TOPOLOGICAL_ORDER,
        GRAPH_BACKWARD,
        MATMUL,
        UNBROADCAST,
    ),
)
