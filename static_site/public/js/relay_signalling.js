/**
 * Signalling in relay mode: the server takes the offer to the service and brings back the answer. No token reaches this
 * browser, and the call is the server's to end, so it is told when the call is over on this side, however that comes.
 */
import { makeCall } from "./api.js";
import { OpenCalls } from "./open_calls.js";

/** @typedef {import("./api.js").Session} Session */

/** The preset without turn detection (voicemint/turn_detection.py). */
const PUSH_TO_TALK = "push_to_talk";
/** No server allows more than a day. */
const LONGEST_SECONDS = 86_400;

/**
 * Made once a page. Calls that a crashed page left open are hung up at once.
 * @param {import("./connect.js").Browser} browser
 * @param {import("./api.js").Config} config
 * @returns {import("./connect.js").Signalling}
 */
export function signalling(browser, config) {
  const openCalls = new OpenCalls(browser);
  openCalls.sweep();
  return (choices, signal, timings) => ({
    ready: Promise.resolve(),
    async exchange(offer) {
      await openCalls.settle();
      signal.throwIfAborted();
      const call = await timings.measure("Call", makeCall(browser.fetch, offer, choices));
      const plausible = call.seconds > 0 && call.seconds <= LONGEST_SECONDS;
      const seconds = plausible ? call.seconds : config.limits.max_call_seconds;
      const ends = browser.now() + seconds * 1000;
      openCalls.keep(call.id, seconds);
      whenAborted(signal, () => openCalls.hangUp(call.id));
      const session = { ...sessionOf(config, choices), id: call.id, max_call_seconds: seconds, ends };
      return { answer: await call.readAnswer(), session };
    },
  });
}

/**
 * Every end of a call aborts its attempt: a failure, a change of mind while it connects, Stop, the end of the page.
 * @param {AbortSignal} signal
 * @param {() => void} work
 */
function whenAborted(signal, work) {
  if (signal.aborted) work();
  else signal.addEventListener("abort", work, { once: true });
}

/**
 * What a mint would have said of the session: the choices, and for the rest the persona.
 * @param {import("./api.js").Config} config
 * @param {import("./api.js").Choices} choices
 * @returns {Omit<Session, "id" | "max_call_seconds">}
 */
function sessionOf(config, choices) {
  const name = choices.persona ?? config.default_persona;
  const persona = config.personas.find((one) => one.name === name);
  const preset = choices.turn_detection ?? persona?.turn_detection;
  return {
    voice: choices.voice ?? persona?.voice ?? "",
    turn_detection: preset === PUSH_TO_TALK ? null : { preset },
    event_filter: config.event_filter,
    tools: persona?.tools ?? [],
  };
}
