// Where the nodes of a graph stand: the method of nbcourse.plots.layout, step by step.
//
// Layers from left to right, a bend in every layer that a long edge passes, and each layer sorted
// by the mean height of its neighbors (Sugiyama, Tagawa and Toda, 1981).
"use strict";
{
  const SWEEPS = 30;

  // Longest way from an input; an input stands just left of the first gate that uses it.
  const layersOf = (nodes) => {
    const layers = new Map();
    const firstUse = new Map();
    for (const node of nodes) {
      layers.set(node, Math.max(0, ...node.inputs.map((input) => layers.get(input) + 1)));
    }
    for (const node of nodes) {
      for (const input of node.inputs) {
        const known = firstUse.get(input) ?? Infinity;
        firstUse.set(input, Math.min(known, layers.get(node)));
      }
    }
    for (const node of nodes) {
      if (!node.inputs.length) layers.set(node, (firstUse.get(node) ?? 1) - 1);
    }
    return layers;
  };

  // The layers with bends filled in, the neighbors on either side, the bends of every edge.
  // The order within a layer starts as a reader meets the nodes, from the output back.
  const columnsOf = (graph, layers) => {
    const columns = [];
    const left = new Map();
    const right = new Map();
    const chains = new Map();
    const place = (key, layer) => {
      (columns[layer] ??= []).push(key);
      left.set(key, []);
      right.set(key, []);
    };
    const met = new Set();
    const meet = (node) => {
      if (met.has(node)) return;
      met.add(node);
      node.inputs.forEach(meet);
    };
    meet(graph.output);
    met.forEach((node) => place(node, layers.get(node)));
    for (const node of met) {
      for (const input of new Set(node.inputs)) {
        const chain = [];
        for (let layer = layers.get(input) + 1; layer < layers.get(node); layer += 1) {
          const bend = { layer };
          place(bend, layer);
          chain.push(bend);
        }
        chains.set(node, (chains.get(node) ?? new Map()).set(input, chain));
        const way = [input, ...chain, node];
        for (let i = 1; i < way.length; i += 1) {
          right.get(way[i - 1]).push(way[i]);
          left.get(way[i]).push(way[i - 1]);
        }
      }
    }
    return { columns, left, right, chains };
  };

  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

  // Move each node of a layer to the mean height of these neighbors, 1 apart from the next.
  const settle = (column, heights, neighbors) => {
    const wanted = new Map();
    for (const key of column) {
      const near = neighbors.get(key).map((other) => heights.get(other));
      wanted.set(key, near.length ? mean(near) : heights.get(key));
    }
    column.sort((a, b) => wanted.get(b) - wanted.get(a));
    let lowest = Infinity;
    const placed = column.map((key) => (lowest = Math.min(wanted.get(key), lowest - 1)));
    // Pushing apart only ever pushes down; shift back to where the layer wanted to be.
    const drift = mean(column.map((key, i) => wanted.get(key) - placed[i]));
    column.forEach((key, i) => heights.set(key, placed[i] + drift));
  };

  // positions: node -> { layer, height }; bends(node, input) -> the points between them.
  const layered = (graph) => {
    const { columns, left, right, chains } = columnsOf(graph, layersOf(graph.nodes));
    const heights = new Map();
    for (const column of columns) {
      column.forEach((key, i) => heights.set(key, (column.length - 1) / 2 - i));
    }
    // The last sweep goes right, which leaves a chain of gates on one level.
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      for (const column of [...columns].reverse()) settle(column, heights, right);
      for (const column of columns) settle(column, heights, left);
    }
    const positions = new Map();
    columns.forEach((column, layer) =>
      column.forEach((key) => positions.set(key, { layer, height: heights.get(key) })),
    );
    const bends = (node, input) => chains.get(node).get(input).map((bend) => positions.get(bend));
    return { positions, bends };
  };

  Object.assign(GraphPlayer, { layered });
}
