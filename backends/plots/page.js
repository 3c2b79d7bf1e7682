const dark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 640px)");

function themed() {
  const config = structuredClone(WEFT.themes[dark.matches ? "dark" : "light"]);
  if (narrow.matches) {
    config.legend.columns = 2;
    config.axis.labelLimit = 110;
  }
  return config;
}

function embed(figure, number) {
  const place = document.getElementById(`figure-${number}`);
  const controls = document.getElementById(`controls-${number}`);
  controls.replaceChildren();
  const spec = structuredClone(figure.spec);
  if (figure.wide) Object.assign(spec, { width: "container", autosize: { type: "fit-x", contains: "padding" } });
  return vegaEmbed(place, { ...spec, config: themed() }, {
    renderer: "svg",
    bind: controls,
    theme: dark.matches ? "dark" : undefined,
    tooltip: { theme: dark.matches ? "dark" : "light" },
    actions: { export: true, source: false, compiled: false, editor: false },
  });
}

function draw() {
  return Promise.all(WEFT.figures.map(embed)).then(() => document.body.setAttribute("data-drawn", WEFT.figures.length));
}

dark.addEventListener("change", draw);
narrow.addEventListener("change", draw);
draw();
