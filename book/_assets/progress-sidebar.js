// Marks in the sidebar how much of each chapter's quiz is answered, and shows the sum.
"use strict";
{
  const { make, scoreOf } = Progress;

  // The address of a page without what a server may leave out of it: "index", ".html", "/".
  const root = new URL(document.documentElement.dataset.content_root, location);
  const plain = (address, base) =>
    new URL(address, base).pathname.replace(/(\/index)?(\.html)?\/?$/, "");
  const quizzesOf = (link) =>
    QUIZZES.filter(({ page }) => plain(page, root) === plain(link.getAttribute("href"), location));

  const sum = (quizzes) => {
    const total = { questions: 0, answered: 0, right: 0 };
    for (const score of quizzes.map(scoreOf)) for (const key in total) total[key] += score[key];
    return total;
  };

  // For the eye: words say the same to whoever has the page read out.
  const unread = (tag, properties) => {
    const element = make(tag, properties);
    element.setAttribute("aria-hidden", "true");
    return element;
  };

  // Seen as "2/5" or a tick, read as words.
  const mark = (quizzes) => {
    const seen = unread("span");
    const words = make("span", { className: "visually-hidden" });
    const box = make("span", { className: "chapter-progress" }, seen, words);
    Progress.watch(() => {
      const { questions, answered, right } = sum(quizzes);
      const done = answered === questions;
      box.classList.toggle("is-begun", answered > 0);
      box.classList.toggle("is-done", done);
      seen.textContent = done ? "\u2713" : `${answered}/${questions}`;
      words.textContent = done
        ? ` (quiz done, ${right} of ${questions} right at the first try)`
        : ` (quiz: ${answered} of ${questions} answered)`;
    });
    return box;
  };

  const total = () => {
    const bar = unread("div", { className: "course-progress-bar" });
    const count = make("span");
    const rest = make("span", { className: "visually-hidden" }, " questions answered");
    const words = make("p", {}, count, rest);
    Progress.watch(() => {
      const { questions, answered } = sum(QUIZZES);
      bar.style.setProperty("--part", answered / questions);
      count.textContent = `Quizzes: ${answered} of ${questions}`;
    });
    return make("div", { className: "course-progress" }, bar, words, Progress.keptButton());
  };

  const links = [...document.querySelectorAll("#pst-primary-sidebar .bd-docs-nav a")];
  const marked = links.filter((link) => quizzesOf(link).length);
  for (const link of marked) link.append(mark(quizzesOf(link)));
  marked[0]?.closest("ul").before(total());
}
