// The graph as an SVG, as nbcourse.plots.draw_graph draws it: inputs on the left, above each node
// its value, below it the gradient, on the edges what a fork adds up.
"use strict";
{
  const { format, layered, usesOf } = GraphPlayer;
  const GAP = 52; // between the nodes of neighboring layers, at least
  const SMALLEST_GAP = 14; // between their numbers
  const DROP = 104; // one step down
  const TOP = 68;
  const HEIGHT = 32; // of a node
  const DIGIT = 8.6; // room for one character
  const SMALL_DIGIT = 7.4;
  const SMALLEST = 0.78; // a drawing shrinks by this much before it scrolls

  const svg = (tag, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  const widthOf = (node) => Math.max(HEIGHT, 16 + 8 * node.label.length);
  const aboveOf = (node, value) => (node.gate && node.name ? `${node.name} = ${value}` : value);

  // x0 is set as x with an index.
  const labelOf = (node) => {
    const parts = node.gate ? null : /^(\p{L})(\d+)$/u.exec(node.label);
    if (!parts) return [node.label];
    return [parts[1], svg("tspan", { dy: 4, "font-size": "0.75em" }, parts[2])];
  };

  const at = (points, t) => {
    const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
    return [0, 1].map((i) => weights.reduce((sum, w, k) => sum + w * points[k][i], 0));
  };

  // A smooth way through the points; also its first piece, to stand a number on.
  const wayThrough = (points, bow) => {
    let path = `M ${points[0].join(" ")}`;
    let first;
    for (let i = 1; i < points.length; i += 1) {
      const [[fx, fy], [bx, by]] = [points[i - 1], points[i]];
      const third = (bx - fx) / 3;
      const piece = [[fx, fy], [fx + third, fy + bow], [bx - third, by + bow], [bx, by]];
      path += ` C ${piece.slice(1).map((point) => point.join(" ")).join(", ")}`;
      first ??= piece;
    }
    return { path, first };
  };

  const text = (words, x, y, className, ...more) =>
    svg("text", { x, y, class: className, "text-anchor": "middle" }, words, ...more);

  // Where everything stands, whatever the step is: the drawing does not move while one steps.
  const plan = (graph, run) => {
    const { positions, bends } = layered(graph);
    const roomOf = (node) => {
      const above = aboveOf(node, format(run.values[node.index]));
      const below = format(run.gradients[node.index]);
      const waiting = usesOf(graph, node) > 1 ? 4 : 0; // for " + …"
      return Math.max(widthOf(node), DIGIT * above.length, DIGIT * (below.length + waiting));
    };
    // Each layer is as wide as its widest node with its numbers. A share stands between the nodes
    // themselves, where the numbers above and below them do not need the room.
    const rooms = [];
    const widths = [];
    const shares = [];
    for (const node of graph.nodes) {
      const { layer } = positions.get(node);
      rooms[layer] = Math.max(rooms[layer] ?? 0, roomOf(node));
      widths[layer] = Math.max(widths[layer] ?? 0, widthOf(node));
      node.inputs.forEach((input, k) => {
        const share = SMALL_DIGIT * format(run.shares[node.index][k]).length + 18;
        const twice = node.inputs.indexOf(input) !== k ? 2 * GAP : 0; // for two bowed edges
        const from = positions.get(input).layer;
        shares[from] = Math.max(shares[from] ?? GAP, share, twice);
      });
    }
    const centers = [12 + rooms[0] / 2];
    for (let layer = 1; layer < rooms.length; layer += 1) {
      const room = (rooms[layer - 1] + rooms[layer]) / 2 + SMALLEST_GAP;
      const width = (widths[layer - 1] + widths[layer]) / 2 + (shares[layer - 1] ?? GAP);
      centers[layer] = centers[layer - 1] + Math.max(room, width);
    }
    const points = [...positions.values()];
    const high = Math.max(...points.map(({ height }) => height));
    const low = Math.min(...points.map(({ height }) => height));
    const place = ({ layer, height }) => [centers[layer], TOP + (high - height) * DROP];
    return {
      width: Math.ceil(centers.at(-1) + rooms.at(-1) / 2 + 12),
      height: Math.ceil((high - low) * DROP + TOP + 50),
      of: (node) => place(positions.get(node)),
      between: (node, input) => bends(node, input).map(place),
    };
  };

  const drawEdges = (graph, run, state, where, marker) => {
    const drawn = [];
    for (const node of graph.gates) {
      node.inputs.forEach((input, k) => {
        const uses = node.inputs.flatMap((other, i) => (other === input ? [i] : []));
        // Two uses of one node by one gate are two edges: bow them apart.
        const bow = (uses.indexOf(k) - (uses.length - 1) / 2) * 40;
        const points = [where.of(input), ...where.between(node, input), where.of(node)];
        points[0] = [points[0][0] + widthOf(input) / 2, points[0][1]];
        points[points.length - 1] = [points.at(-1)[0] - widthOf(node) / 2 - 2, points.at(-1)[1]];
        const { path, first } = wayThrough(points, bow);
        const active = state.gate === node;
        const className = `graph-edge${active ? ` is-${state.kind}` : ""}`;
        drawn.push(svg("path", { d: path, class: className, "marker-end": `url(#${marker})` }));
        const shown = active || usesOf(graph, input) > 1;
        if (state.passed.has(node) && shown) {
          const [x, y] = at(first, 0.38);
          drawn.push(text(format(run.shares[node.index][k]), x, y + 5, "graph-share"));
        }
      });
    }
    // Numbers on top of lines.
    return drawn.sort((a, b) => (a.tagName === "text") - (b.tagName === "text"));
  };

  const drawNode = (node, run, state, where) => {
    const [x, y] = where.of(node);
    const width = widthOf(node);
    const active = state.gate === node ? ` is-${state.kind}` : "";
    const group = svg("g", { class: `graph-node ${node.gate ? "is-gate" : "is-input"}${active}` });
    const corner = node.gate ? HEIGHT / 2 : 5;
    const box = { x: x - width / 2, y: y - HEIGHT / 2, width, height: HEIGHT, rx: corner };
    const small = node.label.length > 2 ? " is-long" : "";
    group.append(svg("rect", box), text("", x, y + 6, `graph-label${small}`, ...labelOf(node)));
    if (node.gate) {
      group.append(text(`#${node.number}`, x, y - HEIGHT / 2 - 27, "graph-number"));
    }
    if (state.valued.has(node)) {
      const value = aboveOf(node, format(run.values[node.index]));
      group.append(text(value, x, y - HEIGHT / 2 - 8, "graph-value"));
    }
    const gradient = state.gradientText(node);
    if (gradient) group.append(text(gradient, x, y + HEIGHT / 2 + 18, "graph-gradient"));
    return group;
  };

  // `id` is for the arrow head, which has to have one of its own on the page.
  const draw = (graph, run, state, id, label) => {
    const where = plan(graph, run);
    const { width, height } = where;
    const drawing = svg("svg", {
      width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label,
    });
    drawing.style.minWidth = `${SMALLEST * width}px`;
    const head = svg(
      "marker",
      { id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9,
        markerUnits: "userSpaceOnUse", orient: "auto" },
      svg("path", { d: "M 0 1 L 10 5 L 0 9 z", class: "graph-head" }),
    );
    drawing.append(svg("defs", {}, head), ...drawEdges(graph, run, state, where, id));
    drawing.append(...graph.nodes.map((node) => drawNode(node, run, state, where)));
    const active = state.gate ?? (state.kind === "start" ? graph.output : graph.nodes[0]);
    return { drawing, focus: where.of(active)[0] / width };
  };

  Object.assign(GraphPlayer, { draw });
}
