/**
 * From Start to Stop: one object that owns the state, the attempt to connect, the call, its conversation and its sound,
 * and that frees all of them at the end, however it ends. It knows no element of the page.
 */
import { Call } from "./call.js";
import { connect } from "./connect.js";
import { Conversation } from "./conversation.js";
import { parseEvent } from "./events.js";
import { asFailure, CallFailure } from "./failures.js";
import { Timings } from "./timings.js";

/** @typedef {import("./sound.js").Sound} Sound */
/**
 * @typedef {object} Face what Talk tells the page
 * @property {(failure: CallFailure) => void} failed shows it, and moves the state
 * @property {(why: "limit" | "remote" | "person" | "budget") => void} ended
 * @property {() => void} changed transcript or activity
 * @property {(...entry: Parameters<import("./event_log.js").EventLog["add"]>) => void} log
 * @property {(error: { code?: string, message?: string }) => void} complaint the service refused an event
 * @property {import("./conversation.js").Surroundings["runTool"]} runTool
 * @property {() => Promise<boolean>} micLost whether another microphone has taken over
 */
/** @typedef {import("./connect.js").Browser & { newId: () => string }} Browser */

export class Talk {
  state;
  /** @type {Sound | null} */
  sound = null;
  /** @type {Conversation | null} */
  conversation = null;
  /** @type {Timings | null} */
  timings = null;
  /** @type {import("./api.js").Session | null} */
  session = null;
  muted = false;
  pushToTalk = false;
  #browser;
  #face;
  #began = 0;
  /** @type {number | null} when it first became live */
  #since = null;
  /** @type {Call | null} */
  call = null;
  /** @type {AbortController | null} of the whole talk; each connection has one of its own */
  #attempt = null;
  #lost = () => this.fail(new CallFailure("connection_lost"));

  /**
   * @param {import("./call_state.js").CallState} state
   * @param {Browser} browser
   * @param {Face} face
   */
  constructor(state, browser, face) {
    this.state = state;
    this.#browser = browser;
    this.#face = face;
  }

