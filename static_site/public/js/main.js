/** The page around `<voice-call>`, which it uses as any other may. The root's data attributes say what goes on. */
import { inCall } from "./call_state.js";
import { button, byId, part, setText } from "./dom.js";
import { INTERFACE } from "./page_language.js";
import { SetupView } from "./setup_view.js";
import { Store } from "./store.js";
import { VoiceCall, learned } from "./voice_call.js";
import { t, translate, written } from "./words.js";

await learned;
const root = document.documentElement;
Object.assign(root, written());
translate(root);
const TITLE = document.title;
const { dataset } = root;
const call = byId("voice-call", VoiceCall);
const store = new Store(() => localStorage);
const setup = new SetupView(() => {
  call.choices = setup.choices();
  store.saveChoices(call.choices);
});
let resetColours = () => {};

/** @param {string} name @param {(detail: any) => void} work */
const on = (name, work) =>
  call.addEventListener(`voicecall-${name}`, (event) => work(/** @type {CustomEvent} */ (event).detail));

const loadMore = async () => (await import("./more_choices.js")).more(setup, call);

async function loadTools() {
  const { pageTools } = await import("./page_tools.js");
  const { tools, reset } = pageTools((changed) => (button("reset-colours").hidden = !changed));
  call.tools = tools;
  resetColours = reset;
}

function prepare() {
  call.ready ??= Promise.all([loadTools(), store.read("voicemint.more") && loadMore()]);
  call.ready.catch(() => (call.ready = null)); // shows on Start
}

async function look() {
  const limited = /** @type {any} */ (store.read("voicemint.money"))?.limit;
  if (!call.inner || (!limited && call.panel === "talk")) return;
  try {
    await (await import("./page_parts.js")).look(call, limited);
  } catch {
    call.notify(t("This part of the page could not be loaded."));
  }
}

function showRecords() {
  const none = !call.turns.length && !store.records().length;
  button("save-talk").hidden = none;
  button("clear-talk").hidden = inCall(call.state) || none;
}

on("config", ({ config }) => {
  setup.show(config, store.choices());
  call.choices = setup.choices();
});
on("state", ({ state, name }) => {
  const busy = inCall(state);
  dataset.state = state;
  dataset.view = busy ? "call" : "";
  if (state !== "failed") delete dataset.failure;
  if (state === "asking-mic") (delete dataset.ended, prepare());
  if (state === "live") void look();
  document.title = state === "idle" ? TITLE : `${name} · Voicemint`;
  setText(part("summary"), setup.summary());
  part("summary").hidden = !busy;
  showRecords();
});
on("activity", (now) => Object.assign(dataset, { ...now, muted: String(now.muted) }));
on("transcript", showRecords);
on("failure", ({ code }) => (dataset.failure = code));
on("end", ({ why }) => (dataset.ended = why));
on("panel", () => void look());
for (const intent of ["pointerenter", "focusin"]) call.addEventListener(intent, prepare, { once: true });
const language = byId("language", HTMLSelectElement);
language.value = root.lang;
language.addEventListener("change", () => {
  store.write(INTERFACE, language.value);
  location.reload();
});
button("reset-colours").addEventListener("click", () => resetColours());
button("save-talk").addEventListener("click", async () => {
  const { toggleSaves } = await import("./save_menu.js");
  await toggleSaves(() => call.saved());
});
button("clear-talk").addEventListener("click", () => {
  call.clear();
  showRecords();
});
part("more").addEventListener("change", showRecords); // what is kept may be deleted there
part("more").addEventListener("toggle", () => void loadMore().catch(() => {})); // can be tried again
showRecords();
// WebKit hangs if a page is left while a module waits.
call.load().then(async () => {
  // They have called before. No finger tells early; while it is down, Chromium loads no code.
  const asked = navigator.permissions?.query({ name: "microphone" });
  if ((await asked?.catch(() => null))?.state === "granted") (prepare(), call.warm(matchMedia("(hover: none)").matches));
});
