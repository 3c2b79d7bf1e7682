// What is hovered, focused or clicked in a linked figure is marked with all that belongs to it.
for (const figure of document.querySelectorAll(".linked")) {
  const options = [...figure.querySelectorAll("[role=option]")];
  const formulas = [...figure.querySelectorAll(".formulas > ul > li")];
  const status = figure.querySelector(".formulas > p");
  const before = status?.textContent;
  const links = (item) => item.dataset.links.split("\n");
  let kept = null;

  const mark = (item, on) => {
    item.classList.toggle("chosen", on);
    if (item.role === "option" || item.getAttribute("role") === "option") item.setAttribute("aria-selected", on);
  };

  function show(chosen) {
    const wanted = new Set(chosen ? links(chosen) : []);
    const belongs = (item) => links(item).some((link) => wanted.has(link));
    options.forEach((item) => mark(item, belongs(item)));
    let count = 0;
    for (const formula of formulas) {
      const moves = [...formula.querySelectorAll("[data-links]")];
      moves.forEach((move) => mark(move, belongs(move)));
      formula.hidden = chosen !== null && !belongs(formula) && !moves.some(belongs);
      count += !formula.hidden;
    }
    if (status) status.textContent = chosen
      ? `${chosen.getAttribute("aria-label")}: ${count === 1 ? "1 formula" : `${count} formulas`}`
      : before;
  }

  for (const list of figure.querySelectorAll("[role=listbox]")) {
    const own = [...list.querySelectorAll("[role=option]")];
    own[0]?.setAttribute("tabindex", 0);
    own.forEach((item, number) => {
      item.addEventListener("pointerenter", () => show(item));
      item.addEventListener("pointerleave", () => show(kept));
      item.addEventListener("focus", () => {
        own.forEach((other) => other.setAttribute("tabindex", other === item ? 0 : -1));
        kept = item;
        show(item);
      });
      item.addEventListener("keydown", (event) => {
        const places = { ArrowDown: number + 1, ArrowUp: number - 1, Home: 0, End: own.length - 1 };
        if (event.key === "Escape") { kept = null; item.blur(); show(null); }
        if (!(event.key in places)) return;
        event.preventDefault();
        own[Math.max(0, Math.min(own.length - 1, places[event.key]))].focus();
      });
    });
  }
}
