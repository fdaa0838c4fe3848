// Where a reader sees all that this browser keeps, and deletes it. Progress.keptButton opens it.
"use strict";
{
  const { make, button, isKept, scoreOf } = Progress;

  const title = make("h2", { id: "progress-kept-title" }, "What this browser keeps");
  const summary = make("p", { id: "progress-kept-summary" });
  summary.setAttribute("role", "status");
  const columns = ["Chapter", "Answered", "Right at first try"];
  const head = make("tr", {}, ...columns.map((text) => make("th", { scope: "col" }, text)));
  const rows = make("tbody");
  const table = make("table", {}, make("thead", {}, head), rows);
  const close = button("Close", () => dialog.close());
  const erase = button("Delete all of it", () => Progress.forgetAll());
  // The first button has the focus at first: a key pressed by chance deletes nothing.
  const buttons = make("p", { className: "quiz-buttons" }, close, erase);
  const dialog = make("dialog", { className: "progress-kept" }, title, summary, table, buttons);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.setAttribute("aria-describedby", summary.id);
  dialog.setAttribute("closedby", "any");
  document.body.append(dialog);

  const inWords = (begun, others) => {
    if (!begun.length && !others) {
      return (
        "Nothing yet. When you answer a quiz, your answers are kept in this browser, on this " +
        "machine only. They are sent nowhere."
      );
    }
    const some = begun.length ? "to these quizzes" : "";
    const older = others ? `to ${others} ${others > 1 ? "quizzes" : "quiz"} changed since` : "";
    const what = [some, older].filter(Boolean).join(" and ");
    const lost = begun.every(isKept)
      ? ""
      : " What is not kept lasts until you leave this page: the browser may not keep it, or has " +
        "no room for it.";
    return (
      `Your answers ${what}, on this machine only. They are sent nowhere.${lost} A notebook that ` +
      "you work on in the browser is kept apart from this and stays."
    );
  };

  const row = (quiz) => {
    const { answered, questions, right } = scoreOf(quiz);
    const name = isKept(quiz) ? quiz.title : `${quiz.title} (not kept)`;
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, name),
      make("td", {}, `${answered} of ${questions}`),
      make("td", {}, `${right} of ${answered}`),
    );
  };

  Progress.watch(() => {
    const begun = QUIZZES.filter((quiz) => scoreOf(quiz).answered);
    const others = Progress.others(QUIZZES);
    summary.textContent = inWords(begun, others);
    rows.replaceChildren(...begun.map(row));
    table.hidden = !begun.length;
    if (document.activeElement === erase) close.focus(); // it has deleted, and goes
    erase.hidden = !begun.length && !others;
  });

  Progress.keptButton = () => button("What is kept", () => dialog.showModal());
}
