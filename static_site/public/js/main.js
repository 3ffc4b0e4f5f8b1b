/**
 * Opens the page: choices, the words of earlier calls, and the main button. Everything that only a call needs is loaded
 * when someone reaches for that button. The root's data attributes say what is going on.
 */
import { getConfig } from "./api.js";
import { CallState, WORDS, inCall } from "./call_state.js";
import { CaptionsView } from "./captions_view.js";
import { button, byId, part, setText } from "./dom.js";
import { showFailure } from "./failure_view.js";
import { CallFailure, asFailure } from "./failures.js";
import { Rosette } from "./rosette.js";
import { SetupView } from "./setup_view.js";
import { Sound } from "./sound.js";
import { Store } from "./store.js";
import { wireTabs } from "./tabs.js";

/** @type {import("./call_page.js").Shared["browser"]} */
const browser = {
  secure: isSecureContext,
  PeerConnection: window.RTCPeerConnection,
  getUserMedia: navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices),
  fetch: fetch.bind(window),
  now: () => performance.now(),
  schedule: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  newId: () => `page_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`,
};
const TITLE = document.title;
const { dataset } = document.documentElement;
const primary = button("primary");
const store = new Store(() => localStorage);
const captions = new CaptionsView();
const setup = new SetupView(() => store.saveChoices(setup.choices()));
const rosette = new Rosette(byId("rosette", HTMLCanvasElement), matchMedia("(prefers-reduced-motion: reduce)"));
const state = new CallState(showState);

/** @type {import("./api.js").Config | null} */
let config = null;
/** @type {import("./call_page.js").CallPage | null} */
let callPage = null;
/** How often Start was pressed: a start that waited for its code gives way to a newer one. */
let starts = 0;

/** Asks the browser for the rest of the code; asking twice costs nothing. */
const loadCalling = () => import("./call_page.js");

/** @type {ConstructorParameters<typeof CallState>[0]} */
function showState(now, before) {
  const { name, action, hint } = WORDS[now];
  const busy = inCall(now);
  dataset.state = now;
  dataset.view = busy ? "call" : "";
  setText(part("state"), name);
  setText(part("hint"), hint);
  setText(part("primary-label"), action);
  document.title = now === "idle" ? TITLE : `${name} · Voicemint`;
  setText(part("summary"), setup.summary());
  part("summary").hidden = !busy;
  part("setup").hidden = busy;
  if (now !== "failed") showFailure(null);
  if (busy && !inCall(before)) rosette.start(() => callPage?.levels() ?? { user: 0, assistant: 0 });
  if (!busy) rosette.stop();
  callPage?.follow(now);
  showClear();
}

/** @param {CallFailure} failure */
function fail(failure) {
  showFailure(failure, config?.sign_in?.links);
  state.move("failed");
}

async function loadConfig() {
  primary.disabled = true;
  try {
    config = await getConfig(browser.fetch);
    setup.show(config, store.choices());
    setText(part("state"), WORDS.idle.name);
    setText(part("hint"), WORDS.idle.hint);
    if (state.current === "failed") state.move("idle");
  } catch (fault) {
    fail(asFailure(fault));
  }
  primary.disabled = false;
}

async function start() {
  if (!state.move("asking-mic")) return;
  const mine = ++starts;
  delete dataset.ended;
  captions.assistant = setup.persona?.title ?? "Assistant";
  const output = byId("voice-out", HTMLAudioElement);
  const sound = new Sound(output, window.AudioContext, () => (part("sound").hidden = false)); // inside the tap
  try {
    const { CallPage } = await loadCalling();
    callPage ??= new CallPage({ state, browser, captions, store, showFailure: fail, redraw: () => rosette.draw() });
  } catch {
    if (mine === starts) fail(new CallFailure("network"));
  }
  if (callPage && mine === starts && state.current === "asking-mic") await callPage.start(setup.choices(), sound);
  else sound.close();
}

function showClear() {
  part("clear-talk").hidden = inCall(state.current) || store.turns().length === 0;
}

primary.addEventListener("click", (event) => {
  if (event.detail > 1) return; // the second tap of a double tap would undo the first
  if (inCall(state.current)) callPage ? callPage.stop() : state.move("idle");
  else if (config) start();
  else loadConfig();
});
primary.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
for (const intent of ["pointerenter", "focus"]) {
  const ahead = () => void loadCalling().catch(() => {}); // a failure shows on Start
  primary.addEventListener(intent, ahead, { once: true });
}
button("clear-talk").addEventListener("click", () => {
  store.forgetTurns();
  captions.clear();
  showClear();
});
byId("composer", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
addEventListener("resize", () => rosette.draw());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => rosette.draw());
addEventListener("pagehide", () => callPage?.stop());
wireTabs(part("tabs"));
captions.showPast(store.turns());
showClear();
rosette.draw();
loadConfig();
