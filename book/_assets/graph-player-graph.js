// A graph of gates: built as nbcourse.graph.Node builds it, evaluated forward, walked backward.
"use strict";
{
  const { add, multiply, shift, scale, reciprocal, power, exponential, raise } = GraphPlayer;
  const { CHOICES, FUNCTIONS } = GraphPlayer;
  const isNode = (operand) => typeof operand === "object";

  // An operand is a number or a node. Nodes stand in the order in which they are computed.
  class Graph {
    nodes = [];

    variable(name) {
      return this.place({ name, label: name, inputs: [] });
    }

    gate(gate, ...inputs) {
      const number = this.nodes.filter((node) => node.gate).length + 1;
      return this.place({ name: "", label: gate.label, gate, inputs, number });
    }

    place(node) {
      this.nodes.push({ ...node, index: this.nodes.length });
      return this.nodes.at(-1);
    }

    get gates() {
      return this.nodes.filter((node) => node.gate);
    }

    get variables() {
      return this.nodes.filter((node) => !node.gate);
    }

    // The operators, with the same small gates as the methods of nbcourse.graph.Node.

    add(x, y) {
      if (!isNode(x)) [x, y] = [y, x];
      if (!isNode(x)) return x + y;
      return isNode(y) ? this.gate(add, x, y) : this.gate(shift(y), x);
    }

    multiply(x, y) {
      if (!isNode(x)) [x, y] = [y, x];
      if (!isNode(x)) return x * y;
      return isNode(y) ? this.gate(multiply, x, y) : this.gate(scale(y), x);
    }

    negate(x) {
      return isNode(x) ? this.gate(scale(-1), x) : -x;
    }

    subtract(x, y) {
      if (isNode(x) && !isNode(y)) return this.gate(shift(-y), x);
      return this.add(x, this.negate(y));
    }

    divide(x, y) {
      if (!isNode(y)) return isNode(x) ? this.gate(scale(1 / y), x) : x / y;
      const inverse = this.gate(reciprocal, y);
      return x === 1 ? inverse : this.multiply(x, inverse);
    }

    power(x, y) {
      if (!isNode(x) && !isNode(y)) return x ** y;
      if (!isNode(y)) return this.gate(power(y), x);
      return isNode(x) ? this.gate(raise, x, y) : this.gate(exponential(x), y);
    }

    call(name, operands) {
      if (name in FUNCTIONS) {
        const [x] = operands;
        return isNode(x) ? this.gate(FUNCTIONS[name], x) : FUNCTIONS[name].value([x]);
      }
      const { two, left, right } = CHOICES[name];
      return operands.reduce((x, y) => {
        if (isNode(x)) return isNode(y) ? this.gate(two, x, y) : this.gate(right(y), x);
        return isNode(y) ? this.gate(left(x), y) : two.value([x, y]);
      });
    }
  }

  // Values forward, gradients backward. shares[i][k] is what gate i sends to its input k.
  const evaluate = (graph, given) => {
    const values = [];
    for (const { gate, inputs, name, index } of graph.nodes) {
      values[index] = gate ? gate.value(inputs.map((node) => values[node.index])) : given[name];
    }
    const gradients = graph.nodes.map(() => 0);
    const locals = [];
    const shares = [];
    gradients[graph.output.index] = 1;
    for (const { gate, inputs, index } of [...graph.nodes].reverse()) {
      if (!gate) continue;
      const arguments_ = inputs.map((node) => values[node.index]);
      locals[index] = gate.local(arguments_, values[index]);
      shares[index] = locals[index].map((local) => gradients[index] * local);
      inputs.forEach((node, k) => (gradients[node.index] += shares[index][k]));
    }
    return { values, gradients, locals, shares };
  };

  Object.assign(GraphPlayer, { Graph, evaluate, isNode });
}
