// What this browser keeps of the quizzes: which options a reader has tried. Nothing is sent.
//
// One entry of localStorage for each quiz, "nbcourse:quiz:<name>:<edition>", holds the tried options
// of each question in their order, as in [[1],[0,2],[]]. The edition is a digest of what the quiz
// asks, so that a changed quiz starts anew. Where the browser keeps nothing, because it may not or
// has no room, answers last until the page is left.
//
// A quiz is { name, edition, options: how many each question has, right: which one is right }.
"use strict";
const Progress = (() => {
  const PREFIX = "nbcourse:";
  const unkept = new Map(); // by key, what the browser would not keep
  const watchers = [];

  const keyOf = ({ name, edition }) => `${PREFIX}quiz:${name}:${edition}`;

  // Any use may throw. Where storage is blocked there is a stand-in, of this page alone.
  const attempt = (use) => {
    try {
      return localStorage instanceof Storage ? use(localStorage) : null;
    } catch {
      return null;
    }
  };

  const parse = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };

  // Whatever lies under the key: anybody can write there.
  const fits = (tries, { options }) =>
    Array.isArray(tries) &&
    tries.length === options.length &&
    tries.every(
      (tried, i) =>
        Array.isArray(tried) &&
        new Set(tried).size === tried.length &&
        tried.every((each) => Number.isInteger(each) && each >= 0 && each < options[i]),
    );

  // The options of each question that were tried, in their order.
  const read = (quiz) => {
    const key = keyOf(quiz);
    const tries = parse(unkept.get(key) ?? attempt((storage) => storage.getItem(key)));
    return fits(tries, quiz) ? tries : quiz.options.map(() => []);
  };

  const changed = () => {
    for (const watcher of watchers) watcher();
  };

  const write = (quiz, tries) => {
    const key = keyOf(quiz);
    const text = JSON.stringify(tries);
    const kept = attempt((storage) => {
      storage.setItem(key, text);
      return storage.getItem(key) === text;
    });
    if (kept) unkept.delete(key);
    else unkept.set(key, text);
    changed();
  };

  // Of another tab too, which may have added to them since this page was shown.
  const add = (quiz, question, option) => {
    const tries = read(quiz);
    if (!tries[question].includes(option)) tries[question].push(option);
    write(quiz, tries);
  };

  const keys = () =>
    attempt((storage) => Object.keys(storage).filter((key) => key.startsWith(PREFIX))) ?? [];

  const forget = (gone) => {
    for (const key of gone) {
      unkept.delete(key);
      attempt((storage) => storage.removeItem(key));
    }
    changed();
  };

  const scoreOf = (quiz) => {
    const tries = read(quiz);
    return {
      questions: tries.length,
      answered: tries.filter((tried) => tried.length).length,
      right: tries.filter((tried, i) => tried[0] === quiz.right[i]).length,
    };
  };

  const watch = (watcher) => {
    watchers.push(watcher);
    watcher();
  };

  // Another tab answered or deleted; a page came back that was left and kept by the browser.
  addEventListener("storage", ({ key }) => {
    if (key === null || key.startsWith(PREFIX)) changed();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) changed();
  });

  // An element of this name with these properties and this content.
  const make = (tag, properties = {}, ...content) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...content);
    return element;
  };

  const button = (text, onclick) =>
    make("button", { type: "button", className: "quiz-button", onclick }, text);

  return {
    read,
    add,
    scoreOf,
    watch,
    make,
    button,
    isKept: (quiz) => !unkept.has(keyOf(quiz)),
    startAgain: (quiz) => forget([keyOf(quiz)]),
    forgetAll: () => forget([...unkept.keys(), ...keys()]),
    // What is kept besides answers to these quizzes: those to earlier editions of them.
    others: (quizzes) => {
      const known = new Set(quizzes.map(keyOf));
      return keys().filter((key) => !known.has(key)).length;
    },
  };
})();
