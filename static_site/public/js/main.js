/**
 * Opens the page: choices, the words of earlier calls, and the main button. Everything that only a call needs is loaded
 * when someone reaches for that button. The root's data attributes say what is going on.
 */
import { getConfig } from "./api.js";
import { CallState, WORDS, inCall } from "./call_state.js";
import { CaptionsView } from "./captions_view.js";
import { button, byId, part, setText } from "./dom.js";
import { showFailure, showWait } from "./failure_view.js";
import { CallFailure, asFailure } from "./failures.js";
import { ONLY_TIME_HELPS } from "./refusals.js";
import { countDown } from "./retry_wait.js";
import { Rosette } from "./rosette.js";
import { SetupView } from "./setup_view.js";
import { needsSignIn, showSignIn } from "./sign_in_view.js";
import { Sound } from "./sound.js";
import { Store } from "./store.js";
import { wireTabs } from "./tabs.js";
import { browser } from "./this_browser.js";

const TITLE = document.title;
const SIGNED_OUT = { name: "Not signed in", hint: "Calls here are for people who are signed in." };
const { dataset } = document.documentElement;
const primary = button("primary");
const store = new Store(browser.storage);
const captions = new CaptionsView();
const setup = new SetupView(() => store.saveChoices(setup.choices()));
const rosette = new Rosette(byId("rosette", HTMLCanvasElement), matchMedia("(prefers-reduced-motion: reduce)"));
const state = new CallState(showState);

/** @type {import("./api.js").Config | null} */
let config = null;
/** @type {import("./call_page.js").CallPage | null} */
let callPage = null;
/** @type {Promise<import("./connect.js").Signalling> | null} */
let signalling = null;
/** How often Start was pressed: a start that waited for its code gives way to a newer one. */
let starts = 0;
let stopWaiting = () => {};

const loadMore = async () => (await import("./more_choices.js")).more(setup, browser, () => callPage?.talk);

/** Asks the browser for the rest of the code; asking twice costs nothing. */
const loadCalling = () =>
  Promise.all([
    import("./call_page.js"),
    config && loadSignalling(),
    store.read("voicemint.more") && loadMore(),
  ]);

/** The one place that knows the mode: who takes the offer to the service. */
function loadSignalling() {
  signalling ??= (config?.mode === "relay" ? import("./relay_signalling.js") : import("./token_signalling.js"))
    .then((way) => way.signalling(browser, /** @type {import("./api.js").Config} */ (config)))
    .catch((fault) => {
      signalling = null;
      throw fault;
    });
  return signalling;
}

/** @type {ConstructorParameters<typeof CallState>[0]} */
function showState(now, before) {
  const { action } = WORDS[now];
  const { name, hint } = now === "idle" && needsSignIn(config) ? SIGNED_OUT : WORDS[now];
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
  showSignIn(config, now === "idle");
  stopWaiting();
  holdStart(now === "idle" && needsSignIn(config));
  if (busy && !inCall(before)) rosette.start(() => callPage?.levels() ?? { user: 0, assistant: 0 });
  if (!busy) rosette.stop();
  callPage?.follow(now);
  showClear();
}

/** @param {CallFailure} failure */
function fail(failure) {
  showFailure(failure, config?.sign_in?.links);
  if (failure.code === "wrong_call_mode") config = signalling = null; // so that Try again asks anew
  state.move("failed");
  wait(failure);
}

/**
 * Says how long until trying again may help, and holds Start where nothing else does.
 * @param {CallFailure} failure
 */
function wait({ code, retryAfter }) {
  stopWaiting();
  const useless = ONLY_TIME_HELPS.has(code) && retryAfter > 0;
  holdStart(useless);
  if (!retryAfter) return;
  stopWaiting = countDown(retryAfter, { now: browser.today, schedule: browser.schedule }, (words) => {
    if (!words) holdStart(false);
    if (!words) showWait("You can try again now.");
    else showWait(useless ? `You can start again in ${words}.` : `It may work again in ${words}.`);
  });
}

/**
 * Unlike `disabled` this leaves Start in the keyboard's order, so that whoever has just pressed it is not lost.
 * @param {boolean} held
 */
function holdStart(held) {
  primary.setAttribute("aria-disabled", String(held));
}

async function loadConfig() {
  primary.disabled = true;
  try {
    config = await getConfig(browser.fetch);
    setup.show(config, store.choices());
    // In relay mode at once, because it hangs up what a crash left; a failure to load it shows on Start.
    if (config.mode === "relay") loadSignalling().catch(() => {});
    if (state.current === "failed") state.move("idle");
    else showState("idle", "idle");
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
  /** @type {import("./connect.js").Signalling | null} */
  let way = null;
  try {
    const [{ CallPage }, loaded] = await loadCalling();
    way = loaded;
    callPage ??= new CallPage({ state, browser, captions, store, showFailure: fail, loadMore, redraw: () => rosette.draw() });
  } catch {
    if (mine === starts) fail(new CallFailure("network"));
  }
  const wanted = mine === starts && state.current === "asking-mic";
  if (way && callPage && wanted) await callPage.start(way, setup.choices(), sound);
  else sound.close();
}

function showClear() {
  const none = store.turns().length === 0;
  part("save-talk").hidden = none;
  part("clear-talk").hidden = inCall(state.current) || none;
}

primary.addEventListener("click", (event) => {
  if (event.detail > 1) return; // the second tap of a double tap would undo the first
  if (primary.getAttribute("aria-disabled") === "true") return;
  if (inCall(state.current)) callPage ? callPage.stop() : state.move("idle");
  else if (config) start();
  else loadConfig();
});
primary.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
for (const intent of ["pointerenter", "focus"]) {
  const ahead = () => void loadCalling().catch(() => {}); // a failure shows on Start
  primary.addEventListener(intent, ahead, { once: true });
}
button("save-talk").addEventListener("click", async () => {
  const { toggleSaves } = await import("./save_menu.js");
  toggleSaves(() => callPage?.saved() ?? { past: store.turns(), turns: [], entries: [], rows: [] });
});
button("clear-talk").addEventListener("click", () => {
  store.forgetTurns();
  captions.clear();
  showClear();
});
byId("composer", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
addEventListener("resize", () => rosette.draw());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => rosette.draw());
addEventListener("pagehide", () => callPage?.stop());
part("more").addEventListener("toggle", () => void loadMore().catch(() => {})); // shows nothing, and can be tried again
wireTabs(part("tabs"));
captions.showPast(store.turns());
showClear();
rosette.draw();
loadConfig();
