/**
 * Signalling in relay mode: the server takes the offer to the service and brings back the answer. No token reaches this
 * browser, and the call is the server's to end, so it is told when the call is over on this side, however that comes.
 */
import { post, send } from "./api.js";
import { CallFailure } from "./failures.js";
import { OpenCalls } from "./open_calls.js";

/** The preset without turn detection. */
const PUSH_TO_TALK = "push_to_talk";
/** No server allows more than a day. */
const LONGEST_SECONDS = 86_400;

/**
 * Made once a page. Calls that a crashed page left open are hung up at once.
 * @param {Voice.Browser} browser
 * @param {Voice.Config} config
 * @returns {Voice.Signalling}
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
 * @param {Voice.Config} config
 * @param {Voice.Choices} choices
 * @returns {Omit<Voice.Session, "id" | "max_call_seconds">}
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

/**
 * How long it may last comes by the server's clock. No signal: only the reply names the call to hang up.
 * @param {Voice.Fetch} fetch @param {string} sdp @param {Voice.Choices} choices @returns {Promise<Voice.MadeCall>}
 */
async function makeCall(fetch, sdp, choices) {
  const response = await send(fetch, "api/call", post({ sdp, ...choices }));
  const { headers, status } = response;
  const [, id] = /\/api\/call\/(\w{1,64})$/.exec(headers.get("Location") ?? "") ?? [];
  if (status !== 201 || !id) throw new CallFailure("bad_reply");
  const ends = Number(headers.get("X-Voicemint-Expires-At"));
  const seconds = ends - (Number(headers.get("X-Voicemint-Server-Time")) || NaN);
  const readAnswer = async () => {
    if (!headers.get("Content-Type")?.startsWith("application/sdp")) throw new CallFailure("bad_reply");
    return response.text().catch(() => {
      throw new CallFailure("network");
    });
  };
  return { id, seconds, readAnswer };
}
