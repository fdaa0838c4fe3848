// Draws the figures of nbcourse.plots.interactive and moves them by their labelled controls.
//
// A figure is drawn when it comes near the window, and plotly.js, which is larger than a chapter, is
// fetched for the first of them. What is printed is drawn at once.
"use strict";
{
  const source = new URL("plotly.min.js", document.currentScript.src);
  let fetched;
  const plotly = () =>
    (fetched ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error(`${source} could not be loaded`));
      document.head.append(script);
    }));

  const drawOf = new Map(); // element -> what draws the figure in it
  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) drawOf.get(target)();
    },
    { rootMargin: "50% 0px" },
  );

  for (const box of document.querySelectorAll(".interactive-figure")) {
    const plot = box.querySelector(".interactive-plot");
    const controls = [...box.querySelectorAll(".interactive-control :is(input, select)")];
    let read;
    const data = () => (read ??= JSON.parse(box.querySelector("script").textContent));

    const words = plot.innerHTML; // what the figure shows, for pages without scripts
    plot.textContent = "";
    const drawNow = async () => {
      const { figure } = data();
      try {
        const Plotly = await plotly();
        await Plotly.newPlot(plot, figure.data, figure.layout, {
          displayModeBar: false,
          responsive: true,
        });
        await Plotly.addFrames(plot, figure.frames);
      } catch (error) {
        plot.innerHTML = words;
        throw error;
      }
    };
    let drawn;
    const draw = () => {
      nearby.unobserve(box);
      return (drawn ??= drawNow());
    };
    drawOf.set(box, draw);

    const show = async () => {
      await draw();
      const { figure, values } = data();
      // One frame per combination; the last control changes fastest.
      const index = controls.reduce(
        (sum, control, i) => sum * values[i].length + Number(control.value),
        0,
      );
      window.Plotly.animate(plot, [figure.frames[index].name], {
        mode: "immediate",
        frame: { duration: 0, redraw: true },
        transition: { duration: 0 },
      });
    };

    controls.forEach((control, i) =>
      control.addEventListener("input", () => {
        if (control.type === "range") {
          const value = data().values[i][Number(control.value)];
          control.parentElement.querySelector("output").textContent = value;
          control.setAttribute("aria-valuetext", value);
        }
        show();
      }),
    );
    nearby.observe(box);
  }

  const drawAll = () => drawOf.forEach((draw) => draw());
  window.addEventListener("beforeprint", drawAll);
  if (matchMedia("print").matches) drawAll();
}
