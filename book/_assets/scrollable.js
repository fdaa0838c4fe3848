// What is wider than the window scrolls on its own. Here it gets a place in the order of the Tab key
// while it does, so that the arrow keys can move it. (The theme does it for code, a while later.)
"use strict";
{
  const article = document.querySelector(".bd-article");
  const candidates = "pre, figure, div.math, mjx-container, table, .output, .pst-scrollable-table-container";

  const look = () => {
    for (const box of article.querySelectorAll(candidates)) {
      const scrolls =
        box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX);
      if (scrolls && box.tabIndex < 0) {
        box.tabIndex = 0;
        box.dataset.scrollable = "";
      } else if (!scrolls && "scrollable" in box.dataset) {
        box.removeAttribute("tabindex");
        delete box.dataset.scrollable;
      }
    }
  };

  if (article) {
    // Formulas and figures take their size after the page; each change of size changes the
    // article's height, if not its width.
    new ResizeObserver(look).observe(article);
    window.addEventListener("load", () => window.MathJax?.startup?.promise?.then(look));
  }
}
