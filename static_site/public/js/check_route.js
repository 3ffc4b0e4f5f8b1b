/**
 * Last step: one real call, as this deployment makes them, with a silent track in the microphone's place. It tells
 * whether the voice gets through this network, and by which way; then it hangs up.
 */
import { bad, causeOf, failed, good, isFailure, warning } from "./check_outcome.js";
import { connect } from "./connect.js";
import { fixed } from "./figures.js";
import { Timings } from "./timings.js";
import { t } from "./words.js";

/**
 * @typedef {object} Facts what the call has shown of the route, for the sheet
 * @property {string} host where the browser itself took its offer, in token mode
 * @property {string[]} addresses at which the service wanted to be reached, such as "203.0.113.9 UDP 3478"
 * @property {boolean} found whether any packet came back
 * @property {Set<string>} own kinds of way that this browser offered: `udp`, `tcp`
 */
/** @typedef {{ outcome: import("./check_outcome.js").Outcome, facts: Facts }} Route */
/** @typedef {{ protocol: string, relayed: boolean }} Way */

/** What is known without a call. @returns {Facts} */
export const noFacts = () => ({ host: "", addresses: [], found: false, own: new Set() });
/** A call that takes longer than this is worth a word. */
const SLOW_MS = 6_000;

/**
 * @param {Voice.Browser} browser
 * @param {object} parts
 * @param {Voice.Config} parts.config
 * @param {(config: Voice.Config, browser: Voice.Browser) => Promise<Voice.Signalling>} parts.load by the mode
 * @param {() => MediaStream} parts.silence
 * @param {() => boolean} parts.forbidden whether the page's own security policy has stopped a request
 * @param {AbortSignal} signal
 * @returns {Promise<Route>}
 */
export async function checkRoute(browser, { config, load, silence, forbidden }, signal) {
  const facts = noFacts();
  const attempt = new AbortController();
  const stop = () => attempt.abort();
  signal.addEventListener("abort", stop, { once: true });
  const timings = new Timings(browser.now);
  const nobody = () => {};
  const listeners = { microphone: nobody, voice: nobody, message: nobody };
  try {
    const watched = watch({ ...browser, getUserMedia: async () => silence() }, facts);
    const signalling = await load(config, watched);
    const { peer } = await connect(signalling, {}, watched, listeners, attempt, timings);
    const took = timings.elapsed();
    return { outcome: connected(await wayOf(peer), took), facts };
  } catch (fault) {
    signal.throwIfAborted();
    return { outcome: broken(fault, facts, forbidden()), facts };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/**
 * The same browser, but what it learns of the route is noted, also when the call fails.
 * @param {Voice.Browser} browser
 * @param {Facts} facts
 * @returns {Voice.Browser}
 */
function watch(browser, facts) {
  const { PeerConnection } = browser;
  return {
    ...browser,
    fetch(url, init) {
      if (/^https?:/.test(url)) facts.host = new URL(url).host;
      return browser.fetch(url, init);
    },
    PeerConnection:
      PeerConnection &&
      class extends PeerConnection {
        /** @param {RTCConfiguration} [wanted] */
        constructor(wanted) {
          super(wanted);
          this.addEventListener("icecandidate", ({ candidate }) => {
            const [, protocol] = /^candidate:\S+ \d+ (\w+) /i.exec(candidate?.candidate ?? "") ?? [];
            if (protocol) facts.own.add(protocol.toLowerCase());
          });
          this.addEventListener("iceconnectionstatechange", () => {
            facts.found ||= /^(connected|completed)$/.test(this.iceConnectionState);
          });
        }

        /** @override @param {RTCSessionDescriptionInit} answer */
        setRemoteDescription(answer) {
          facts.addresses = addressesOf(answer.sdp ?? "");
          return super.setRemoteDescription(answer);
        }
      },
  };
}

/** The candidates of an answer, each once. @param {string} sdp */
export function addressesOf(sdp) {
  const lines = sdp.matchAll(/^a=candidate:\S+ \d+ (udp|tcp) \d+ (\S+) (\d+) /gim);
  return [...new Set([...lines].map(([, protocol, host, port]) => `${host} ${protocol?.toUpperCase()} ${port}`))];
}

/**
 * By which way the packets go. Firefox marks the pair itself, the others in the transport.
 * @param {RTCPeerConnection} peer
 * @returns {Promise<Way>}
 */
export async function wayOf(peer) {
  /** @type {Map<string, any>} */
  const stats = new Map();
  (await peer.getStats()).forEach((one) => stats.set(one.id, one));
  const all = [...stats.values()];
  const transport = all.find(({ type, selectedCandidatePairId }) => type === "transport" && selectedCandidatePairId);
  const pair =
    stats.get(transport?.selectedCandidatePairId) ??
    all.find(({ type, selected, nominated, state }) => {
      return type === "candidate-pair" && (selected || (nominated && state === "succeeded"));
    });
  const local = stats.get(pair?.localCandidateId);
  return { protocol: String(local?.protocol ?? "").toUpperCase(), relayed: local?.candidateType === "relay" };
}

/** @param {Way} way @param {number} took */
function connected({ protocol, relayed }, took) {
  const gaps = { protocol, time: fixed(took / 1000, 1) };
  const relay = "A call connects, in {time} seconds, over {protocol} by way of a relay.";
  const direct = "A call connects, in {time} seconds, over {protocol}.";
  const text = t(!protocol ? "A call connects, in {time} seconds." : relayed ? relay : direct, gaps);
  if (protocol === "TCP") {
    const hint = "It works, but with gaps when the network is busy. Ask for UDP port 3478: the sheet below says how.";
    return warning(`${text} ${t("UDP does not get through.")}`, hint);
  }
  if (took > SLOW_MS) return warning(`${text} ${t("That is slow.")}`, "Come closer to the Wi-Fi, or try another network.");
  return good(text);
}

/**
 * @param {unknown} fault
 * @param {Facts} facts
 * @param {boolean} forbidden
 */
function broken(fault, { host, found, own }, forbidden) {
  /** @type {{ cause: "network" }} */
  const network = { cause: "network" };
  if (isFailure(fault, "sdp_unreachable") && forbidden) {
    const text = t("This page's own security policy does not allow {host}.", { host });
    return bad(text, "Whoever runs this page must add it to connect-src.", { cause: "server" });
  }
  if (isFailure(fault, "sdp_unreachable")) {
    const text = t("Your network lets this page through, but it cannot reach Azure OpenAI at {host}.", { host });
    return bad(text, "A firewall or filter may block that name. Give the sheet below to your IT department.", network);
  }
  if (isFailure(fault, "ice_failed") && found) {
    const text = "Your network lets the first packets of a call through, but the call did not come about.";
    return bad(text, "Something between may inspect or drop it. Give the sheet below to your IT department.", network);
  }
  if (isFailure(fault, "ice_failed")) {
    const none = own.has("udp") ? "" : ` ${t("This browser itself offered no UDP: a policy, an extension or a VPN may forbid it.")}`;
    const hint = "Another network, such as a phone's, usually works. Or give the sheet below to your IT department.";
    return bad("Your network lets web pages through but not calls (UDP).", t(hint) + none, network);
  }
  return failed(fault, { cause: causeOf(fault) });
}
