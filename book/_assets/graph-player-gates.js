// The gates of the graph player, in the manner of nbcourse.operations and nbcourse.functions.
//
// A gate has the label that the drawing shows, the value it computes, one local gradient for each
// input, and words for both: formula(names) and rules. Constants are folded into the gate.
"use strict";
const GraphPlayer = {};
{
  const MINUS = "\u2212";

  // Four significant digits, with a minus sign that is read aloud as one.
  const format = (number, digits = 4) => {
    if (Number.isNaN(number)) return "undefined";
    if (!Number.isFinite(number)) return number < 0 ? `${MINUS}∞` : "∞";
    return String(Number(number.toPrecision(digits))).replaceAll("-", MINUS);
  };
  const constant = (number) => format(number, 6);
  // A negative number behind an operator stands in parentheses.
  const behind = (text) => (text.startsWith(MINUS) ? `(${text})` : text);

  const one = (label, formula, value, slope, rule) => ({
    label,
    formula,
    value: ([x]) => value(x),
    local: ([x], out) => [slope(x, out)],
    rules: ([x], out) => [rule(x, out)],
  });
  const at = (text, x) => `${text} at x = ${format(x)}`;
  const named = (name, value, slope, rule) =>
    one(name, ([x]) => `${name}(${x})`, value, slope, rule);

  const sigmoid = (x) => {
    const small = Math.exp(-Math.abs(x)); // cannot overflow
    return (x >= 0 ? 1 : small) / (1 + small);
  };

  const add = {
    label: "+",
    formula: ([x, y]) => `${x} + ${behind(y)}`,
    value: ([x, y]) => x + y,
    local: () => [1, 1],
    rules: () => ["a sum has slope 1", "a sum has slope 1"],
  };

  const multiply = {
    label: "×",
    formula: ([x, y]) => `${x} × ${behind(y)}`,
    value: ([x, y]) => x * y,
    local: ([x, y]) => [y, x],
    rules: () => ["the other input", "the other input"],
  };

  const shift = (c) =>
    one(
      `${constant(c)} + x`,
      ([x]) => `${constant(c)} + ${behind(x)}`,
      (x) => c + x,
      () => 1,
      () => "adding a constant has slope 1",
    );

  const scale = (a) =>
    one(
      `${constant(a)} x`,
      ([x]) => `${constant(a)} × ${behind(x)}`,
      (x) => a * x,
      () => a,
      () => "the constant factor",
    );

  const reciprocal = one(
    "1/x",
    ([x]) => `1/${behind(x)}`,
    (x) => 1 / x,
    (x) => -1 / x ** 2,
    (x) => at(`${MINUS}1/x²`, x),
  );

  // x ** n, a ** x and x ** y
  const power = (n) =>
    one(
      `x ** ${constant(n)}`,
      ([x]) => `${behind(x)} ** ${behind(constant(n))}`,
      (x) => x ** n,
      (x) => (n === 0 ? 0 : n * x ** (n - 1)),
      (x) => at(`${constant(n)} x${n === 2 ? "" : ` ** ${behind(constant(n - 1))}`}`, x),
    );

  const exponential = (a) =>
    one(
      `${constant(a)} ** x`,
      ([x]) => `${behind(constant(a))} ** ${behind(x)}`,
      (x) => a ** x,
      (x, out) => out * Math.log(a),
      () => `log(${constant(a)}) times the gate's own value`,
    );

  const raise = {
    label: "**",
    formula: ([x, y]) => `${behind(x)} ** ${behind(y)}`,
    value: ([x, y]) => x ** y,
    local: ([x, y], out) => [y * x ** (y - 1), out * Math.log(x)],
    rules: () => [
      "exponent times base to the power of exponent minus 1",
      "log of the base times the gate's own value",
    ],
  };

  // max and min route: everything to one input, to the first where both are equal.
  const choice = (name, first, word) => {
    const pick = (x, y) => (Number.isNaN(x + y) ? NaN : first(x, y) ? x : y);
    const rule = (mine, other, chosen) =>
      mine === other
        ? `the inputs are equal, the ${chosen ? "first one counts" : "second one does not count"}`
        : `this input is ${chosen ? "" : "not "}the ${word}`;
    return {
      two: {
        label: name,
        formula: ([x, y]) => `${name}(${x}, ${y})`,
        value: ([x, y]) => pick(x, y),
        local: ([x, y]) => (first(x, y) ? [1, 0] : [0, 1]),
        rules: ([x, y]) => [rule(x, y, first(x, y)), rule(y, x, !first(x, y))],
      },
      left: (c) => {
        const order = (x) => `${name}(${constant(c)}, ${x})`;
        const chosen = (x) => !first(c, x);
        const text = (x) => rule(x, c, chosen(x));
        return one(order("x"), ([x]) => order(x), (x) => pick(c, x), (x) => +chosen(x), text);
      },
      right: (c) => {
        const order = (x) => `${name}(${x}, ${constant(c)})`;
        const chosen = (x) => first(x, c);
        const text = (x) => rule(x, c, chosen(x));
        return one(order("x"), ([x]) => order(x), (x) => pick(x, c), (x) => +chosen(x), text);
      },
    };
  };

  const maximum = choice("max", (x, y) => x >= y, "larger");
  const minimum = choice("min", (x, y) => x <= y, "smaller");

  const FUNCTIONS = {
    exp: named("exp", Math.exp, (x, out) => out, () => "exp is its own derivative"),
    log: named("log", (x) => (x < 0 ? NaN : Math.log(x)), (x) => 1 / x, (x) => at("1/x", x)),
    sqrt: named(
      "sqrt",
      Math.sqrt,
      (x, out) => 1 / (2 * out),
      (x, out) => `1/(2 s) with the gate's own value s = ${format(out)}`,
    ),
    sigmoid: named(
      "sigmoid",
      sigmoid,
      (x) => sigmoid(x) * sigmoid(-x),
      (x, out) => `s (1 ${MINUS} s) with the gate's own value s = ${format(out)}`,
    ),
    tanh: named(
      "tanh",
      Math.tanh,
      (x, out) => 1 - out ** 2,
      (x, out) => `1 ${MINUS} t² with the gate's own value t = ${format(out)}`,
    ),
    relu: named(
      "relu",
      (x) => Math.max(x, 0),
      (x) => (x > 0 ? 1 : 0),
      (x) => `the input is ${x > 0 ? "" : "not "}positive`,
    ),
    sin: named("sin", Math.sin, Math.cos, (x) => at("cos x", x)),
    cos: named("cos", Math.cos, (x) => -Math.sin(x), (x) => at(`${MINUS}sin x`, x)),
  };

  Object.assign(GraphPlayer, {
    format, add, multiply, shift, scale, reciprocal, power, exponential, raise,
    CHOICES: { max: maximum, min: minimum },
    FUNCTIONS,
  });
}
