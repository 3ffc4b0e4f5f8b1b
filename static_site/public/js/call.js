/** A live call, from connected to over: sends events, mutes, watches the connection, and frees all of it at the end. */
import { stopTracks } from "./microphone.js";

export class Call {
  link;
  /** When it ends, by the page's clock. */
  limit;
  #on;
  #cancelLimit;
  #watch = new AbortController();

  /**
   * @param {Voice.Link} link
   * @param {Pick<Voice.Browser, "schedule" | "now">} browser
   * @param {Voice.CallEvents} on
   */
  constructor(link, browser, on) {
    this.link = link;
    this.#on = on;
    const { peer, channel, microphone, session } = link;
    const until = { signal: this.#watch.signal };
    const seconds = session.max_call_seconds > 0 ? session.max_call_seconds : 3600;
    this.limit = session.ends ?? browser.now() + seconds * 1000;
    this.#cancelLimit = browser.schedule(() => on.over("limit"), this.limit - browser.now());
    peer.addEventListener("connectionstatechange", () => this.#followNetwork(), until);
    channel.addEventListener("close", () => this.#followChannel(browser.now()), until);
    for (const track of microphone.getTracks()) this.watch(track);
  }

  /** @param {MediaStreamTrack} track of the microphone; it ends by itself only when the device goes away */
  watch(track) {
    track.addEventListener("ended", () => this.#on.lost("mic_lost"), { signal: this.#watch.signal });
  }

  /** @param {number} now */
  secondsLeft(now) {
    return Math.max(0, Math.ceil((this.limit - now) / 1000));
  }

  /**
   * @param {{ type: string, [field: string]: unknown }} event
   * @returns {boolean} whether it was sent; a channel that is closing takes nothing, nor one that has too much
   */
  send(event) {
    const { channel } = this.link;
    if (channel.readyState !== "open") return false;
    try {
      channel.send(JSON.stringify(event));
      return true;
    } catch {
      return false;
    }
  }

  /** @param {boolean} open whether the microphone is let through */
  listen(open) {
    for (const track of this.link.microphone.getTracks()) track.enabled = open;
    if (!open) this.link.words?.drop();
  }

  /** Names of what is still open, read from the things themselves. */
  held() {
    const { peer, microphone } = this.link;
    const live = microphone.getTracks().some((track) => track.readyState === "live");
    return [live && "microphone", peer.connectionState !== "closed" && "connection"].filter((name) => name !== false);
  }

  /** @param {boolean} [keepMicrophone] for the next connection */
  close(keepMicrophone = false) {
    this.#watch.abort();
    this.#cancelLimit();
    if (!keepMicrophone) stopTracks(this.link.microphone);
    this.link.channel.close();
    this.link.peer.close();
  }

  /** @param {number} now */
  #followChannel(now) {
    if (this.secondsLeft(now) < 5) this.#on.over("limit");
    else if (this.link.peer.connectionState === "connected") this.#on.over("remote");
    else this.#on.lost("connection_lost"); // closed by the browser, which has tried for too long
  }

  #followNetwork() {
    const state = this.link.peer.connectionState;
    if (state === "failed") this.#on.lost("connection_lost");
    else if (state === "closed") this.#on.over("remote");
  }
}
