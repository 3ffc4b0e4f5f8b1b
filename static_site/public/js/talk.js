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

export class Talk {
  state;
  /** @type {Sound | null} */
  sound = null;
  /** @type {Conversation | null} */
  conversation = null;
  /** @type {Timings | null} */
  timings = null;
  /** @type {Voice.Session | null} */
  session = null;
  muted = false;
  pushToTalk = false;
  pressed = false;
  /** Whether a successor stands ready. */
  goesOn = false;
  /** Asked at the limit, or when the service ends a call early that has a successor: whether the conversation goes on. */
  outlast = () => false;
  /** Whether what is said while it connects is kept, or on its way. */
  keeping = false;
  #browser;
  #face;
  #began = 0;
  /** @type {number | null} when it first became live */
  #since = null;
  /** @type {Call | null} */
  call = null;
  /** @type {AbortController | null} of the whole talk; each connection has one of its own */
  #attempt = null;
  /** @type {Voice.CallEvents["lost"]} */
  #giveUp = (why) => this.fail(new CallFailure(why));
  #lost = this.#giveUp;

  /**
   * @param {import("./call_state.js").CallState} state
   * @param {Voice.PageBrowser} browser
   * @param {Voice.Face} face
   */
  constructor(state, browser, face) {
    this.state = state;
    this.#browser = browser;
    this.#face = face;
  }

  /**
   * Connects, from the state `asking-mic`.
   * @param {Voice.Signalling} signalling
   * @param {Voice.Choices} choices
   * @param {Sound} sound made inside the tap
   */
  async start(signalling, choices, sound) {
    const over = (this.#attempt = new AbortController());
    this.sound = sound;
    this.session = this.#since = null;
    this.muted = this.pushToTalk = this.pressed = false;
    this.#began = this.#browser.now();
    /** @type {Voice.Dial} */
    const dial = async (attempt, { microphone, recall, browser, successor } = { browser: this.#browser }) => {
      const timings = new Timings(browser.now);
      if (!successor) this.timings = timings;
      /** @type {string[]} what comes before the call is live */
      const early = [];
      /** @type {Conversation | undefined} */
      let conversation;
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
          voice: (stream) => (successor ?? sound).speak(stream),
          message: (data) => (conversation ? this.#receive(data, conversation) : early.push(data)),
          context: this.state.current === "live" ? null : sound.context, // a live call hears by itself
          keeping: (kept) => {
            this.keeping = kept;
            this.#face.changed();
          },
        },
        attempt,
        timings,
      );
      await successor?.turn(link);
      conversation = this.#goLive({ ...link, microphone: microphone ?? link.microphone }, timings, recall);
      for (const data of early) this.#receive(data, conversation);
      const line = { talk: this, face: this.#face, browser: this.#browser, over: over.signal, attempt, dial };
      const up = import("./keep_up.js").then(
        ({ keepUp }) => (attempt.signal.aborted ? () => {} : keepUp(line)),
        () => this.#giveUp, // then a lost connection is the end
      );
      this.#lost = (why) => void up.then((lost) => attempt.signal.aborted || lost(why)); // it may be on its way yet
    };
    try {
      await dial(new AbortController());
    } catch (fault) {
      if (this.#attempt === over) this.fail(asFailure(fault));
    }
  }

  /**
   * The person's own end of the call or of the attempt, or that of the money that they allow for one.
   * @param {"person" | "budget" | "goodbye"} [why]
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
    this.pressed = true;
    this.conversation?.press();
    this.call?.listen(!this.muted);
  }

  /** Push-to-talk: the button is let go. */
  release() {
    this.pressed = false;
    this.conversation?.release(() => this.call?.listen(false));
  }

  /** How long it has been live, over all its connections. */
  seconds() {
    return this.#since === null ? 0 : Math.floor((this.#browser.now() - this.#since) / 1000);
  }

  secondsLeft() {
    return this.goesOn ? Infinity : this.call?.secondsLeft(this.#browser.now()) ?? 0;
  }

  /** Names of what is open now: `microphone`, `connection`, `sound`. Empty after every end. */
  held() {
    const held = this.call ? this.call.held() : this.#attempt ? ["connection"] : [];
    return this.sound?.open ? [...held, "sound"] : held;
  }

  /**
   * @param {Voice.Link} link
   * @param {Timings} timings
   * @param {Voice.Recall} [recall]
   */
  #goLive(link, timings, recall) {
    const { session } = link;
    this.session = session;
    this.goesOn = false;
    this.pushToTalk = session.turn_detection === null;
    /** @type {Call} */
    const call = (this.call = new Call(link, this.#browser, {
      lost: (why) => isThis() && this.#lost(why),
      over: (why) => isThis() && this.#end(why),
    }));
    const isThis = () => this.call === call; // else a successor has taken over
    call.listen(!this.muted && !this.pushToTalk);
    const { now, schedule, newId } = this.#browser;
    /** @param {{ type: string }} event */
    const send = (event) => void (isThis() && call.send(event) && this.log("out", event));
    const conversation = (this.conversation = new Conversation(
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
    ));
    recall?.(conversation, send);
    timings.rows.push({ step: "Live", began: timings.elapsed(), took: 0 });
    this.#since ??= now();
    this.state.move("live");
    return conversation;
  }

  /**
   * @param {string} data
   * @param {Conversation} conversation of the connection that brought it
   */
  #receive(data, conversation) {
    const event = parseEvent(data);
    this.log("in", event ?? { type: "not an event" });
    if (!event) return;
    if (event.error?.code !== "session_expired") conversation.receive(event);
    else if (conversation === this.conversation) this.#end("limit");
  }

  /**
   * @param {"in" | "out" | "page"} direction
   * @param {{ type: string, [field: string]: unknown }} event
   */
  log(direction, event) {
    this.#face.log(direction, event, this.#browser.now() - this.#began);
  }

  /** @param {"limit" | "remote" | "person" | "budget" | "goodbye"} why */
  #end(why) {
    if ((why === "limit" || (why === "remote" && this.goesOn)) && this.outlast()) return;
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
