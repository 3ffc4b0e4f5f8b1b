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
 * @property {(why: "limit" | "remote" | "person") => void} ended
 * @property {() => void} changed transcript or activity
 * @property {(...entry: Parameters<import("./event_log.js").EventLog["add"]>) => void} log
 * @property {(error: { code?: string, message?: string }) => void} complaint the service refused an event
 * @property {import("./conversation.js").Surroundings["runTool"]} runTool
 */

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
  /** @type {Call | null} */
  #call = null;
  /** @type {AbortController | null} */
  #attempt = null;

  /**
   * @param {import("./call_state.js").CallState} state
   * @param {import("./connect.js").Browser & { newId: () => string }} browser
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
    const attempt = (this.#attempt = new AbortController());
    const timings = (this.timings = new Timings(this.#browser.now));
    this.sound = sound;
    this.session = null;
    this.muted = false;
    this.pushToTalk = false;
    /** @type {import("./events.js").ServerEvent[]} */
    const early = [];
    try {
      const link = await connect(
        signalling,
        choices,
        this.#browser,
        {
          microphone: (stream) => {
            sound.hear(stream);
            this.state.move("connecting");
          },
          voice: (stream) => sound.speak(stream),
          message: (data) => this.#receive(data, early),
        },
        attempt,
        timings,
      );
      this.#goLive(link, timings);
      for (const event of early) this.conversation?.receive(event);
    } catch (fault) {
      if (this.#attempt === attempt) this.fail(asFailure(fault));
    }
  }

  /** The person's own end of the call, or of the attempt. */
  stop() {
    if (this.state.current === "live" || this.state.current === "reconnecting") return this.#end("person");
    this.#free();
    this.state.move("idle");
  }

  /** @param {CallFailure} failure */
  fail(failure) {
    const { code, status } = failure;
    this.#face.log("page", { type: code, ...(status && { status }) }, this.timings?.elapsed() ?? 0);
    this.#free();
    this.#face.failed(failure);
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    this.#call?.listen(!muted && !this.pushToTalk);
    this.#face.changed();
  }

  /** Push-to-talk: the button goes down. */
  press() {
    this.conversation?.press();
    this.#call?.listen(true);
  }

  /** Push-to-talk: the button is let go. */
  release() {
    this.conversation?.release(() => this.#call?.listen(false));
  }

  secondsLeft() {
    return this.#call?.secondsLeft(this.#browser.now()) ?? 0;
  }

  /** Names of what is open now: `microphone`, `connection`, `sound`. Empty after every end. */
  held() {
    const held = this.#call ? this.#call.held() : this.#attempt ? ["connection"] : [];
    return this.sound?.open ? [...held, "sound"] : held;
  }

  /**
   * @param {import("./connect.js").Link} link
   * @param {Timings} timings
   */
  #goLive(link, timings) {
    this.session = link.session;
    this.pushToTalk = link.session.turn_detection === null;
    this.#call = new Call(link, this.#browser, {
      dropped: () => void this.state.move("reconnecting"),
      back: () => void this.state.move("live"),
      lost: (why) => this.fail(new CallFailure(why)),
      over: (why) => this.#end(why),
    });
    this.#call.listen(!this.pushToTalk);
    const { now, schedule, newId } = this.#browser;
    this.conversation = new Conversation(
      {
        now,
        schedule,
        newId,
        runTool: this.#face.runTool,
        onChange: this.#face.changed,
        onError: this.#face.complaint,
        send: (event) => {
          if (this.#call?.send(event)) this.#face.log("out", event, timings.elapsed());
        },
      },
      { isPrivate: link.session.event_filter === "private", pushToTalk: this.pushToTalk },
    );
    timings.rows.push({ step: "Live", began: timings.elapsed(), took: 0 });
    this.state.move("live");
  }

  /**
   * @param {string} data
   * @param {import("./events.js").ServerEvent[]} early events that come before the call is live
   */
  #receive(data, early) {
    const event = parseEvent(data);
    this.#face.log("in", event ?? { type: "not an event" }, this.timings?.elapsed() ?? 0);
    if (!event) return;
    if (!this.conversation) early.push(event);
    else if (event.type === "error" && event.error?.code === "session_expired") this.#end("limit");
    else this.conversation.receive(event);
  }

  /** @param {"limit" | "remote" | "person"} why */
  #end(why) {
    this.#free();
    this.#face.ended(why);
    this.state.move("ended");
  }

  #free() {
    const attempt = this.#attempt;
    this.#attempt = null;
    attempt?.abort();
    this.#call?.close();
    this.#call = null;
    this.sound?.close();
    this.sound = null;
    this.conversation?.close();
    if (this.conversation) this.#face.changed();
    this.conversation = null;
  }
}
