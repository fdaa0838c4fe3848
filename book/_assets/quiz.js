// Counts the questions answered right at the first try, and shows them again when the reader is
// back. The quiz itself is plain HTML and works without this script.
"use strict";
for (const box of document.querySelectorAll(".quiz")) {
  const { make } = Progress;
  const questions = [...box.querySelectorAll(".quiz-question")].map((question) => [
    ...question.querySelectorAll(".quiz-option"),
  ]);
  const quiz = {
    name: box.dataset.quiz,
    edition: box.dataset.edition,
    options: questions.map((options) => options.length),
    right: questions.map((options) => options.findIndex(({ dataset }) => dataset.right === "true")),
  };

  const score = make("p", { className: "quiz-score" });
  score.setAttribute("role", "status");
  const startAgain = () => {
    Progress.startAgain(quiz);
    for (const option of questions.flat()) option.open = false;
    box.querySelector(".quiz-question").scrollIntoView();
    questions[0][0].querySelector("summary").focus({ preventScroll: true });
  };
  const again = Progress.button("Start again", startAgain);
  const note = make("p", { className: "quiz-kept" });
  const buttons = make("p", { className: "quiz-buttons" }, again, Progress.keptButton());
  const foot = make("div", { className: "quiz-foot" }, note, buttons);
  box.append(score, foot);

  // An option opens by itself where it is clicked. What the reader closes again stays closed; what
  // was tried earlier, or in another tab, is opened here.
  let shown = quiz.options.map(() => []);
  questions.forEach((options, i) =>
    options.forEach((option, j) =>
      // A browser's search for a word opens options too: only a click or a key is an answer.
      option.querySelector("summary").addEventListener("click", () => {
        if (option.open) return;
        shown[i].push(j);
        Progress.add(quiz, i, j);
      }),
    ),
  );

  Progress.watch(() => {
    const tries = Progress.read(quiz);
    questions.forEach((options, i) =>
      options.forEach((option, j) => {
        if (tries[i].includes(j) !== shown[i].includes(j)) option.open = tries[i].includes(j);
      }),
    );
    shown = tries;

    const { questions: count, answered, right } = Progress.scoreOf(quiz);
    const rest = answered < count ? `, ${count - answered} to go.` : ".";
    score.textContent = answered ? `${right} of ${answered} right at the first try${rest}` : "";
    foot.hidden = !answered;
    note.textContent = Progress.isKept(quiz)
      ? "Your answers are kept in this browser, on this machine only."
      : "This browser could not keep your answers: they last until you leave the page.";
  });
}
