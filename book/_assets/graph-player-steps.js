// The steps through a graph, one gate at a time, what is known after each, and its sentence.
"use strict";
{
  const { format } = GraphPlayer;
  const MINUS = "\u2212";
  const behind = (text) => (text.startsWith(MINUS) ? `(${text})` : text);
  const times = (a, b) => `${format(a)} × ${behind(format(b))}`;

  // How a node is called in sentences and in the table.
  const title = (node) => node.name || `gate ${node.number}`;
  const fullTitle = (node) =>
    node.gate && node.name ? `${node.name} (gate ${node.number})` : title(node);
  const gateTitle = (node) =>
    `Gate ${node.number}, ${node.label}${node.name ? ` (${node.name})` : ""}`;

  const stepsOf = (graph) => [
    { kind: "inputs" },
    ...graph.gates.map((gate) => ({ kind: "forward", gate })),
    { kind: "start" },
    ...graph.gates.reverse().map((gate) => ({ kind: "backward", gate })),
  ];

  const usesOf = (graph, node) =>
    graph.nodes.flatMap((user) => user.inputs).filter((input) => input === node).length;

  // After step number `last`: which nodes have a value, and the shares of gradient that each has.
  const stateAt = (graph, run, steps, last) => {
    const valued = new Set(graph.variables);
    const received = new Map(graph.nodes.map((node) => [node, []]));
    const passed = new Set(); // gates that have sent their shares
    for (const { kind, gate } of steps.slice(0, last + 1)) {
      if (kind === "forward") valued.add(gate);
      if (kind === "start") received.get(graph.output).push(1);
      if (kind !== "backward") continue;
      passed.add(gate);
      gate.inputs.forEach((input, k) => received.get(input).push(run.shares[gate.index][k]));
    }
    const gradientText = (node) => {
      const shares = received.get(node);
      if (!shares.length) return "";
      const sum = format(shares.reduce((a, b) => a + b));
      return shares.length < usesOf(graph, node) ? `${sum} + …` : sum;
    };
    return { ...steps[last], valued, received, passed, gradientText };
  };

  const formulaOf = (node) => (node.gate ? node.gate.formula(node.inputs.map(title)) : "input");

  const forwardSentence = (gate, run) => {
    const numbers = gate.inputs.map((input) => format(run.values[input.index]));
    const out = run.values[gate.index];
    const sentence =
      `Forward. ${gateTitle(gate)}: ${formulaOf(gate)} = ${gate.gate.formula(numbers)}` +
      ` = ${format(out)}.`;
    return Number.isFinite(out) ? sentence : `${sentence} This gate has no finite value here.`;
  };

  const backwardSentences = (graph, gate, run, state) => {
    const upstream = run.gradients[gate.index];
    const values = gate.inputs.map((input) => run.values[input.index]);
    const rules = gate.gate.rules(values, run.values[gate.index]);
    const sentences = gate.inputs.map((input, k) => {
      const local = run.locals[gate.index][k];
      return (
        `To ${title(input)}: upstream gradient times local gradient (${rules[k]})` +
        ` = ${times(upstream, local)} = ${format(run.shares[gate.index][k])}.`
      );
    });
    for (const input of new Set(gate.inputs)) {
      const uses = usesOf(graph, input);
      const shares = state.received.get(input);
      if (uses < 2) continue;
      const missing = uses - shares.length;
      const often = `Since ${title(input)} is used ${uses} times, its shares add up`;
      if (missing) {
        sentences.push(`${often}; ${missing === 1 ? "one is" : `${missing} are`} still to come.`);
      } else {
        const sum = shares.map((share, i) => (i ? behind(format(share)) : format(share)));
        sentences.push(`${often}: ${sum.join(" + ")} = ${format(run.gradients[input.index])}.`);
      }
    }
    return [`Backward. ${gateTitle(gate)}, upstream gradient ${format(upstream)}.`, ...sentences];
  };

  // One or more sentences, each for a line of its own.
  const sentencesOf = (graph, run, state) => {
    const list = (nodes, numbers, before = "") =>
      nodes.map((node) => `${before}${title(node)} = ${format(numbers[node.index])}`).join(", ");
    const gates = graph.gates.length;
    const done = `All gradients are there: ${list(graph.variables, run.gradients, "∂f/∂")}.`;
    if (state.kind === "inputs") {
      const inputs = `Inputs: ${list(graph.variables, run.values)}.`;
      const count = gates === 1 ? "one gate" : `${gates} gates`;
      return gates ? [inputs, `Next: forward through ${count}.`] : [inputs];
    }
    if (state.kind === "forward") return [forwardSentence(state.gate, run)];
    if (state.kind === "start") {
      const start =
        `The value is ${format(run.values[graph.output.index])}. Backward starts at the output: ` +
        "its gradient with respect to itself is 1.";
      return gates ? [start] : [start, done];
    }
    const sentences = backwardSentences(graph, state.gate, run, state);
    return state.passed.size === gates ? [...sentences, done] : sentences;
  };

  // Short, for the slider.
  const shortOf = ({ kind, gate }) =>
    ({ inputs: "inputs", start: "turn around" })[kind] ?? `${kind}, gate ${gate.number}`;

  Object.assign(GraphPlayer, {
    stepsOf, stateAt, sentencesOf, shortOf, fullTitle, formulaOf, usesOf,
  });
}
