// What is wrong with the page's lie on the screen, in words. `button` is what must be in reach, "" for nothing.
async (button) => {
  const faults = [];
  const { clientWidth: width } = document.documentElement;
  const height = innerHeight;
  const named = (element) => `${element.tagName.toLowerCase()}${element.id && `#${element.id}`}.${element.className}`;
  const parentOf = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null;
  const all = (root) =>
    [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  /** Whether a part of the page with a scroll bar of its own holds it, or it is for ears only. */
  const apart = (element) => {
    for (let one = element; one; one = parentOf(one)) {
      const style = getComputedStyle(one);
      if (style.clipPath !== "none" || (one !== element && /auto|scroll/.test(style.overflowX))) return true;
    }
    return false;
  };
  const shown = all(document.body).filter((one) => one.checkVisibility({ visibilityProperty: true }) && !apart(one));

  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  for (const one of shown) {
    const { left, right, width: wide } = one.getBoundingClientRect();
    if (wide && (right > width + 1 || left < -1)) faults.push(`${named(one)} reaches out of the page`);
  }
  const captions = shown.find((one) => one.id === "captions-scroll");
  const newest = captions?.querySelector("#captions > :last-child");
  const hidden = () => newest.getBoundingClientRect().bottom > captions.getBoundingClientRect().bottom + 1;
  const frame = () => new Promise(requestAnimationFrame);
  // It follows a frame later, when words have come or the window has changed.
  if (newest && hidden() && (await frame(), await frame(), hidden())) faults.push("the newest caption is out of sight");
  if (!button) return faults;

  const deepest = (x, y) => {
    let found = document.elementFromPoint(x, y);
    while (found?.shadowRoot?.elementFromPoint(x, y) && found.shadowRoot.elementFromPoint(x, y) !== found) {
      found = found.shadowRoot.elementFromPoint(x, y);
    }
    return found;
  };
  const wanted = all(document).find((one) => one.matches(button) && one.checkVisibility());
  if (!wanted) return [...faults, `${button} is not there`];
  const box = wanted.getBoundingClientRect();
  if (box.top < 0 || box.bottom > height || box.left < 0 || box.right > width) faults.push(`${button} is out of sight`);
  for (const at of [0.1, 0.5, 0.9]) {
    const over = deepest(box.left + box.width * at, box.top + box.height / 2);
    if (over && !wanted.contains(over)) faults.push(`${named(over)} lies over ${button}`);
  }
  if (box.height < 44) faults.push(`${button} is ${box.height} px high`);
  return faults;
};
