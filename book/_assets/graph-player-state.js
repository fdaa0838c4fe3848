// The state of a player as text: an expression, the values of its variables, a step.
"use strict";
{
  // "x=-2, y=5" <-> { x: -2, y: 5 }; what is no number is left out.
  const readValues = (text) => {
    const values = Object.create(null);
    for (const part of text.split(",")) {
      const [name, number] = part.split("=").map((piece) => piece.trim());
      if (name && number && Number.isFinite(Number(number))) values[name] = Number(number);
    }
    return values;
  };

  // The part of an address behind "#" that stands for a state, and back; null for another anchor.
  const toHash = ({ expression, values, step }) => {
    const at = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    return `#${new URLSearchParams({ f: expression, at: at.join(","), step })}`;
  };
  const fromHash = (hash) => {
    const found = new URLSearchParams(hash.slice(1));
    if (!found.has("f")) return null;
    const step = Math.max(0, Math.trunc(Number(found.get("step"))) || 0);
    return { expression: found.get("f"), values: readValues(found.get("at") ?? ""), step };
  };

  Object.assign(GraphPlayer, { readValues, toHash, fromHash });
}
