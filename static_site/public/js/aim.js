/** Tells early that a mouse is on its way to a button: it comes straight towards it, or is close. */

/** So far it has moved since the last look, so that its direction can be told. */
const STEP = 16;
/** From so far away it is noticed, if it comes straight; and so close in any way. All in CSS pixels. */
const REACH = 800;
const CLOSE = 120;
/** How far the way may pass the button's edge, as a share of the distance: people start out some 15 degrees wrong. */
const SPREAD = 0.27;

/**
 * @param {EventTarget} area
 * @param {Element} button
 * @param {() => void} tell once for each approach
 * @returns {() => void} stops it
 */
export function whenAimed(area, button, tell) {
  /** @type {{ x: number, y: number } | null} */
  let from = null;
  let aimed = false;
  const look = (/** @type {any} a pointermove */ { clientX: x, clientY: y, pointerType }) => {
    if (pointerType !== "mouse") return;
    if (from && Math.hypot(x - from.x, y - from.y) < STEP) return;
    const now = from !== null && isAimed(from, { x, y }, button.getBoundingClientRect());
    from = { x, y };
    if (now && !aimed) tell();
    aimed = now;
  };
  area.addEventListener("pointermove", look, { passive: true });
  return () => area.removeEventListener("pointermove", look);
}

/**
 * Whether the way from the one point to the other leads to the box.
 * @param {{ x: number, y: number }} from
 * @param {{ x: number, y: number }} to
 * @param {Pick<DOMRect, "left" | "top" | "width" | "height">} box
 */
export function isAimed(from, to, { left, top, width, height }) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const [toX, toY] = [left + width / 2 - to.x, top + height / 2 - to.y];
  const moved = Math.hypot(dx, dy);
  const along = (dx * toX + dy * toY) / moved;
  const beside = Math.abs(dx * toY - dy * toX) / moved;
  if (!(along > 0)) return false; // away from it, or already over its middle
  const distance = Math.hypot(toX, toY);
  return distance < CLOSE || (distance < REACH && beside < Math.min(width, height) / 2 + distance * SPREAD);
}
