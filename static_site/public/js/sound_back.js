/**
 * Brings the sound back that a phone has taken away: a telephone call, a locked screen or another app stops it, and it
 * does not always return by itself.
 *
 * Safari's AudioContext is "interrupted" then, and wants to be resumed (MDN, BaseAudioContext.state); an element is
 * paused (Audio Session draft, 6.2). While the microphone is open Safari plays without a tap (webkit.org/blog/7763); where a
 * browser does not, "Tap for sound" comes up. Which of this an iPhone really does has not been tried on one.
 */

/** Paused again so soon after it was started: the system wants the silence, so only a tap starts it. */
const SOON_MS = 2_000;

/**
 * @typedef {object} Sounding
 * @property {{ play: () => void, context: EventTarget & { state: string } | null } | null} sound of the call
 * @property {EventTarget & { srcObject: unknown }} player
 * @property {EventTarget & { hidden?: boolean }} page
 * @property {EventTarget & { state?: string } | undefined} audioSession Safari's
 * @property {() => number} now
 * @property {() => void} askForTap
 */

/**
 * @param {Sounding} sounding
 * @param {AbortSignal} signal the end of the call
 */
export function bringSoundBack({ sound, player, page, audioSession, now, askForTap }, signal) {
  if (!sound || signal.aborted) return;
  const { context } = sound;
  let tried = -Infinity;
  const again = () => {
    if (page.hidden || !player.srcObject || audioSession?.state === "interrupted") return;
    if (now() - tried < SOON_MS) return askForTap();
    tried = now();
    sound.play();
  };
  const until = { signal };
  page.addEventListener("visibilitychange", () => {
    tried = -Infinity;
    again();
  }, until);
  player.addEventListener("pause", again, until);
  context?.addEventListener("statechange", () => stopped(context.state) && again(), until);
  audioSession?.addEventListener("statechange", () => audioSession.state === "active" && again(), until);
}

/** @param {string} state of an AudioContext */
const stopped = (state) => state !== "running" && state !== "closed";
