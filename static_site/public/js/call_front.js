/** The light half of a call. Everything that only a call needs is loaded when someone reaches for Start. */
import { CallServer } from "./call_server.js";
import { CallStage } from "./call_stage.js";
import { CallState, inCall } from "./call_state.js";
import { byId, button, part, setText } from "./dom.js";
import { CallFailure, asFailure } from "./failures.js";
import { Rosette } from "./rosette.js";
import { Store } from "./store.js";
import { t } from "./words.js";

/** What call_page.js imports, level by level, asked for in one go: on a phone each level costs a round trip. */
const CALLING =
  "call call_failures call_record call_words connect conversation event_log events first_words item_order line microphone response_queue sound talk timings transcript turns".split(
    " ",
  );

export class CallFront {
  server = new CallServer();
  /** @type {import("./call_page.js").CallPage | null} */
  page = null;
  /** @type {import("./captions_view.js").CaptionsView | null} */
  captions = null;
  store;
  #root;
  #host;
  #stage;
  #rosette;
  #state = new CallState((now, before) => this.#follow(now, before));
  #eager = false;
  #loading = false;
  /** A start that waited for its code gives way to a newer one. */
  #starts = 0;
  /** @type {Voice.Way | null} it may hold a line */
  #way = null;
  #quiet = () => {};

  /**
   * @param {ShadowRoot} root
   * @param {Voice.Host} host
   */
  constructor(root, host) {
    this.#root = root;
    this.#host = host;
    this.store = new Store(() => {
      if (host.keeps()) return this.server.browser.storage();
      throw new DOMException("not kept", "SecurityError");
    });
    this.#stage = new CallStage(root, this.server.browser);
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    this.#rosette = new Rosette(byId("rosette", HTMLCanvasElement, root), still);
    this.server.told = () => {
      host.emit("config", { config: this.server.config });
      this.greet();
    };
    this.#wire(button("primary", root));
    this.turnTo(null);
  }

  get state() {
    return this.#state.current;
  }

