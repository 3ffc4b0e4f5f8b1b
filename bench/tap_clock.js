// Runs in a page before its own scripts: notes when the main button is pressed and clicked, and when the page first says
// that it listens. Reads the clock only; the page knows nothing of it.
(() => {
  const seen = {};
  window.__tap = seen;
  const note = (name) => (seen[name] ??= performance.now());
  const onButton = (event) => event.composedPath().some((one) => one.id === "primary");
  addEventListener("pointerdown", (event) => onButton(event) && note("pressed"), true);
  addEventListener("click", (event) => onButton(event) && note("clicked"), true);
  const watch = () => {
    const { state, activity } = document.documentElement.dataset;
    if (state === "live" && activity === "listening") note("listening");
  };
  new MutationObserver(watch).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-state", "data-activity"] });
})();
