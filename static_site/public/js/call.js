/** A live call, from connected to over: sends events, mutes, watches the connection, and frees all of it at the end. */
import { stopTracks } from "./microphone.js";

/**
 * @typedef {object} CallEvents
 * @property {() => void} dropped the network went away, and may come back
 * @property {() => void} back it came back
 * @property {(why: "connection_lost" | "mic_lost") => void} lost
 * @property {(why: "limit" | "remote") => void} over the time is up, or the service ended the call
 */

/** How long a dropped network may take to return. */
const RETURN_MS = 5_000;

export class Call {
  #link;
  #on;
  #limit;
  #cancelReturn = () => {};
  #cancelLimit;
  #watch = new AbortController();

  /**
   * @param {import("./connect.js").Link} link
   * @param {Pick<import("./connect.js").Browser, "schedule" | "now">} browser
   * @param {CallEvents} on
   */
  constructor(link, browser, on) {
    this.#link = link;
    this.#on = on;
    const { peer, channel, microphone, session } = link;
    const until = { signal: this.#watch.signal };
    const seconds = session.max_call_seconds > 0 ? session.max_call_seconds : 3600;
    this.#limit = session.ends ?? browser.now() + seconds * 1000;
    this.#cancelLimit = browser.schedule(() => on.over("limit"), this.#limit - browser.now());
    peer.addEventListener("connectionstatechange", () => this.#followNetwork(browser), until);
    channel.addEventListener("close", () => on.over(this.secondsLeft(browser.now()) < 5 ? "limit" : "remote"), until);
    for (const track of microphone.getTracks()) track.addEventListener("ended", () => on.lost("mic_lost"), until);
  }

  /** @param {number} now */
  secondsLeft(now) {
    return Math.max(0, Math.ceil((this.#limit - now) / 1000));
  }

  /**
   * @param {{ type: string, [field: string]: unknown }} event
   * @returns {boolean} whether it was sent; a channel that is closing takes nothing
   */
  send(event) {
    if (this.#link.channel.readyState !== "open") return false;
    this.#link.channel.send(JSON.stringify(event));
    return true;
  }

  /** @param {boolean} open whether the microphone is let through */
  listen(open) {
    for (const track of this.#link.microphone.getTracks()) track.enabled = open;
  }

  /** Names of what is still open, read from the things themselves. */
  held() {
    const { peer, microphone } = this.#link;
    const live = microphone.getTracks().some((track) => track.readyState === "live");
    return [live && "microphone", peer.connectionState !== "closed" && "connection"].filter((name) => name !== false);
  }

  close() {
    this.#watch.abort();
    this.#cancelReturn();
    this.#cancelLimit();
    stopTracks(this.#link.microphone);
    this.#link.channel.close();
    this.#link.peer.close();
  }

  /** @param {Pick<import("./connect.js").Browser, "schedule">} browser */
  #followNetwork(browser) {
    this.#cancelReturn();
    const state = this.#link.peer.connectionState;
    if (state === "failed") this.#on.lost("connection_lost");
    else if (state === "connected") this.#on.back();
    else if (state === "disconnected") {
      this.#on.dropped();
      this.#cancelReturn = browser.schedule(() => this.#on.lost("connection_lost"), RETURN_MS);
    } else if (state === "closed") this.#on.over("remote");
  }
}
