// Draws the figures of nbcourse.plots.interactive and moves them by their labelled controls.
for (const box of document.querySelectorAll(".interactive-figure")) {
  const { figure, values } = JSON.parse(box.querySelector("script").textContent);
  const plot = box.querySelector(".interactive-plot");
  const controls = [...box.querySelectorAll(".interactive-control :is(input, select)")];

  plot.textContent = ""; // what the figure shows, in words, for pages without scripts
  const config = { displayModeBar: false, responsive: true };
  Plotly.newPlot(plot, figure.data, figure.layout, config).then(() =>
    Plotly.addFrames(plot, figure.frames),
  );

  const show = () => {
    // One frame per combination; the last control changes fastest.
    const index = controls.reduce(
      (sum, control, i) => sum * values[i].length + Number(control.value),
      0,
    );
    Plotly.animate(plot, [figure.frames[index].name], {
      mode: "immediate",
      frame: { duration: 0, redraw: true },
      transition: { duration: 0 },
    });
  };

  controls.forEach((control, i) =>
    control.addEventListener("input", () => {
      if (control.type === "range") {
        const value = values[i][Number(control.value)];
        control.parentElement.querySelector("output").textContent = value;
        control.setAttribute("aria-valuetext", value);
      }
      show();
    }),
  );
}