  /**
   * Connects, from the state `asking-mic`.
   * @param {import("./connect.js").Signalling} signalling
   * @param {import("./api.js").Choices} choices
   * @param {Sound} sound made inside the tap
   */
  async start(signalling, choices, sound) {
    const over = (this.#attempt = new AbortController());
    this.sound = sound;
    this.session = this.#since = null;
    this.muted = this.pushToTalk = false;
    this.#began = this.#browser.now();
    /** @type {import("./keep_up.js").Dial} */
    const dial = async (attempt, { microphone, recall, browser } = { browser: this.#browser }) => {
      const timings = (this.timings = new Timings(browser.now));
      /** @type {import("./events.js").ServerEvent[]} */
      const early = [];
      over.signal.addEventListener("abort", () => attempt.abort(), { once: true });
      const link = await connect(
        signalling,
        choices,
        browser,
        {
          microphone: (stream) => {
            if (!microphone) sound.hear(stream);
            this.state.move("connecting");
          },
          voice: (stream) => sound.speak(stream),
          message: (data) => this.#receive(data, early),
        },
        attempt,
        timings,
      );
      this.#goLive({ ...link, microphone: microphone ?? link.microphone }, timings, recall);
      for (const event of early) this.conversation?.receive(event);
      const line = { talk: this, face: this.#face, browser: this.#browser, over: over.signal, attempt, dial };
      import("./keep_up.js").then(
        ({ keepUp }) => attempt.signal.aborted || (this.#lost = keepUp(line)),
        () => {}, // then a lost connection is the end
      );
    };
    try {
      await dial(new AbortController());
    } catch (fault) {
      if (this.#attempt === over) this.fail(asFailure(fault));
    }
  }

  /**
   * The person's own end of the call or of the attempt, or that of the money that they allow for one.
   * @param {"person" | "budget"} [why]
   */
  stop(why = "person") {
    if (this.state.current === "live" || this.state.current === "reconnecting") return this.#end(why);
    this.#free();
    this.state.move("idle");
  }

  /** @param {CallFailure} failure */
  fail(failure) {
    const { code, status } = failure;
    this.log("page", { type: code, ...(status && { status }) });
    this.#free();
    this.#face.failed(failure);
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    this.call?.listen(!muted && !this.pushToTalk);
    this.#face.changed();
  }

  /** Push-to-talk: the button goes down. */
  press() {
    this.conversation?.press();
    this.call?.listen(true);
  }

  /** Push-to-talk: the button is let go. */
  release() {
    this.conversation?.release(() => this.call?.listen(false));
  }

  /** How long it has been live, over all its connections. */
  seconds() {
    return this.#since === null ? 0 : Math.floor((this.#browser.now() - this.#since) / 1000);
  }

  secondsLeft() {
    return this.call?.secondsLeft(this.#browser.now()) ?? 0;
  }

  /** Names of what is open now: `microphone`, `connection`, `sound`. Empty after every end. */
  held() {
    const held = this.call ? this.call.held() : this.#attempt ? ["connection"] : [];
    return this.sound?.open ? [...held, "sound"] : held;
  }

  /**
   * @param {import("./connect.js").Link} link
   * @param {Timings} timings
   * @param {import("./keep_up.js").Recall} [recall]
   */
  #goLive(link, timings, recall) {
    const { session } = link;
    this.session = session;
    this.pushToTalk = session.turn_detection === null;
    const call = (this.call = new Call(link, this.#browser, {
      lost: (why) => (why === "mic_lost" ? void this.#loseMicrophone() : this.#lost()),
      over: (why) => this.#end(why),
    }));
    call.listen(!this.muted && !this.pushToTalk);
    const { now, schedule, newId } = this.#browser;
    /** @param {{ type: string }} event */
    const send = (event) => void (call.send(event) && this.log("out", event));
    this.conversation = new Conversation(
      {
        now,
        schedule,
        newId,
        runTool: this.#face.runTool,
        onChange: this.#face.changed,
        onError: this.#face.complaint,
        send,
      },
      { isPrivate: session.event_filter === "private", pushToTalk: this.pushToTalk },
    );
    recall?.(this.conversation, send);
    timings.rows.push({ step: "Live", began: timings.elapsed(), took: 0 });
    this.#since ??= now();
    this.state.move("live");
  }

  /**
   * @param {string} data
   * @param {import("./events.js").ServerEvent[]} early events that come before the call is live
   */
  #receive(data, early) {
    const event = parseEvent(data);
    this.log("in", event ?? { type: "not an event" });
    if (!event) return;
    if (!this.conversation) early.push(event);
    else if (event.type === "error" && event.error?.code === "session_expired") this.#end("limit");
    else this.conversation.receive(event);
  }

  /**
   * @param {"in" | "out" | "page"} direction
   * @param {{ type: string, [field: string]: unknown }} event
   */
  log(direction, event) {
    this.#face.log(direction, event, this.#browser.now() - this.#began);
  }

  /** Another microphone may take over; without one the call cannot go on. */
  async #loseMicrophone() {
    const attempt = this.#attempt;
    const found = await this.#face.micLost().catch(() => false);
    if (!found && this.#attempt === attempt && attempt) this.fail(new CallFailure("mic_lost"));
  }

  /** @param {"limit" | "remote" | "person" | "budget"} why */
  #end(why) {
    this.#free();
    this.#face.ended(why);
    this.state.move("ended");
  }

  #free() {
    const attempt = this.#attempt;
    this.#attempt = null;
    attempt?.abort();
    this.call?.close();
    this.call = null;
    this.sound?.close();
    this.sound = null;
    this.conversation?.close();
    if (this.conversation) this.#face.changed();
    this.conversation = null;
  }
}
