/**
 * What the page shows and does only in a call. Loaded when someone is about to start one, so that opening the page
 * stays light.
 */
import { CallRecord } from "./call_record.js";
import { button, byId, part, setText } from "./dom.js";
import { EventLog } from "./event_log.js";
import { wireHold } from "./hold_button.js";
import { Talk } from "./talk.js";
import { Theme, colourReader } from "./theme.js";
import { readPage, runTool } from "./tools.js";

/** Speech for so long without a pause may be the street's, which never stops. */
const NOISY_MS = 15_000;
/** Turns of one call that are shown; a call of an hour has fewer. */
const SHOWN_TURNS = 400;

/**
 * @typedef {object} Shared what the light page has made already
 * @property {import("./call_state.js").CallState} state
 * @property {import("./connect.js").Browser & { newId: () => string }} browser
 * @property {import("./captions_view.js").CaptionsView} captions
 * @property {import("./store.js").Store} store
 * @property {(failure: import("./failures.js").CallFailure) => void} showFailure
 * @property {() => Promise<import("./more_choices.js").More>} loadMore
 * @property {() => void} redraw the picture, after a change of colours
 */

export class CallPage {
  #shared;
  #talk;
  #log = new EventLog();
  #record = new CallRecord();
  #typed = byId("typed", HTMLInputElement);
  /** @type {import("./store.js").SavedTurn[]} */
  #past = [];
  /** @type {(import("./turns.js").Turn & { name: string, at: number })[]} this call's, also when it is over */
  #turns = [];
  /** @type {Map<string, number>} when each was first seen */
  #seen = new Map();
  #clock = 0;
  #hearingSince = 0;
  #toastTimer = 0;

