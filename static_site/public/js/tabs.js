/** Tabs as the ARIA practices describe them: arrows, Home and End move, and only the chosen tab is in the tab order. */
import { part } from "./dom.js";

/** @param {HTMLElement} list an element of role tablist */
export function wireTabs(list) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
  /** @param {HTMLElement} chosen */
  const choose = (chosen) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      part(tab.getAttribute("aria-controls") ?? "").hidden = tab !== chosen;
    }
  };
  list.addEventListener("click", ({ target }) => {
    const tab = tabs.find((one) => one === target);
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    const step = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    /** @type {Record<string, number>} */
    const goals = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: tabs.length - 1 };
    const goal = goals[event.key];
    if (goal === undefined || at < 0) return;
    const next = tabs[(goal + tabs.length) % tabs.length];
    if (next) (choose(next), next.focus());
    event.preventDefault();
  });
}
