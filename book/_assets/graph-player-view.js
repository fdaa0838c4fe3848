// The elements of a player: fields, buttons, the place of the drawing, the table.
"use strict";
{
  const make = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };

  // `acts` says what happens: go(step), back(), forth(), end(), apply(), key(event).
  const controlsOf = (id, acts) => {
    const input = make("input", {
      id: `${id}-expression`, type: "text", maxlength: 300, spellcheck: "false",
      autocomplete: "off", autocapitalize: "off", "aria-describedby": `${id}-message`,
      onchange: acts.apply,
    });
    const message = make("p", {
      id: `${id}-message`, class: "graph-player-message", role: "alert",
    });
    const form = make(
      "form",
      { onsubmit: (event) => (event.preventDefault(), acts.apply()) },
      make("label", { for: `${id}-expression` }, "Expression"),
      input,
      make("button", { type: "submit" }, "Draw"),
    );
    const fields = make("fieldset", { class: "graph-player-values" });
    const drawing = make("div", { class: "graph-player-drawing", role: "group", tabindex: 0 });

    const button = (words, onclick) => make("button", { type: "button", onclick }, words);
    const backward = [button("To the start", () => acts.go(0)), button("Back", acts.back)];
    const forward = [button("Next step", acts.forth), button("To the end", acts.end)];
    const slider = make("input", {
      id: `${id}-step`, type: "range", min: 0, step: 1,
      oninput: () => acts.go(Number(slider.value)),
    });
    const counter = make("output", { for: `${id}-step` });
    const label = make("label", { for: `${id}-step` }, "Step");
    const stepper = make(
      "div",
      { class: "graph-player-stepper", role: "group", "aria-label": "Steps", onkeydown: acts.key },
      ...backward,
      ...forward,
      make("span", { class: "graph-player-slider" }, label, slider, counter),
    );
    const sentence = make("div", { class: "graph-player-sentence", "aria-live": "polite" });

    const rows = make("tbody");
    const heads = ["Node", "Computed as", "Value", "Gradient"];
    const table = make(
      "table",
      { class: "table" },
      make("caption", {}, "The graph as a table, as far as the steps have come."),
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      rows,
    );
    const frame = { class: "graph-player-table", role: "group", tabindex: 0 };
    const details = make(
      "details",
      {},
      make("summary", {}, "All nodes as a table"),
      make("div", { ...frame, "aria-label": "Table of all nodes" }, table),
    );
    const link = make("a", {}, "Open this graph on its own page");
    const parts = [form, message, fields, drawing, stepper, sentence, details];
    return {
      input, message, fields, drawing, backward, forward, slider, counter, sentence, rows, link,
      parts,
    };
  };

  Object.assign(GraphPlayer, { make, controlsOf });
}
