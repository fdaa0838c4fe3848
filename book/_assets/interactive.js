// Draws the figures of nbcourse.plots.Interactive and moves them by their labelled range inputs.
for (const box of document.querySelectorAll(".interactive-figure")) {
  const { figure, values } = JSON.parse(box.querySelector("script").textContent);
  const plot = box.querySelector(".interactive-plot");
  const slider = box.querySelector("input");
  const output = box.querySelector("output");

  plot.textContent = ""; // what the figure shows, in words, for pages without scripts
  const config = { displayModeBar: false, responsive: true };
  Plotly.newPlot(plot, figure.data, figure.layout, config).then(() =>
    Plotly.addFrames(plot, figure.frames),
  );

  slider.addEventListener("input", () => {
    const index = Number(slider.value);
    output.textContent = values[index];
    slider.setAttribute("aria-valuetext", values[index]);
    Plotly.animate(plot, [figure.frames[index].name], {
      mode: "immediate",
      frame: { duration: 0, redraw: true },
      transition: { duration: 0 },
    });
  });
}
