/** The quality of the connection, from one `getStats()` report after the other, in numbers and in one word. Pure. */
import { t } from "./words.js";

/** From where on a call is weak, and bad. Our reading; ITU-T G.114 asks for less than 150 ms one way. */
const ROUND_TRIP_MS = [250, 500];
const JITTER_MS = [30, 60];
const LOSS = [0.02, 0.08];
/** Loss is counted over so many reports: at one every two seconds, over ten seconds. */
const WINDOW = 5;

export class Network {
  /** @type {Voice.Counters[]} */
  #past = [];

  /**
   * @param {Iterable<any>} report the values of an RTCStatsReport
   * @returns {Voice.Reading}
   */
  read(report) {
    const parts = [...report];
    const { pair, here, there } = route(parts);
    const audio = (/** @type {string} */ type) =>
      parts.find((part) => part.type === type && (part.kind ?? part.mediaType ?? "audio") === "audio");
    const [got, heard, sent] = [audio("inbound-rtp"), audio("remote-inbound-rtp"), audio("outbound-rtp")];
    const now = {
      got: number(got?.packetsReceived) ?? 0,
      lostIn: number(got?.packetsLost) ?? 0,
      sent: heard ? (number(sent?.packetsSent) ?? 0) : 0,
      lostOut: number(heard?.packetsLost) ?? 0,
    };
    const before = this.#past.at(-1);
    if (before && (now.got < before.got || now.sent < before.sent)) this.#past = []; // another connection
    this.#past.push(now);
    if (this.#past.length > WINDOW + 1) this.#past.shift();
    const first = /** @type {Voice.Counters} */ (this.#past[0]);
    const reading = {
      roundTrip: inMs(pair?.currentRoundTripTime) ?? inMs(heard?.roundTripTime),
      jitter: worst(inMs(got?.jitter), inMs(heard?.jitter)),
      lostIn: share(now.lostIn - first.lostIn, now.lostIn - first.lostIn + now.got - first.got),
      // What the other side reports counts lost ones among those that were sent.
      lostOut: share(now.lostOut - first.lostOut, now.sent - first.sent),
      way: way(here, there),
    };
    return { ...reading, word: judge(reading) };
  }
}

/**
 * The pair of addresses in use: named by the transport, marked by Firefox, or the one that was nominated.
 * @param {any[]} parts
 */
function route(parts) {
  const named = parts.find((part) => part.type === "transport" && part.selectedCandidatePairId);
  const pairs = parts.filter((part) => part.type === "candidate-pair");
  const pair =
    pairs.find((one) => one.id === named?.selectedCandidatePairId) ??
    pairs.find((one) => one.selected) ??
    pairs.find((one) => one.nominated && one.state === "succeeded");
  const by = (/** @type {unknown} */ id) => parts.find((part) => pair && part.id === id);
  return { pair, here: by(pair?.localCandidateId), there: by(pair?.remoteCandidateId) };
}

/**
 * @param {any} here
 * @param {any} there
 */
function way(here, there) {
  const protocol = String(here?.protocol ?? there?.protocol ?? "").toUpperCase();
  if (!protocol) return "";
  const relayed = [here, there].some((one) => one?.candidateType === "relay");
  return t(relayed ? "{protocol}, relayed" : "{protocol}, direct", { protocol });
}

/** @param {Pick<Voice.Reading, "roundTrip" | "jitter" | "lostIn" | "lostOut">} reading
 * @returns {Voice.Reading["word"]} */
function judge({ roundTrip, jitter, lostIn, lostOut }) {
  const grades = [
    grade(roundTrip, ROUND_TRIP_MS),
    grade(jitter, JITTER_MS),
    grade(worst(lostIn, lostOut), LOSS),
  ].filter((one) => one !== null);
  if (!grades.length) return "unknown";
  return /** @type {const} */ (["good", "weak", "bad"])[Math.max(...grades)] ?? "unknown";
}

/**
 * @param {number | null} value
 * @param {number[]} steps
 */
const grade = (value, steps) => (value === null ? null : steps.filter((step) => value >= step).length);
/** @param {unknown} value */
const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
/** @param {unknown} seconds */
const inMs = (seconds) => (number(seconds) === null ? null : Number(seconds) * 1000);
/** @param {...(number | null)} values
 * @returns {number | null} */
function worst(...values) {
  const known = values.filter((value) => value !== null);
  return known.length ? Math.max(...known) : null;
}
/**
 * @param {number} some may be below 0: a packet that counted as lost came after all
 * @param {number} all
 */
const share = (some, all) => (all > 0 ? Math.min(1, Math.max(0, some / all)) : null);
