/** In More: what becomes of a call when one leaves the page, and what is kept on this device. Loaded when More is. */
import { make, setText } from "./dom.js";
import { keep, keeps } from "./kept_call.js";
import { fill, translated } from "./more_parts.js";
import { Store } from "./store.js";
import { t } from "./words.js";

/** @type {import("./more_parts.js").Offer[]} */
const AWAY = [
  ["", "The call goes on"],
  ["mute", "I am muted"],
  ["end", "The call ends"],
];
/** @type {Record<string, string>} */
const ABOUT = {
  "": "In another tab or app or behind a locked screen you are heard too, if your device allows it.",
  mute: "In another tab or app or behind a locked screen you are not heard.",
  end: "In another tab or app or behind a locked screen you are not heard, and after 20 seconds the call ends.",
};
const KEPT = "The words of your last calls stay in this browser until you clear them.";
const NOT_KEPT = "Nothing of what is said is written to this device.";
const DELETED = "What was kept is deleted, and nothing more is written. What you see here goes when you leave the page.";
const UNABLE = "This browser does not let the page keep anything, so nothing of what is said is kept.";
const WHERE =
  "What you say goes straight to Azure OpenAI and never through this site's own server; what this site keeps of it, and what you chose, stays in this browser.";

/**
 * @param {import("./remembered.js").Remembered} memory
 * @param {() => Storage} storage
 * @param {() => void} changed what is kept is another thing now: a call that goes on is written, or not
 */
export function privacyChoices(memory, storage, changed) {
  const store = new Store(storage);
  const away = make("select");
  const tick = Object.assign(make("input"), { type: "checkbox" });
  const [aboutAway, aboutKeep] = [make("p", "about"), make("p", "about")];
  aboutAway.id = "about-away";
  aboutKeep.id = "about-keep";
  away.setAttribute("aria-describedby", aboutAway.id);
  tick.setAttribute("aria-describedby", aboutKeep.id);
  aboutKeep.setAttribute("role", "status");

  const show = () => {
    const { away: wish = "" } = memory.wishes;
    fill(away, translated(AWAY), wish);
    setText(aboutAway, t(ABOUT[wish] ?? ""));
    const works = able(store);
    tick.disabled = !works;
    tick.checked = works && keeps(store);
    setText(aboutKeep, t(works ? (keeps(store) ? KEPT : NOT_KEPT) : UNABLE));
  };
  away.addEventListener("change", () => {
    const wish = away.value;
    memory.keep({ away: wish === "mute" || wish === "end" ? wish : undefined });
    show();
  });
  tick.addEventListener("change", () => {
    keep(store, tick.checked);
    show();
    if (!keeps(store)) setText(aboutKeep, t(DELETED));
    changed();
  });
  show();
  const leaving = make("div", "", make("label", "", t("When I leave the page"), away), aboutAway);
  const keeping = make("div", "", make("label", "tick", tick, t("Keep what was said on this device")), aboutKeep);
  return { part: make("div", "privacy", make("div", "pair", leaving, keeping), make("p", "about", t(WHERE))), show };
}

/** Whether this browser lets the page keep anything. @param {Store} store */
function able(store) {
  const works = store.write("voicemint.try", 1);
  store.forget("voicemint.try");
  return works;
}
