/**
 * Second step: not only whether there is a microphone, but whether it hears. It is opened without the browser's clean-up
 * of the sound: that turns the faint noise of a working microphone into the same nothing that a dead one gives.
 */
import { bad, failed, good, skipped, warning } from "./check_outcome.js";
import { CallFailure } from "./failures.js";
import { openMicrophone } from "./microphone.js";

/** @typedef {{ rms: number, peak: number }} Frame of a few hundredths of a second; 1 is full scale */
/**
 * @typedef {object} Meter
 * @property {() => Frame} read
 * @property {() => boolean} running whether the browser measures at all
 */

export const RAW = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } };
/** A person who was asked to speak has begun by then. */
const LONGEST_MS = 8_000;
const FRAME_MS = 50;
/** So much of a voice is enough: six tenths of a second. */
const ENOUGH = 12;
/** A voice is louder than -55 dB, and than what was there before it by 10 dB. */
const FAINT = 10 ** (-55 / 20);
const ABOVE_NOISE = 10 ** (10 / 20);
/** Steady sound above -40 dB is more than the noise of a room. */
const LOUD = 10 ** (-40 / 20);
/** Far below the smallest step of 16 bits. */
const NOTHING = 1e-6;

/**
 * @param {object} parts
 * @param {(constraints: MediaStreamConstraints) => Promise<MediaStream>} parts.getUserMedia
 * @param {(stream: MediaStream) => Meter} parts.meterOf
 * @param {Voice.Browser["schedule"]} parts.schedule
 * @param {(level: number | null) => void} onLevel 0 to 1 while it listens, then null
 * @param {AbortSignal} signal
 */
export async function checkMicrophone({ getUserMedia, meterOf, schedule }, onLevel, signal) {
  const open = new AbortController();
  const close = () => open.abort();
  signal.addEventListener("abort", close, { once: true });
  try {
    const stream = await openMicrophone(() => getUserMedia(RAW), open.signal);
    signal.throwIfAborted();
    const [track] = stream.getAudioTracks();
    if (!track) throw new CallFailure("mic_missing");
    const meter = meterOf(stream);
    /** @type {Frame[]} */
    const frames = [];
    const most = LONGEST_MS / FRAME_MS;
    while (frames.length < most && voiced(frames) < ENOUGH && track.readyState === "live" && !signal.aborted) {
      await new Promise((resolve) => schedule(() => resolve(null), FRAME_MS));
      const frame = meter.read();
      frames.push(frame);
      onLevel(loudness(frame.rms));
    }
    signal.throwIfAborted();
    if (track.readyState !== "live") throw new CallFailure("mic_lost");
    return judge(frames, { running: meter.running(), muted: track.muted, name: track.label });
  } catch (fault) {
    signal.throwIfAborted();
    return failed(fault);
  } finally {
    onLevel(null);
    signal.removeEventListener("abort", close);
    close();
  }
}

/**
 * @param {Frame[]} frames
 * @param {{ running: boolean, muted: boolean, name: string }} device
 */
export function judge(frames, { running, muted, name }) {
  const more = { note: name };
  if (!running) return skipped("The browser did not let this page measure the sound.", "Check again.");
  if (muted) {
    return bad(
      "The microphone is there, but your system or a switch on it keeps it muted.",
      "Turn it on: a key or a switch on the headset or keyboard, or the system's privacy settings.",
      more,
    );
  }
  if (frames.every(({ peak }) => peak < NOTHING)) {
    return bad(
      "The microphone is open but gives no sound at all, not even the faint noise that every working one has.",
      "It is muted, broken or not a real one. Look for a mute switch on it, or choose another in the browser's settings.",
      more,
    );
  }
  if (voiced(frames) >= ENOUGH) return good("It hears you.", more);
  if (middle(frames, 0.5) > LOUD) {
    return warning(
      "It hears a steady sound, but no voice in it.",
      "If you spoke: move closer, or away from the noise, then check again.",
      more,
    );
  }
  return warning(
    "It works, but it heard nobody speak.",
    "If you spoke: come closer, turn its level up in the system's settings, or choose another. Then check again.",
    more,
  );
}

/** How many frames rise from the noise. @param {Frame[]} frames */
function voiced(frames) {
  const began = frames.findIndex(({ peak }) => peak >= NOTHING); // a device gives nothing until it has started
  if (began < 0) return 0;
  const heard = frames.slice(began);
  const least = Math.max(FAINT, middle(heard, 0.2) * ABOVE_NOISE);
  return heard.filter(({ rms }) => rms > least).length;
}

/** @param {Frame[]} frames @param {number} share 0.5 for the median */
function middle(frames, share) {
  const sorted = frames.map(({ rms }) => rms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

/** As the ear has it: -60 dB is nothing, full scale is 1. @param {number} rms */
const loudness = (rms) => Math.min(1, Math.max(0, 1 + Math.log10(Math.max(rms, NOTHING)) / 3));
