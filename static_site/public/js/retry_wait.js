/** How long until trying again may help, told in words that change seldom: a screen reader speaks each change. */
import { t } from "./words.js";

/** @type {[upTo: number, words: string][]} seconds that are left, and what is said then */
const STEPS = [
  [7, "a few seconds"],
  [14, "10 seconds"],
  [25, "20 seconds"],
  [45, "half a minute"],
  [90, "about a minute"],
];
const MINUTE = 60;
const HOUR = 3600;

/** @param {number} seconds */
export function waitInWords(seconds) {
  const words = STEPS.find(([upTo]) => seconds <= upTo)?.[1];
  if (words) return t(words);
  if (seconds < 50 * MINUTE) return t("about {number} minutes", { number: inFives(Math.round(seconds / MINUTE)) });
  if (seconds < 1.5 * HOUR) return t("about an hour");
  return t("about {number} hours", { number: Math.round(seconds / HOUR) });
}

/** Minutes are counted one by one at the end only. @param {number} minutes */
const inFives = (minutes) => (minutes > 10 ? Math.round(minutes / 5) * 5 : minutes);

/**
 * Tells the wait now, whenever its words change, and once more with null when it is over.
 * @param {number} seconds
 * @param {object} clock
 * @param {() => number} clock.now milliseconds that go on while the device sleeps
 * @param {Voice.Browser["schedule"]} clock.schedule
 * @param {(words: string | null) => void} tell
 * @returns {() => void} what stops it
 */
export function countDown(seconds, { now, schedule }, tell) {
  const end = now() + seconds * 1000;
  let said = "";
  let cancel = () => {};
  const step = () => {
    const left = (end - now()) / 1000;
    if (left <= 0) return tell(null);
    const words = waitInWords(left);
    if (words !== said) tell((said = words));
    cancel = schedule(step, 1000);
  };
  step();
  return () => cancel();
}
