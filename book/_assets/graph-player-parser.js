// Reads an expression into a graph, with one function for each level of precedence.
//
//   program    = [name "="] sum {";" [name "="] sum}
//   sum        = product {("+" | "-") product}
//   product    = signed {("*" | "/") signed}
//   signed     = ("-" | "+") signed | power
//   power      = atom ["**" signed]
//   atom       = number | name | function "(" sum {"," sum} ")" | "(" sum ")"
"use strict";
{
  const { Graph, FUNCTIONS, CHOICES, isNode, Unreadable, tokenize } = GraphPlayer;
  const MOST_CHARACTERS = 300;
  const MOST_GATES = 40;
  const OPERAND = "a number, a name or “(”";
  const KNOWN = [...Object.keys(FUNCTIONS), ...Object.keys(CHOICES)];

  class Parser {
    graph = new Graph();
    variables = new Map();
    defined = new Map(); // name -> { operand, used, at }
    position = 0;

    constructor(text) {
      this.tokens = tokenize(text);
    }

    get next() {
      return this.tokens[this.position];
    }

    sees(...signs) {
      return this.next.kind === "sign" && signs.includes(this.next.text);
    }

    take() {
      this.position += 1;
      return this.tokens[this.position - 1];
    }

    fail(expected, hint = "") {
      const { kind, text, at } = this.next;
      const found = kind === "end" ? "the expression ends here" : `found “${text}”`;
      const sentence = `Character ${at + 1}: ${found}, expected ${expected}.`;
      throw new Unreadable(hint ? `${sentence} ${hint}` : sentence, at);
    }

    // Constants are folded; a fold like 1/0 has nothing to draw.
    folded(operand, at) {
      if (!isNode(operand) && !Number.isFinite(operand)) {
        throw new Unreadable(`Character ${at + 1}: this constant has no finite value.`, at);
      }
      if (this.graph.gates.length > MOST_GATES) {
        throw new Unreadable(`This has more than ${MOST_GATES} gates, too many to draw.`, at);
      }
      return operand;
    }

    program() {
      for (;;) {
        const { at } = this.next;
        const { operand, named } = this.statement();
        if (!this.sees(";")) {
          if (this.next.kind !== "end") this.failBetween();
          return this.finish(operand);
        }
        this.take();
        if (this.next.kind === "end") return this.finish(operand);
        if (!named) {
          const hint = "only what stands last may go without a name: q = ...; q * z.";
          throw new Unreadable(`Character ${at + 1}: ${hint}`, at);
        }
      }
    }

    // Two things stand side by side.
    failBetween() {
      if (this.sees("=")) this.fail("a single name before “=”");
      const before = this.tokens[this.position - 1];
      const factors = [before, this.next].every(({ kind }) => kind === "name" || kind === "number");
      const product = factors ? `${before.text} * ${this.next.text}` : "with *";
      const hints = { ")": "No “(” belongs to it.", ",": "It stands between a function's inputs." };
      const hint = hints[this.next.text] ?? `A product is written ${product}.`;
      this.fail("an operator such as + or *", hint);
    }

    statement() {
      const follows = this.tokens[this.position + 1];
      if (this.next.kind !== "name" || follows.kind !== "sign" || follows.text !== "=") {
        return { operand: this.sum(), named: false };
      }
      const { text: name, at } = this.take();
      const refuse = (why) => {
        throw new Unreadable(`Character ${at + 1}: ${name} ${why}.`, at);
      };
      if (KNOWN.includes(name)) refuse("is a function, choose another name");
      if (this.defined.has(name)) refuse("has been defined before, choose another name");
      if (this.variables.has(name)) refuse("is used before it is defined");
      this.take();
      const start = this.graph.nodes.length;
      const operand = this.sum();
      if (this.variables.has(name)) refuse("is defined by itself");
      // A name for a new gate; another name for an old node is only that.
      if (isNode(operand) && operand.gate && operand.index >= start) operand.name = name;
      this.defined.set(name, { operand, used: false, at });
      return { operand, named: true };
    }

    finish(output) {
      if (!isNode(output)) {
        throw new Unreadable("There is no variable in it, so there is no gradient to find.", 0);
      }
      for (const [name, { operand, used, at }] of this.defined) {
        if (!used && operand !== output) {
          throw new Unreadable(`Character ${at + 1}: ${name} is defined and not used.`, at);
        }
      }
      this.graph.output = output;
      return this.graph;
    }

    sum() {
      let left = this.product();
      while (this.sees("+", "-")) {
        const { text, at } = this.take();
        const right = this.product();
        left = text === "+" ? this.graph.add(left, right) : this.graph.subtract(left, right);
        this.folded(left, at);
      }
      return left;
    }

    product() {
      let left = this.signed();
      while (this.sees("*", "/")) {
        const { text, at } = this.take();
        const right = this.signed();
        if (text === "/" && right === 0) {
          throw new Unreadable(`Character ${at + 1}: this divides by zero.`, at);
        }
        left = text === "*" ? this.graph.multiply(left, right) : this.graph.divide(left, right);
        this.folded(left, at);
      }
      return left;
    }

    signed() {
      if (!this.sees("-", "+")) return this.power();
      const { text, at } = this.take();
      const operand = this.signed();
      return text === "-" ? this.folded(this.graph.negate(operand), at) : operand;
    }

    power() {
      const base = this.atom();
      if (!this.sees("**")) return base;
      const { at } = this.take();
      return this.folded(this.graph.power(base, this.signed()), at);
    }

    atom() {
      const { kind, text, at } = this.next;
      if (kind === "number") {
        this.take();
        return this.folded(Number(text), at);
      }
      if (kind === "name") return this.name();
      if (!this.sees("(")) this.fail(OPERAND);
      this.take();
      const inside = this.sum();
      this.close(at, "an operator or “)”");
      return inside;
    }

    close(opened, expected) {
      if (!this.sees(")")) this.fail(`${expected} for the “(” at character ${opened + 1}`);
      this.take();
    }

    name() {
      const { text: name, at } = this.take();
      if (KNOWN.includes(name)) return this.call(name, at);
      if (this.sees("(")) {
        const sentence = `Character ${at + 1}: ${name} is not a function here.`;
        throw new Unreadable(`${sentence} Known are ${KNOWN.join(", ")}.`, at);
      }
      if (this.defined.has(name)) {
        const definition = this.defined.get(name);
        definition.used = true;
        return definition.operand;
      }
      if (!this.variables.has(name)) this.variables.set(name, this.graph.variable(name));
      return this.variables.get(name);
    }

    call(name, at) {
      const opened = this.next.at;
      if (!this.sees("(")) this.fail(`“(” after ${name}, which is a function`);
      this.take();
      const operands = [this.sum()];
      while (this.sees(",")) {
        this.take();
        operands.push(this.sum());
      }
      this.close(opened, "an operator, “,” or “)”");
      const fits = name in FUNCTIONS ? operands.length === 1 : operands.length > 1;
      if (!fits) {
        const needs = name in FUNCTIONS ? "takes one input" : "takes two inputs or more";
        const given = `${operands.length} ${operands.length === 1 ? "is" : "are"} given`;
        throw new Unreadable(`Character ${at + 1}: ${name} ${needs}, ${given}.`, at);
      }
      return this.folded(this.graph.call(name, operands), at);
    }
  }

  // The graph of an expression; throws Unreadable.
  const read = (text) => {
    if (!text.trim()) throw new Unreadable("Type an expression, such as (x + y) * z.", 0);
    if (text.length > MOST_CHARACTERS) {
      const message = `At most ${MOST_CHARACTERS} characters; this has ${text.length}.`;
      throw new Unreadable(message, MOST_CHARACTERS);
    }
    return new Parser(text).program();
  };

  Object.assign(GraphPlayer, { read });
}
