/** The server of one `<voice-call>`: where it is, what it tells of itself, and who takes an offer there. */
import { getConfig } from "./api.js";
import { browser, browserAt, HERE } from "./this_browser.js";

export class CallServer {
  /** @type {Voice.Config | null} */
  config = null;
  /** The parts of the browser that a call uses. */
  browser = { ...browser };
  told = () => {};
  /** @type {Promise<Voice.Config> | null} */
  #asking = null;
  /** @type {Promise<Voice.Way> | null} */
  #signalling = null;

  /** @param {string | null} endpoint its address; without one it is where this module comes from */
  follow(endpoint) {
    const base = endpoint ? new URL(endpoint.replace(/\/*$/, "/"), document.baseURI) : HERE;
    const { getUserMedia } = this.browser; // which may be the page's own
    Object.assign(this.browser, browserAt(base), { getUserMedia });
    this.forget();
  }

  /** So that it is asked anew. */
  forget() {
    this.config = this.#asking = this.#signalling = null;
  }

  /** @returns {Promise<Voice.Config>} */
  ask() {
    const asking = (this.#asking ??= getConfig(this.browser.fetch).then(
      (config) => {
        if (this.#asking !== asking) return config; // another server by now
        this.config = config;
        // In relay mode at once, because it hangs up what a crash left; a failure to load it shows on Start.
        if (config.mode === "relay") this.way().catch(() => {});
        this.told();
        return config;
      },
      (fault) => {
        if (this.#asking === asking) this.#asking = null;
        throw fault;
      },
    ));
    return asking;
  }

  /** The one place that knows the mode: who takes the offer to the service. */
  way() {
    const own = { ...this.browser }; // a call stays with its server
    const loading = (this.#signalling ??= this.ask()
      .then(async (config) => {
        const way = await (config.mode === "relay" ? import("./relay_signalling.js") : import("./token_signalling.js"));
        return /** @type {Voice.Way} */ (way.signalling(own, config));
      })
      .catch((fault) => {
        if (this.#signalling === loading) this.#signalling = null;
        throw fault;
      }));
    return loading;
  }
}
