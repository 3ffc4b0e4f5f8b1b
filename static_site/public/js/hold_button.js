/** A button that is held: by finger, mouse, pen, or the space and enter keys. Losing it in any way lets it go. */

/**
 * @param {HTMLButtonElement} button
 * @param {() => void} press
 * @param {() => void} release
 */
export function wireHold(button, press, release) {
  let held = false;
  const down = () => {
    if (held) return;
    held = true;
    button.toggleAttribute("data-held", true);
    press();
  };
  const up = () => {
    if (!held) return;
    held = false;
    button.toggleAttribute("data-held", false);
    release();
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    down();
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) button.addEventListener(name, up);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) down();
  });
  button.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key === "Enter") up();
  });
}
