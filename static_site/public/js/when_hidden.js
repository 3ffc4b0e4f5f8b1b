/**
 * What becomes of a call when the person leaves the page: another tab, another app, a locked screen. It goes on, unless
 * they have asked for something else under More.
 */
import { t } from "./words.js";

/** So long a call waits, muted, that is to end: choosing a picture hides the page of a phone too. */
export const RETURN_MS = 20_000;

/** @typedef {"mute" | "end"} Away */
/**
 * @typedef {object} Left
 * @property {EventTarget & { hidden?: boolean }} page
 * @property {() => Away | undefined} wish as it is when the page is left
 * @property {{ muted: boolean, mute: (muted: boolean) => void, stop: () => void }} talk
 * @property {(work: () => void, ms: number) => () => void} schedule
 * @property {() => number} today a clock that goes on while the page sleeps
 * @property {(text: string) => void} notify
 */

/**
 * @param {Left} left
 * @param {AbortSignal} signal the end of the call
 */
export function whenHidden({ page, wish, talk, schedule, today, notify }, signal) {
  if (signal.aborted) return;
  let muted = false;
  let due = Infinity;
  let cancel = () => {};
  const end = () => {
    talk.stop();
    const tell = () => notify(t("The call ended while you were away, as you have set under More."));
    if (page.hidden) page.addEventListener("visibilitychange", tell, { once: true });
    else tell();
  };
  const leave = () => {
    const away = wish();
    if (!away || muted || due < Infinity) return;
    if (!talk.muted) {
      talk.mute(true);
      muted = true;
    }
    if (away !== "end") return;
    due = today() + RETURN_MS;
    cancel = schedule(end, RETURN_MS);
  };
  const comeBack = () => {
    cancel();
    if (today() >= due) return end(); // it slept over the moment
    due = Infinity;
    if (!muted) return;
    muted = false;
    talk.mute(false);
    notify(t("You were muted while you were away. It hears you again."));
  };
  page.addEventListener("visibilitychange", () => (page.hidden ? leave() : comeBack()), { signal });
  signal.addEventListener("abort", () => cancel(), { once: true });
  if (page.hidden) leave();
}
