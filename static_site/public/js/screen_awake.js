/**
 * Keeps the screen on during a call, so that a phone does not lock itself in mid-sentence. A browser takes the lock
 * back when the page is hidden, so it is asked again when the page returns. If it refuses, all goes on without.
 *
 * There since Chrome 84, Firefox 126, Safari 16.4; in an app on the home screen of iOS since 18.4 (MDN's compatibility
 * data). Safari wants a tap shortly before (WebKit's bug 255363), and a call may be long in coming: after a refusal the
 * next tap asks again.
 */

/** @typedef {{ released: boolean, release: () => Promise<unknown> }} Lock */

/**
 * @param {object} parts
 * @param {{ request: (type: "screen") => Promise<Lock> } | undefined} parts.wakeLock
 * @param {EventTarget & { hidden?: boolean }} parts.page
 * @param {AbortSignal} signal the end of the call, however it ends
 */
export function keepScreenOn({ wakeLock, page }, signal) {
  if (!wakeLock || signal.aborted) return;
  /** @type {Lock | null} */
  let lock = null;
  let asking = false;
  const free = () => void lock?.release().catch(() => {}); // gone already
  const ask = async () => {
    if (asking || page.hidden || (lock && !lock.released)) return;
    asking = true;
    try {
      lock = await wakeLock.request("screen");
      if (signal.aborted) free();
    } catch {
      // the battery is low, or there was no tap
    }
    asking = false;
  };
  page.addEventListener("visibilitychange", ask, { signal });
  page.addEventListener("click", ask, { signal });
  signal.addEventListener("abort", free, { once: true });
  void ask();
}
