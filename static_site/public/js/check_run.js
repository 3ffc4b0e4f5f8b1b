/** The steps of the check, one after another. Each is a function, so that tests can give any outcome. */
import { checkBrowser } from "./check_browser.js";
import { checkMicrophone } from "./check_microphone.js";
import { failed, skipped } from "./check_outcome.js";
import { checkRoute, noFacts } from "./check_route.js";
import { checkServer } from "./check_server.js";
import { meterOf, playTone } from "./check_sound.js";

/** @typedef {import("./check_outcome.js").Outcome} Outcome */
/** @typedef {import("./check_outcome.js").Results} Results */
/** @typedef {import("./check_outcome.js").Step} Step */
/**
 * @typedef {object} Steps
 * @property {() => Outcome} browser
 * @property {(signal: AbortSignal) => Promise<Outcome>} microphone
 * @property {(signal: AbortSignal) => Promise<Outcome>} speaker
 * @property {(signal: AbortSignal) => Promise<import("./check_server.js").Found>} server
 * @property {((config: Voice.Config, signal: AbortSignal) => Promise<import("./check_route.js").Route>) | null} route null: the
 * person wants no test call
 */
/** @typedef {{ results: Results, config: Voice.Config | undefined, facts: import("./check_route.js").Facts }} Report */

/**
 * @param {Steps} steps
 * @param {(step: Step, outcome: Outcome | null) => void} show null: it runs
 * @param {AbortSignal} signal the person stops it: what is left is not checked
 * @returns {Promise<Report>}
 */
export async function runCheck(steps, show, signal) {
  /** @type {Partial<Results>} */
  const results = {};
  /**
   * @template {Outcome} T
   * @param {Step} step
   * @param {() => T | Promise<T>} work
   * @returns {Promise<T | Outcome>}
   */
  const run = async (step, work) => {
    /** @type {T | Outcome} */
    let outcome = skipped("You stopped the check.");
    if (!signal.aborted) {
      show(step, null);
      try {
        outcome = await unlessStopped(signal, work);
      } catch (fault) {
        if (!signal.aborted) outcome = failed(fault);
      }
    }
    results[step] = outcome;
    show(step, outcome);
    return outcome;
  };
  const able = (await run("browser", steps.browser)).state !== "bad";
  const unable = skipped("This browser cannot.");
  await run("microphone", () => (able ? steps.microphone(signal) : unable));
  await run("speaker", () => steps.speaker(signal));
  /** @type {import("./check_server.js").Found} */
  const server = await run("server", () => steps.server(signal));
  let facts = noFacts();
  await run("route", async () => {
    const { config, state } = server;
    if (!steps.route) return skipped("You wanted no test call.");
    if (!able) return unable;
    if (state !== "good" || !config) return skipped("No test call was made, because the server would not start one.");
    const route = await steps.route(config, signal);
    facts = route.facts;
    return route.outcome;
  });
  return { results: /** @type {Results} */ (results), config: server.config, facts };
}

/**
 * The steps in a real browser.
 * @param {Voice.Browser} browser
 * @param {AudioContext | null} context
 * @param {object} page
 * @param {(level: number | null) => void} page.level
 * @param {(play: () => void, signal: AbortSignal) => Promise<Outcome>} page.askHeard
 * @param {() => boolean} page.forbidden whether the page's own security policy has stopped a request
 * @param {boolean} page.call whether the person wants the test call
 * @returns {Steps}
 */
export function stepsOf(browser, context, { level, askHeard, forbidden, call }) {
  const { getUserMedia, schedule } = browser;
  const mute = async () => skipped("This browser has no Web Audio.");
  return {
    browser: () => checkBrowser(browser),
    microphone: async (signal) => {
      if (!context || !getUserMedia) return mute();
      const parts = { getUserMedia: await theirs(browser, getUserMedia), schedule };
      return checkMicrophone({ ...parts, meterOf: (stream) => meterOf(context, stream) }, level, signal);
    },
    speaker: (signal) => (context ? askHeard(() => playTone(context), signal) : mute()),
    server: (signal) => checkServer(browser, signal),
    route:
      call && context
        ? (config, signal) => {
            const silence = () => context.createMediaStreamDestination().stream;
            return checkRoute(browser, { config, load, silence, forbidden }, signal);
          }
        : null,
  };
}

/**
 * Asks for the microphone that a call would use: the one that was chosen there, if any.
 * @param {Voice.Browser} browser
 * @param {NonNullable<Voice.Browser["getUserMedia"]>} usual
 */
async function theirs({ storage }, usual) {
  try {
    const [{ askWith }, { Remembered }] = await Promise.all([import("./devices.js"), import("./remembered.js")]);
    const { microphone } = new Remembered(storage).wishes;
    return microphone ? askWith(navigator.mediaDevices, () => microphone, () => {}) : usual;
  } catch {
    return usual; // the server is down, as a later step will say
  }
}

/** The one place that knows the mode, as on the call's page. @type {Parameters<typeof checkRoute>[1]["load"]} */
const load = async (config, browser) => {
  const way = await (config.mode === "relay" ? import("./relay_signalling.js") : import("./token_signalling.js"));
  return way.signalling(browser, config);
};

/**
 * @template T
 * @param {AbortSignal} signal
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
async function unlessStopped(signal, work) {
  /** @type {Promise<never>} */
  const stopped = new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work(), stopped]);
}
