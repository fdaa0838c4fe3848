// The graph player: an expression, the values of its variables, and a walk through its graph.
//
// <div class="graph-player" data-expression="..." data-values="x=-2, y=5"> becomes a player. With
// data-linked the state is kept in the address, so that a graph can be linked to; without it,
// data-page is the page to open the graph on. Nothing is stored or sent.
"use strict";
{
  const { Unreadable, read, evaluate, stepsOf, stateAt, sentencesOf } = GraphPlayer;
  const { shortOf, fullTitle, formulaOf, format, draw, make, controlsOf } = GraphPlayer;
  const { readValues, toHash, fromHash } = GraphPlayer;

  class Player {
    values = Object.create(null);
    step = 0;

    constructor(box, id) {
      this.box = box;
      this.id = id;
      this.linked = "linked" in box.dataset;
      const acts = {
        go: (step) => this.go(step),
        back: () => this.go(this.step - 1),
        forth: () => this.go(this.step + 1),
        end: () => this.go(this.last),
        apply: () => this.apply(),
        key: (event) => this.key(event),
      };
      Object.assign(this, controlsOf(id, acts));
      box.replaceChildren(...this.parts);
      if (box.dataset.page) box.append(make("p", {}, this.link));
      const start = { expression: box.dataset.expression, values: readValues(box.dataset.values) };
      this.show({ ...start, step: 0 });
      if (!this.linked) return;
      const follow = () => {
        const state = fromHash(location.hash);
        if (state) this.show(state);
      };
      addEventListener("hashchange", follow);
      follow();
    }

    // Take over a whole state: from the page, from the address, or from the gallery.
    show({ expression, values, step }) {
      this.input.value = expression;
      this.apply({ values, step });
    }

    // Read the expression. What cannot be read leaves the last graph as it is.
    apply({ values = this.values, step } = {}) {
      const expression = this.input.value;
      let graph;
      try {
        graph = read(expression);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        this.complain(`${error.message} The drawing still shows ${this.expression}.`);
        this.mark(error.at);
        return;
      }
      this.complain("");
      if (step === undefined && expression === this.expression) return;
      this.expression = expression;
      this.values = values;
      this.graph = graph;
      this.steps = stepsOf(graph);
      this.last = this.steps.length - 1;
      this.slider.max = this.last;
      this.drawing.setAttribute("aria-label", `Graph of ${expression}`);
      this.fields.replaceChildren(
        make("legend", {}, "Values"),
        ...graph.variables.map(({ name }, i) => this.field(name, `${this.id}-value-${i}`)),
      );
      this.run();
      this.go(step ?? 0);
    }

    complain(text) {
      this.message.textContent = text;
      this.input.setAttribute("aria-invalid", String(Boolean(text)));
    }

    // Put the caret where reading stopped, but do not take the focus from elsewhere.
    mark(at) {
      if (document.activeElement === this.input) this.input.setSelectionRange(at, at + 1);
    }

    field(name, id) {
      this.values[name] ??= 1;
      const input = make("input", { id, type: "number", step: "any", value: this.values[name] });
      input.addEventListener("input", () => {
        const wrong = input.value === "" || !Number.isFinite(input.valueAsNumber);
        input.setAttribute("aria-invalid", String(wrong));
        this.complain(wrong ? `${name} needs a number, such as 2 or ${"\u2212"}0.5.` : "");
        if (wrong) return;
        this.values[name] = input.valueAsNumber;
        this.run();
        this.go(this.step);
      });
      return make("span", {}, make("label", { for: id }, `${name} =`), input);
    }

    run() {
      this.result = evaluate(this.graph, this.values);
    }

    go(step) {
      const { graph, result } = this;
      this.step = Math.min(Math.max(step, 0), this.last);
      const state = stateAt(graph, result, this.steps, this.step);
      const count = `${this.step} of ${this.last}: ${shortOf(state)}`;
      this.slider.value = this.step;
      this.slider.setAttribute("aria-valuetext", count);
      this.counter.textContent = count;
      // A button that is switched off would lose the focus of whoever has just pressed it.
      for (const each of this.backward) each.setAttribute("aria-disabled", this.step === 0);
      for (const each of this.forward) each.setAttribute("aria-disabled", this.step === this.last);
      const lines = sentencesOf(graph, result, state);
      if (this.sentence.textContent !== lines.join("")) {
        this.sentence.replaceChildren(...lines.map((line) => make("p", {}, line)));
      }
      this.paint(state);
      this.tabulate(state);
      this.address();
    }

    paint(state) {
      const gates = this.graph.gates.length;
      const label =
        `${this.graph.variables.length} inputs and ${gates} gates, drawn from left to right; ` +
        "the table below has all values and gradients";
      const { drawing, focus } = draw(this.graph, this.result, state, `${this.id}-head`, label);
      const { scrollLeft } = this.drawing;
      this.drawing.replaceChildren(drawing);
      // A wide drawing scrolls by itself, so that the gate of the step is seen.
      const { clientWidth, scrollWidth } = this.drawing;
      const at = focus * scrollWidth;
      const seen = at > scrollLeft + 60 && at < scrollLeft + clientWidth - 60;
      this.drawing.scrollLeft = seen ? scrollLeft : at - clientWidth / 2;
    }

    tabulate(state) {
      const cell = (words) => make("td", {}, words || "not yet");
      this.rows.replaceChildren(
        ...[...this.graph.variables, ...this.graph.gates].map((node) =>
          make(
            "tr",
            {},
            make("th", { scope: "row" }, fullTitle(node)),
            make("td", {}, formulaOf(node)),
            cell(state.valued.has(node) && format(this.result.values[node.index])),
            cell(state.gradientText(node)),
          ),
        ),
      );
    }

    key(event) {
      if (event.target === this.slider) return; // moves by itself
      const moves = {
        ArrowRight: this.step + 1, ArrowLeft: this.step - 1, Home: 0, End: this.last,
      };
      if (!(event.key in moves) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.go(moves[event.key]);
    }

    get state() {
      const values = Object.create(null);
      for (const { name } of this.graph.variables) values[name] = this.values[name];
      return { expression: this.expression, values, step: this.step };
    }

    // Once the reader rests: browsers refuse to have the address changed many times a second.
    address() {
      const { page } = this.box.dataset;
      if (page) this.link.href = page + toHash({ ...this.state, step: 0 });
      const untouched = !this.started;
      this.started = true;
      if (!this.linked || untouched) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => history.replaceState(null, "", toHash(this.state)), 300);
    }
  }

  const players = [...document.querySelectorAll(".graph-player")].map(
    (box, i) => new Player(box, `graph-player-${i + 1}`),
  );

  // The gallery stands on the page as text; with a player to draw in, each entry has a button.
  const main = players.find((player) => player.linked);
  for (const entry of main ? document.querySelectorAll(".graph-preset") : []) {
    const { expression, values } = entry.dataset;
    const draw = () => {
      main.show({ expression, values: readValues(values), step: 0 });
      main.box.scrollIntoView({ block: "start" });
      main.slider.focus({ preventScroll: true });
    };
    const label = `Draw it: ${expression}`;
    entry.append(make("button", { type: "button", "aria-label": label, onclick: draw }, "Draw it"));
  }
}
