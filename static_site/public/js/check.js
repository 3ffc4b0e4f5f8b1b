/**
 * The page of the check before a call: shows what the steps find. The steps themselves (check_run.js) are loaded when
 * someone reaches for the button. The root's data attributes say what is going on: `data-check` (idle, running, done)
 * and `data-verdict`.
 */
import { STATES, STEPS, bad, good, skipped, verdict } from "./check_outcome.js";
import { button, byId, make, part, setText } from "./dom.js";
import "./page_language.js";
import { browser } from "./this_browser.js";
import { learn, t, translate, written } from "./words.js";

/** @typedef {import("./check_outcome.js").Step} Step */
/** @typedef {import("./check_outcome.js").Outcome} Outcome */

/** @type {Record<Step, string>} what is said while a step runs */
const RUNNING = {
  browser: "Looking at this browser.",
  microphone: "Say something. If the browser asks for the microphone, allow it.",
  speaker: "Two notes. Did you hear them?",
  server: "Asking the server.",
  route: "Calling. On a network that blocks calls this takes up to 20 seconds.",
};
const root = document.documentElement;
await learn("call", root.lang ? [root.lang] : navigator.languages);
await learn("check");
Object.assign(root, written());
translate(root);
const { dataset } = root;
const go = button("go");
const meter = byId("meter", HTMLMeterElement);
const testCall = byId("test-call", HTMLInputElement);

const stepNames = () => /** @type {Step[]} */ (Object.keys(STEPS));
/** What each step is about, as the page has it. */
const ABOUT = Object.fromEntries(stepNames().map((step) => [step, field(part(`step-${step}`), "text").textContent]));

/** @type {AbortController | null} */
let running = null;
let forbidden = false;

async function check() {
  const attempt = (running = new AbortController());
  const context = window.AudioContext ? new AudioContext() : null; // inside the tap
  context?.resume().catch(() => {}); // not awaited: Firefox never answers where there is no audio device
  forbidden = false;
  dataset.check = "running";
  delete dataset.verdict;
  setText(part("go-label"), t("Stop"));
  testCall.disabled = true;
  part("verdict").hidden = part("sheet").hidden = true;
  part("said").replaceChildren();
  for (const step of stepNames()) show(step, { state: "skipped", text: ABOUT[step] ?? "" }, "waiting");
  try {
    const [{ runCheck, stepsOf }, { showSheet }] = await loadSteps();
    const steps = stepsOf(browser, context, {
      level,
      askHeard,
      forbidden: () => forbidden,
      call: testCall.checked,
    });
    const report = await runCheck(steps, show, attempt.signal);
    conclude(verdict(report.results));
    await showSheet(report);
  } catch {
    const detail = t("Without it nothing can be checked. Look at your connection, then check again.");
    conclude({ faults: ["unreachable"], state: "bad", title: t("The rest of this page did not arrive"), detail });
  }
  testCall.disabled = false;
  running = null;
  context?.close().catch(() => {});
}

const loadSteps = () => Promise.all([import("./check_run.js"), import("./check_sheet_view.js")]);

/**
 * @param {Step} step
 * @param {Outcome | null} outcome null: it runs
 * @param {string} [state]
 */
function show(step, outcome, state = outcome?.state ?? "running") {
  const item = part(`step-${step}`);
  item.dataset.state = state;
  const word = outcome && state !== "waiting" ? STATES[outcome.state] : state === "running" ? "Checking" : "Waiting";
  const words = outcome?.text ?? t(outcome ? "" : RUNNING[step]);
  setText(field(item, "word"), t(word));
  setText(field(item, "text"), words);
  field(item, "hint").replaceChildren(...withNames(outcome?.hint ?? ""));
  setText(field(item, "note"), outcome?.note ?? "");
  if (!outcome) item.scrollIntoView({ block: "nearest" });
  if (!outcome && (step === "microphone" || step === "speaker")) say(words);
  else if (outcome && state !== "waiting") say(`${t(STEPS[step])}: ${t(word)}. ${words}`);
}

/** @param {ReturnType<typeof verdict>} verdict */
function conclude({ faults, state, title, detail }) {
  dataset.check = "done";
  dataset.verdict = faults.join(" ") || state;
  setText(part("go-label"), t("Check again"));
  part("verdict").dataset.state = state;
  setText(part("verdict-title"), title);
  setText(part("verdict-detail"), detail);
  part("verdict").hidden = false;
  say(`${title}. ${detail}`);
  part("verdict").scrollIntoView({ block: "nearest" });
}

/**
 * @param {() => void} play the tone
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
function askHeard(play, signal) {
  const question = part("question");
  const answered = new AbortController();
  play();
  question.hidden = false;
  button("heard").focus();
  /** @type {Promise<Outcome>} */
  const outcome = new Promise((resolve) => {
    const on = (/** @type {string} */ id, /** @type {() => void} */ work) =>
      button(id).addEventListener("click", work, { signal: answered.signal });
    on("again", play);
    on("heard", () => resolve(good("You hear this device.")));
    on("unheard", () =>
      resolve(
        bad(
          "The tone was played, and you did not hear it.",
          "Turn the volume up, look which speaker or headset the system plays to, and whether this tab or phone is muted.",
        ),
      ),
    );
    signal.addEventListener("abort", () => resolve(skipped("")), { signal: answered.signal });
  });
  return outcome.finally(() => {
    answered.abort();
    if (question.contains(document.activeElement)) go.focus({ preventScroll: true });
    question.hidden = true;
  });
}

/** @param {number | null} loud */
function level(loud) {
  meter.hidden = loud === null;
  meter.value = loud ?? 0;
}

/** @param {Element} item @param {string} name */
function field(item, name) {
  return /** @type {HTMLElement} */ (item.querySelector(`.${name}`));
}

/** Names of settings come between backticks. @param {string} text */
const withNames = (text) => text.split("`").map((piece, at) => (at % 2 ? make("code", "", piece) : piece));

/** @param {string} words for a screen reader, one after another */
const say = (words) => part("said").append(make("p", "", words));

go.addEventListener("click", (event) => {
  if (event.detail > 1) return; // the second tap of a double tap would undo the first
  if (running) running.abort();
  else check();
});
for (const intent of ["pointerenter", "focus"]) {
  go.addEventListener(intent, () => void loadSteps().catch(() => {}), { once: true }); // a failure shows on the button
}
document.addEventListener("securitypolicyviolation", () => (forbidden = true));
addEventListener("pagehide", () => running?.abort());
dataset.check = "idle";
go.disabled = false;
