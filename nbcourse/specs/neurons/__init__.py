"""Sheet "neurons": two learning rules for one neuron, then networks of step units by hand."""

from nbcourse.exercise import Sheet
from nbcourse.specs.neurons.adaline import ADALINE_UPDATE
from nbcourse.specs.neurons.dnf import DNF_NETWORK
from nbcourse.specs.neurons.gates import AND_GATE, OR_GATE
from nbcourse.specs.neurons.perceptron import PERCEPTRON_UPDATE
from nbcourse.specs.neurons.xor import XOR_NETWORK

SHEET = Sheet(
    "neurons",
    "Neurons",
    (
        PERCEPTRON_UPDATE,
        ADALINE_UPDATE,
        OR_GATE,
        AND_GATE,
        XOR_NETWORK,
        DNF_NETWORK,
    ),
)
