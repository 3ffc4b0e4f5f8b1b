/**
 * One attempt to connect, from the tap to a live call: a line to the service, which may have been made ahead, and the
 * microphone. All that it needs of the browser is passed in, so tests can fail every step.
 */
import "./call_failures.js";
import { CallFailure } from "./failures.js";
import { openLine, unlessGivenUp } from "./line.js";
import { openMicrophone, permission } from "./microphone.js";

/** Loaded beside this module; a call does not need it. */
const firstWords = import("./first_words.js").catch(() => null);

/**
 * @param {Voice.Signalling} signalling the way of this deployment's mode
 * @param {Voice.Choices} choices
 * @param {Voice.Browser} browser
 * @param {Voice.Listeners} on
 * @param {AbortController} attempt aborted from outside to give up, and by connect() itself when a step fails
 * @param {import("./timings.js").Timings} timings
 * @returns {Promise<Voice.Link>}
 * @throws {CallFailure} or the abort's reason, when the attempt was given up
 */
export async function connect(signalling, choices, browser, on, attempt, timings) {
  const { signal } = attempt;
  const { getUserMedia } = requireSupport(browser);
  const listening = openMicrophone(getUserMedia, signal);
  /** @type {Voice.OpenLine | undefined} */
  let line;
  try {
    listening.then(
      (stream) => signal.aborted || on.microphone(stream),
      () => {},
    );
    // No session is opened for somebody who may still refuse the microphone.
    const allowed = permission(browser).then(async (one) => one?.state === "granted" || listening);
    const open = () => {
      line = openLine(signalling, choices, browser, signal, timings, allowed);
      line.follow(on);
      return line.live;
    };
    const ahead = signalling.take?.(choices, signal, timings, listening);
    line = ahead ?? undefined;
    // A line that is up needs nothing kept, and what keeps it would hold up the microphone.
    const keeping = ahead?.up ? null : firstWords.then((part) => part?.keepWords(on, listening, signal));
    const live = ahead ? ahead.live.catch(() => (signal.throwIfAborted(), open())) : open();
    live.catch(() => {}); // told below

    const microphone = await unlessGivenUp(signal, timings.measure("Microphone", listening));
    const [track = null] = microphone.getAudioTracks();
    const words = await Promise.race([keeping, null]); // null: not loaded in time
    if (!words) await line?.sender.replaceTrack(track);
    const session = await unlessGivenUp(signal, live);
    if (!line) throw new CallFailure("network");
    const { peer, channel, sender, follow } = line;
    if (words) await unlessGivenUp(signal, words.send(sender, microphone, session.turn_detection !== null));
    else if (sender.track !== track) await unlessGivenUp(signal, sender.replaceTrack(track)); // another line than was there before
    follow(on); // not before: a loudspeaker that opens holds up the microphone
    return { peer, channel, microphone, session, words };
  } catch (fault) {
    attempt.abort();
    line?.peer.close();
    throw fault;
  }
}

/** @param {Voice.Browser} browser */
function requireSupport({ secure, PeerConnection, getUserMedia }) {
  if (!secure) throw new CallFailure("insecure_context");
  if (!PeerConnection || !getUserMedia) throw new CallFailure("unsupported");
  return { getUserMedia };
}
