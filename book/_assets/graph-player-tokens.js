// Cuts an expression into numbers, names and signs; each knows where it stands.
"use strict";
{
  const NUMBER = String.raw`(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
  const TOKEN = new RegExp(
    String.raw`(?<number>${NUMBER})|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>\*\*|[-+*/(),;=])`,
    "uy",
  );
  const HINTS = {
    "^": "A power is written x ** 2.",
    "[": "Use round parentheses.",
    "{": "Use round parentheses.",
    "]": "Use round parentheses.",
    "}": "Use round parentheses.",
  };

  // What cannot be read; `at` is where, counted from 0.
  class Unreadable extends Error {
    constructor(message, at) {
      super(message);
      this.at = at;
    }
  }

  const tokenize = (text) => {
    // Signs that this page itself shows, for those who copy them from it.
    const plain = text.replaceAll("\u2212", "-").replaceAll("×", "*");
    const tokens = [];
    let at = 0;
    while (at < plain.length) {
      if (/\s/.test(plain[at])) {
        at += 1;
        continue;
      }
      TOKEN.lastIndex = at;
      const found = TOKEN.exec(plain);
      if (!found) {
        const sign = String.fromCodePoint(plain.codePointAt(at));
        const hint = HINTS[sign] ?? "Known are names, numbers, + - * / ** and parentheses.";
        throw new Unreadable(`Character ${at + 1}: “${sign}” cannot be read. ${hint}`, at);
      }
      const kind = Object.keys(found.groups).find((key) => found.groups[key] !== undefined);
      tokens.push({ kind, text: found[0], at });
      at += found[0].length;
    }
    tokens.push({ kind: "end", text: "", at: plain.length });
    return tokens;
  };

  Object.assign(GraphPlayer, { Unreadable, tokenize });
}