  /** @param {Shared} shared */
  constructor(shared) {
    this.#shared = shared;
    const theme = new Theme(document.documentElement, colourReader(document), (changed) => {
      part("reset-colours").hidden = !changed;
      shared.redraw();
    });
    const page = { html: () => readPage(document.body), theme, supports: CSS.supports.bind(CSS) };
    this.#talk = new Talk(shared.state, shared.browser, {
      failed: shared.showFailure,
      ended: (why) => this.#sayWhy(why),
      changed: () => this.#show(),
      log: (direction, event, at) => {
        this.#log.add(direction, event, at);
        this.#record.add(direction, event, shared.browser.now());
      },
      complaint: ({ code, message }) => this.#toast(complaint(code, message)),
      runTool: (name, args) => runTool(name, args, page),
      micLost: async () => {
        this.#toast(await (await shared.loadMore()).rescue());
        return true;
      },
    });
    // After the tabs' own listeners, so that the panel is already in sight.
    for (const kind of ["click", "keydown"]) part("tabs").addEventListener(kind, () => this.#look());
    button("mute").addEventListener("click", () => this.#talk.mute(!this.#talk.muted));
    button("interrupt").addEventListener("click", () => this.#talk.conversation?.interrupt());
    button("sound").addEventListener("click", () => this.#playSound());
    button("reset-colours").addEventListener("click", () => theme.reset());
    byId("composer", HTMLFormElement).addEventListener("submit", () => this.#say());
    wireHold(
      button("hold"),
      () => this.#talk.press(),
      () => this.#talk.release(),
    );
  }

  /**
   * @param {import("./connect.js").Signalling} signalling
   * @param {import("./api.js").Choices} choices
   * @param {import("./sound.js").Sound} sound
   */
  start(signalling, choices, sound) {
    this.#past = this.#shared.store.turns();
    this.#turns = [];
    this.#log.clear();
    this.#record.clear();
    return this.#talk.start(signalling, choices, sound);
  }

  get talk() {
    return this.#talk;
  }

  stop() {
    this.#talk.stop();
  }

  /** How loud both sides are. */
  levels() {
    const { sound, muted } = this.#talk;
    const assistant = sound?.level("assistant") ?? 0;
    this.#record.hear(assistant, this.#shared.browser.now());
    return { user: muted ? 0 : (sound?.level("user") ?? 0), assistant };
  }

  /** @param {import("./call_state.js").State} state */
  follow(state) {
    const live = state === "live";
    const { pushToTalk } = this.#talk;
    const focused = document.activeElement;
    part("mute").hidden = !live || pushToTalk;
    part("hold").hidden = !live || !pushToTalk;
    part("interrupt").hidden = !live;
    this.#typed.disabled = button("send").disabled = !live;
    this.#typed.placeholder = live ? "Type a message" : "Type during a call";
    if (!live && focused?.matches("#composer *, .dock :not(#primary)")) button("primary").focus();
    clearInterval(this.#clock);
    if (live) this.#goLive();
    if (live || state === "reconnecting") this.#clock = setInterval(() => this.#tick(), 1000);
    else if (state !== "ended") setText(part("clock"), "");
    if (state === "ended" || state === "failed" || state === "idle") this.#rest();
    this.#show();
  }

  #goLive() {
    this.#log.isPrivate = this.#talk.session?.event_filter === "private";
    this.#look();
    this.#tick();
  }

  #rest() {
    part("sound").hidden = true;
    this.#record.changed();
    this.#shared.captions.settle();
  }

  /** Loads what is looked at; and what watches the money, if the person has set a limit. */
  async #look() {
    const { store, state, browser } = this.#shared;
    const toast = (/** @type {string} */ text) => this.#toast(text);
    const root = document.documentElement.dataset;
    const around = { record: this.#record, talk: this.#talk, state, browser, toast, root };
    try {
      if (/** @type {any} */ (store.read("voicemint.money"))?.limit) (await import("./budget.js")).budgetOf(around);
      if (!part("events").hidden) await (await import("./log_view.js")).showLog(this.#log);
      if (!part("timings").hidden) await (await import("./insights.js")).showInsights(around);
    } catch {
      toast("This part of the page could not be loaded.");
    }
  }

  /** What can be saved as a file. */
  saved() {
    return { past: this.#past, turns: this.#turns, entries: this.#record.entries, rows: this.#log.rows };
  }

  #tick() {
    const left = this.#talk.secondsLeft();
    const shown = left <= 60 ? left : this.#talk.seconds();
    const text = `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
    setText(part("clock"), left <= 60 ? `${text} left` : text);
    this.#show();
  }

  /** The conversation, and what is going on in it; the root's data attributes say it to tests as well. */
  #show() {
    const { conversation, muted, pushToTalk } = this.#talk;
    const { dataset } = document.documentElement;
    const live = this.#shared.state.current === "live";
    dataset.holding = this.#talk.held().join(" ");
    dataset.activity = (live && conversation?.activity) || "";
    dataset.muted = String(muted);
    button("mute").setAttribute("aria-pressed", String(muted));
    part("mute")
      .querySelector("use")
      ?.setAttribute("href", muted ? "#i-mic-off" : "#i-mic");
    if (dataset.activity !== "hearing") this.#hearingSince = this.#shared.browser.now();
    if (live && conversation) {
      const [doing, hint] = inWords(conversation.activity, muted, pushToTalk);
      const noisy = !muted && !pushToTalk && this.#shared.browser.now() - this.#hearingSince > NOISY_MS;
      setText(part("doing"), doing);
      setText(part("hint"), noisy ? "Noisy here? Mute when you have finished, and it answers." : hint);
    } else setText(part("doing"), "");
    if (!conversation) return;
    const turns = conversation.transcript.turns().slice(-SHOWN_TURNS);
    const { captions, store, browser } = this.#shared;
    const name = captions.assistant;
    captions.update(turns);
    this.#turns = turns.map((turn) => {
      const at = this.#seen.get(turn.id) ?? browser.today();
      this.#seen.set(turn.id, at);
      return { ...turn, name, at };
    });
    store.saveTurns([...this.#past, ...this.#turns]);
    if (turns.length) part("save-talk").hidden = false;
  }

  #say() {
    const text = this.#typed.value.trim();
    if (!text || !this.#talk.conversation) return;
    this.#talk.conversation.say(text);
    this.#typed.value = "";
  }

  #playSound() {
    part("sound").hidden = true;
    this.#talk.sound?.play();
  }

  /** @param {"limit" | "remote" | "person" | "budget"} why */
  #sayWhy(why) {
    document.documentElement.dataset.ended = why;
    if (why === "limit") this.#toast("The call reached its time limit.");
    if (why === "budget") this.#toast("The call reached the limit of money that you set.");
    if (why === "remote") this.#toast("The service ended the call.");
  }

  /** @param {string} text */
  #toast(text) {
    clearTimeout(this.#toastTimer);
    setText(part("toast"), text);
    this.#toastTimer = setTimeout(() => setText(part("toast"), ""), 7000);
  }
}

/**
 * What goes on in a live call: one word to read at arm's length, and what the person may do now.
 * @param {string} activity
 * @param {boolean} muted
 * @param {boolean} pushToTalk
 * @returns {[doing: string, hint: string]}
 */
function inWords(activity, muted, pushToTalk) {
  const cutIn = pushToTalk ? "Hold the button to cut in." : "Cut in whenever you like.";
  if (activity === "speaking") return ["Speaking", cutIn];
  if (activity === "thinking") return ["Thinking", "The answer is on its way."];
  if (muted) return ["Muted", "It cannot hear you."];
  if (activity === "hearing") return ["Hearing you", pushToTalk ? "Let go when you have finished." : "Take your time."];
  return pushToTalk ? ["Ready", "Hold the button while you speak."] : ["Listening", "Speak whenever you like."];
}

/**
 * @param {string | undefined} code
 * @param {string | undefined} message
 */
function complaint(code, message) {
  if (code === "input_audio_buffer_commit_empty") return "Too short. Hold the button while you speak.";
  return `The service refused something: ${(message || code || "no reason given").slice(0, 200)}`;
}
