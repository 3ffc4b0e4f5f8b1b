/** After a refusal that says how long: the wait in words, and Start held where trying earlier is of no use. */
import { ONLY_TIME_HELPS } from "./refusals.js";
import { countDown } from "./retry_wait.js";
import { t } from "./words.js";

/**
 * @param {import("./failures.js").CallFailure} failure
 * @param {Pick<Voice.PageBrowser, "today" | "schedule">} browser
 * @param {(held: boolean) => void} hold
 * @param {(words: string) => void} show
 * @returns {() => void} what stops it
 */
export function waitAfter({ code, retryAfter }, { today, schedule }, hold, show) {
  const useless = ONLY_TIME_HELPS.has(code);
  hold(useless);
  return countDown(retryAfter, { now: today, schedule }, (time) => {
    if (time) return show(t(useless ? "You can start again in {time}." : "It may work again in {time}.", { time }));
    hold(false);
    show(t("You can try again now."));
  });
}
