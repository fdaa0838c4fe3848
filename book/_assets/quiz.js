// Counts the questions answered right at the first try. The quiz itself is plain HTML and works
// without this script. Nothing is stored or sent.
for (const quiz of document.querySelectorAll(".quiz")) {
  const questions = quiz.querySelectorAll(".quiz-question");
  const score = document.createElement("p");
  score.className = "quiz-score";
  score.setAttribute("role", "status");
  quiz.append(score);
  let answered = 0;
  let right = 0;

  for (const question of questions) {
    let done = false;
    for (const option of question.querySelectorAll(".quiz-option")) {
      option.addEventListener("toggle", () => {
        if (done || !option.open) return;
        done = true;
        answered += 1;
        if (option.dataset.right === "true") right += 1;
        score.textContent =
          `${right} of ${answered} right at the first try` +
          (answered < questions.length ? `, ${questions.length - answered} to go.` : ".");
      });
    }
  }
}
