/** What `<voice-call>` is made of: the tree in its shadow. Slots are where the page around it adds its own. */
import { part } from "./dom.js";
import { t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
export const MICROPHONE =
  "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3";

/** @param {string} path drawn with a line, on a field of 24 */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * @param {string} name tag.class
 * @param {Record<string, string | boolean>} [attributes]
 * @param {...(Node | string)} children
 */
function el(name, attributes = {}, ...children) {
  const [tag = "", kind] = name.split(".");
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** @param {string} name */
const slot = (name) => el("slot", { name });
const HIDDEN = { hidden: true };
const PRESS = { type: "button" };
const GROUP = { role: "group" };

/**
 * @param {string} id
 * @param {string} words
 * @param {boolean} chosen
 */
const tab = (id, words, chosen) =>
  el(
    "button",
    {
      ...{ type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, "aria-selected": String(chosen) },
      ...(!chosen && { tabindex: "-1" }),
    },
    words,
  );

/**
 * @param {string} id
 * @param {...Node} children
 */
const panel = (id, ...children) =>
  el("div.panel", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, hidden: id !== "talk" }, ...children);

/** @returns {HTMLElement} */
export function callTree() {
  const coin = el(
    "div.coin",
    { part: "coin" },
    el("canvas", { id: "rosette", part: "rosette", "aria-hidden": "true" }),
    el(
      "div.face",
      {},
      el("p.doing", { id: "doing" }),
      el("p", { id: "state", role: "status" }),
      el("p.clock", { id: "clock", "aria-hidden": "true" }),
    ),
  );
  const failure = el(
    "div.failure",
    { id: "failure", part: "failure", ...HIDDEN },
    el(
      "div",
      { role: "alert" },
      el("h2", { id: "failure-title" }),
      el("p", { id: "failure-detail" }),
      el("p", { id: "failure-hint" }),
    ),
    el("p", { id: "failure-wait", role: "status" }),
    el("p.links", { id: "failure-links", ...HIDDEN }),
    el("a.quiet", { id: "failure-check" }, "Check microphone and network"),
    el("p.code", { id: "failure-code", dir: "ltr" }),
  );
  const stage = el(
    "div.stage",
    { part: "stage" },
    slot("heading"),
    coin,
    el("p.hint", { id: "hint" }),
    el("button.sound", { ...PRESS, id: "sound", part: "button", ...HIDDEN }, "Tap for sound"),
    failure,
    el("p.links", { id: "sign-in", ...HIDDEN }),
    el("div.before", { id: "before" }, slot("setup")),
    slot("stage"),
  );
  const dock = el(
    "div.dock",
    { ...GROUP, "aria-label": "Call", part: "dock" },
    el("div.toast", { id: "toast", role: "status" }),
    el(
      "div.keys",
      {},
      el(
        "button.round",
        { ...PRESS, id: "mute", "aria-pressed": "false", part: "button", ...HIDDEN },
        icon(MICROPHONE),
        el("span", {}, "Mute"),
      ),
      el("button.primary", { ...PRESS, id: "primary", part: "primary" }, el("span", { id: "primary-label" })),
      el("button.hold", { ...PRESS, id: "hold", part: "button", ...HIDDEN }, el("span", {}, "Hold to talk")),
      el(
        "button.round",
        { ...PRESS, id: "interrupt", part: "button", ...HIDDEN },
        icon("M4 9.5v5h3.5L12 18V6L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5"),
        el("span", {}, "Interrupt"),
      ),
    ),
  );
  const captions = el(
    "div.scroll",
    { ...GROUP, id: "captions-scroll", tabindex: "0", "aria-label": "Captions", part: "captions" },
    el(
      "div.empty",
      { id: "empty" },
      el("p", { id: "greeting", dir: "auto" }),
      el("p", {}, "What you both say is written here, as it is said."),
    ),
    el("ol.captions", { id: "captions" }),
  );
  const composer = el(
    "form.composer",
    { id: "composer", autocomplete: "off", part: "composer" },
    el("label.unseen", { for: "typed" }, "Message"),
    el("input", {
      ...{ id: "typed", type: "text", dir: "auto", maxlength: "2000", enterkeyhint: "send" },
      ...{ placeholder: "Type during a call", disabled: true },
    }),
    el("button", { type: "submit", id: "send", "aria-label": "Send", disabled: true }, icon("M12 19V5M6 11l6-6 6 6")),
    slot("actions"),
  );
  const tabs = el(
    "div.tabs",
    { id: "tabs", role: "tablist", "aria-label": "What to show", ...HIDDEN },
    tab("talk", "Conversation", true),
  );
  const desk = el(
    "div.desk",
    { ...GROUP, id: "desk", "aria-label": "This call", part: "desk" },
    tabs,
    panel("talk", captions, slot("above-composer"), composer),
  );
  return el(
    "div.call",
    { id: "call", "data-state": "idle", "data-loading": true },
    ...[stage, dock, desk],
    el("div.unseen", { id: "said", "aria-live": "polite" }),
    el("audio", { id: "voice-out", autoplay: true, playsinline: true }),
  );
}

/**
 * Loads a style sheet into the shadow.
 * @param {ShadowRoot} root
 * @param {string} name
 * @returns {Promise<unknown>} done also if it does not come
 */
export function dress(root, name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`../css/${name}.css`, import.meta.url).href;
  root.prepend(link);
  return new Promise((resolve) => (link.onload = link.onerror = resolve));
}

/**
 * The host's children with `data-tab` become panels beside the conversation, each by the name of its slot.
 * @param {HTMLElement} host
 * @param {ShadowRoot} root
 */
export function addPanels(host, root) {
  const tabs = part("tabs", root);
  for (const child of host.querySelectorAll(":scope > [data-tab][slot]")) {
    if (root.getElementById(`tab-${child.slot}`)) continue;
    tabs.hidden = false;
    tabs.append(tab(child.slot, t(child.getAttribute("data-tab") ?? ""), false));
    part("desk", root).append(panel(child.slot, slot(child.slot)));
  }
  part("call", root).toggleAttribute("data-bare", !host.querySelector(":scope > [slot]"));
}
