/** Tabs as the ARIA practices describe them: arrows, Home and End move, and only the chosen tab is in the tab order. */
import { part } from "./dom.js";

/**
 * @param {HTMLElement} list
 * @param {ShadowRoot} root
 * @param {(panel: string) => void} chosen
 * @returns {(panel: string) => void} chooses one by its panel's name
 */
export function wireTabs(list, root, chosen) {
  const tabs = () => /** @type {HTMLElement[]} */ ([...list.children]);
  const panel = (/** @type {HTMLElement} */ tab) => tab.id.slice(4); // after "tab-"
  /** @param {HTMLElement} choice */
  const choose = (choice) => {
    for (const tab of tabs()) {
      tab.setAttribute("aria-selected", String(tab === choice));
      tab.tabIndex = tab === choice ? 0 : -1;
      part(`panel-${panel(tab)}`, root).hidden = tab !== choice;
    }
    chosen(panel(choice));
  };
  list.addEventListener("click", ({ target }) => {
    const tab = tabs().find((one) => one === target);
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const all = tabs();
    const at = all.findIndex((tab) => tab === event.target);
    const step = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    /** @type {Record<string, number>} */
    const goals = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: all.length - 1 };
    const goal = goals[event.key];
    if (goal === undefined || at < 0) return;
    const next = all[(goal + all.length) % all.length];
    if (next) (choose(next), next.focus());
    event.preventDefault();
  });
  return (id) => tabs().filter((tab) => panel(tab) === id).forEach(choose);
}
