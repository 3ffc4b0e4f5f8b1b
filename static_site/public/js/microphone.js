/** The microphone: what is asked of it, and each way in which it may be refused. */
import { CallFailure } from "./failures.js";

/** Mono, 24 kHz asked for (a browser may give another rate), and the browser's own clean-up of the sound on. */
export const CONSTRAINTS = {
  audio: { channelCount: 1, sampleRate: 24000, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
};

/** Why an attempt is aborted whose microphone goes on, to the next connection. */
export const KEEP_MICROPHONE = "redial";

/** @type {Record<string, string>} names of DOMExceptions, as the Media Capture specification gives them */
const REASONS = {
  NotAllowedError: "mic_denied",
  SecurityError: "mic_denied",
  NotFoundError: "mic_missing",
  OverconstrainedError: "mic_missing",
  NotReadableError: "mic_busy",
  AbortError: "mic_busy",
};

/**
 * The permission for it, whose state stays the newest; null where the browser does not tell.
 * @param {Pick<Voice.Browser, "permissions">} browser
 */
export async function permission({ permissions }) {
  const name = /** @type {PermissionName} */ ("microphone");
  return (await permissions?.query({ name }).catch(() => null)) ?? null;
}

/**
 * Opens the microphone. If the attempt is given up while the browser still asks, a stream that comes late is stopped.
 * @param {(constraints: MediaStreamConstraints) => Promise<MediaStream>} getUserMedia
 * @param {AbortSignal} signal
 * @returns {Promise<MediaStream>}
 */
export async function openMicrophone(getUserMedia, signal) {
  const stream = await getUserMedia(CONSTRAINTS).catch((fault) => {
    throw new CallFailure(REASONS[fault?.name] ?? "mic_failed");
  });
  const stop = () => signal.reason === KEEP_MICROPHONE || stopTracks(stream);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return stream;
}

/** @param {MediaStream} stream */
export function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