  get player() {
    return byId("voice-out", HTMLAudioElement, this.#root);
  }

  /** @param {string | null} endpoint */
  turnTo(endpoint) {
    this.#way?.drop?.();
    this.server.follow(endpoint);
    this.#stage.point();
    if (this.#eager) void this.load();
  }

  async load() {
    this.#eager = this.#loading = true;
    this.refresh();
    const fault = await this.server.ask().then(
      () => null,
      (refusal) => refusal,
    );
    this.#loading = false;
    const calling = inCall(this.state); // which goes on
    if (fault || calling || !this.#state.move("idle")) this.refresh();
    if (fault && !calling) this.#fail(asFailure(fault));
    return this.server.config;
  }

  async start() {
    if (this.#stage.held || !this.#state.move("asking-mic")) return;
    const mine = ++this.#starts;
    const wanted = () => mine === this.#starts && this.state === "asking-mic";
    let context;
    try {
      context = window.AudioContext && new AudioContext(); // inside the tap
    } catch {
      // heard all the same
    }
    try {
      const [way, page] = await Promise.all([this.server.way(), this.#loadPage(), this.#host.ready()]);
      page.assistant = t(this.#persona()?.title ?? "Assistant");
      if (wanted()) return await page.start(way, this.#host.wishes(), context);
    } catch (fault) {
      if (wanted()) this.#fail(fault instanceof CallFailure ? fault : new CallFailure("network"));
    }
    void context?.close();
  }

  /** @param {"person" | "budget"} why */
  stop(why) {
    this.#way?.drop?.();
    if (!inCall(this.state)) return;
    if (this.page) this.page.talk.stop(why);
    else this.#state.move("idle");
  }

  /** @param {string} text */
  notify(text) {
    const toast = part("toast", this.#root);
    this.#quiet();
    setText(toast, text);
    this.#quiet = this.server.browser.schedule(() => setText(toast, ""), 7000);
  }

  askForTap() {
    part("sound", this.#root).hidden = false;
  }

  async showPast() {
    const turns = this.store.turns();
    if (turns.length) (await this.#loadCaptions().catch(() => null))?.showPast(turns);
  }

  leave() {
    this.stop("person");
    this.#stage.rest();
  }

  greet() {
    this.#way?.drop?.(this.#host.wishes());
    setText(part("greeting", this.#root), t(this.#persona()?.greeting ?? ""));
  }

  /** The state in a word. */
  refresh() {
    const { config } = this.server;
    return this.#stage.show(this.state, { config, loading: this.#loading, choosing: this.#host.choosing() });
  }

  #persona() {
    const { config } = this.server;
    const name = this.#host.wishes().persona ?? config?.default_persona;
    return config?.personas.find((one) => one.name === name);
  }

  /** @param {HTMLButtonElement} primary */
  #wire(primary) {
    primary.addEventListener("click", ({ detail }) => {
      if (detail > 1 || this.#stage.held) return; // the second tap of a double tap would undo the first
      if (inCall(this.state)) this.stop("person");
      else if (this.#eager && !this.server.config) void this.load();
      else void this.start();
    });
    primary.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
    const near = () => this.prepare("near");
    const aim = () => {
      if (this.server.config) this.server.way().catch(() => {});
      import("./aim.js").then(({ whenAimed }) => whenAimed(this.#root, primary, near)).catch(() => {});
    };
    this.#root.addEventListener("pointermove", aim, { once: true, passive: true });
    primary.addEventListener("pointerenter", near);
    primary.addEventListener("focus", () => primary.matches(":focus-visible") && near());
    primary.addEventListener("pointerdown", () => this.prepare("press"));
    byId("composer", HTMLFormElement, this.#root).addEventListener("submit", (event) => event.preventDefault());
  }

  /** All is made ready that can be, and if someone reaches for Start a line. @param {"near" | "press" | false} [intent] */
  async prepare(intent) {
    if (inCall(this.state) || this.#stage.held || (this.#eager && !this.server.config)) return;
    try {
      [this.#way] = await Promise.all([this.server.way(), this.#host.ready()]);
      const here = this.#root.isConnected && !inCall(this.state);
      if (here && intent) await this.#way.prepare?.(this.#host.wishes(), intent);
      await this.#loadPage(); // the line takes longer
    } catch {
      // shows on Start
    }
  }

  async #loadPage() {
    if (this.page) return this.page;
    const loading = import("./call_page.js");
    for (const name of CALLING) import(`./${name}.js`).catch(() => {}); // a failure shows on the page's own import
    const { CallPage } = await loading;
    const { store, server } = this;
    this.page ??= new CallPage({
      ...{ root: this.#root, state: this.#state, browser: server.browser, store },
      captions: () => this.#loadCaptions(),
      fail: (failure) => this.#fail(failure),
      emit: this.#host.emit,
      tools: this.#host.tools,
      notify: (text) => this.notify(text),
      askForTap: () => this.askForTap(),
    });
    return this.page;
  }

  async #loadCaptions() {
    const { CaptionsView } = await import("./captions_view.js");
    return (this.captions ??= new CaptionsView(this.#root));
  }

  /** @type {ConstructorParameters<typeof CallState>[0]} */
  #follow(now, before) {
    const name = this.refresh();
    // Safari's, since 16.4: by any type but these two it would end the microphone (Audio Session draft, 6.3).
    const { audioSession } = /** @type {{ audioSession?: { type: string } }} */ (navigator);
    if (audioSession) audioSession.type = inCall(now) ? "play-and-record" : "auto";
    if (inCall(now) && !inCall(before)) this.#rosette.start(() => this.page?.levels() ?? { user: 0, assistant: 0 });
    if (!inCall(now)) this.#rosette.stop();
    this.#host.emit("state", { state: now, before, name });
    this.page?.follow(now);
  }

  /** @param {CallFailure} failure */
  #fail(failure) {
    this.#stage.explain(failure, this.server.config?.sign_in?.links);
    if (failure.code === "wrong_call_mode") this.server.forget(); // so that Try again asks anew
    const { code, title, detail, hint, status, requestId, retryAfter } = failure;
    this.#host.emit("failure", { code, title, detail, hint, status, requestId, retryAfter });
    this.#state.move("failed");
    this.#stage.wait(failure);
  }
}
