/** What `<voice-call>` shows and does only in a call. Loaded when someone is about to start one. */
import { CallRecord } from "./call_record.js";
import { MICROPHONE } from "./call_template.js";
import { inWords, minutes, telling, whyEnded } from "./call_words.js";
import { button, byId, make, part, setText } from "./dom.js";
import { EventLog } from "./event_log.js";
import { Sound } from "./sound.js";
import { Talk } from "./talk.js";
import { t } from "./words.js";

const MUTED =
  "M9 9v2a3 3 0 0 0 4.7 2.5M15 11V6a3 3 0 0 0-5.7-1.3M5.5 11.5A6.5 6.5 0 0 0 15.9 16.7M18.2 13.4a6.5 6.5 0 0 0 .3-1.9M12 18v3M4 3l16 18";
/** Speech for so long without a pause may be the street's, which never stops. */
const NOISY_MS = 15_000;
/** Turns of one call that are shown; a call of an hour has fewer. */
const SHOWN_TURNS = 400;

export class CallPage {
  talk;
  log = new EventLog();
  record = new CallRecord();
  /** @type {Voice.KeptTurn[]} this call's, also when it is over */
  turns = [];
  /** @type {Voice.Activity | ""} */
  activity = "";
  /** The assistant's name. */
  assistant = "";
  /** @type {import("./captions_view.js").CaptionsView | null} */
  #captions = null;
  /** @type {import("./presence.js").Presence | null} once a call is live */
  presence = null;
  #shared;
  #part;
  #typed;
  /** @type {Voice.SavedTurn[]} */
  past = [];
  /** @type {Set<string>} ids of turns that were cleared while the call went on */
  #cleared = new Set();
  /** @type {Map<string, number>} when each was first seen */
  #seen = new Map();
  #clock = 0;
  #hearingSince = 0;
  #holds = false;
  /** Why the last call ended. */
  #why = "";
  #tell;

  /** @param {Voice.Shared} shared */
  constructor(shared) {
    const { root } = shared;
    this.#shared = shared;
    this.#tell = telling(shared.emit);
    this.past = shared.store.turns();
    this.#part = (/** @type {string} */ id) => part(id, root);
    this.#typed = byId("typed", HTMLInputElement, root);
    this.talk = new Talk(shared.state, shared.browser, {
      failed: shared.fail,
      ended: (why) => (shared.emit("end", { why }), (this.#why = t(whyEnded(why)))),
      changed: () => this.#show(),
      log: (direction, event, at) => {
        this.log.add(direction, event, at);
        this.record.add(direction, event, shared.browser.now());
      },
      complaint: (error) => void import("./complaint.js").then((it) => shared.notify(it.complaint(error)), () => {}),
      runTool: async (name, json) => {
        const { runHostTool } = await import("./host_tools.js");
        const result = await runHostTool(name, json, shared.tools(), () => this.talk.stop("goodbye"));
        shared.emit("tool", { name, arguments: json, ok: result.ok, output: result.output });
        return result;
      },
      micLost: () => this.#findMicrophone(),
    });
    button("mute", root).addEventListener("click", () => this.talk.mute(!this.talk.muted));
    button("interrupt", root).addEventListener("click", () => this.talk.conversation?.interrupt());
    button("sound", root).addEventListener("click", () => this.#playSound());
    byId("composer", HTMLFormElement, root).addEventListener("submit", () => {
      if (this.say(this.#typed.value)) this.#typed.value = "";
    });
  }

  /**
   * @param {Voice.Signalling} signalling
   * @param {Voice.Choices} choices
   * @param {AudioContext | undefined} context made inside the tap
   */
  start(signalling, choices, context) {
    const player = byId("voice-out", HTMLAudioElement, this.#shared.root);
    const made = /** @type {any} */ (context && (function () { return context; }));
    const sound = new Sound(player, made, this.#shared.askForTap);
    this.past = this.#shared.store.turns();
    this.turns = [];
    this.log.clear();
    this.record.clear();
    this.#shared.captions().then(
      (captions) => ((this.#captions = captions), this.#show()),
      () => this.#shared.notify(t("This part of the page could not be loaded.")),
    );
    return this.talk.start(signalling, choices, sound);
  }

  /** How loud both sides are. */
  levels() {
    const { sound, muted } = this.talk;
    const assistant = sound?.level("assistant") ?? 0;
    this.record.hear(assistant, this.#shared.browser.now());
    return { user: muted ? 0 : (sound?.level("user") ?? 0), assistant };
  }

  /** @param {Voice.State} state */
  follow(state) {
    const live = state === "live";
    const { pushToTalk, session } = this.talk;
    const focused = this.#shared.root.activeElement;
    this.#part("mute").hidden = !live || pushToTalk;
    this.#part("hold").hidden = !live || !pushToTalk || !this.#holds;
    if (live && pushToTalk) void this.#wireHold();
    this.#part("interrupt").hidden = !live;
    button("send", this.#shared.root).disabled = !live;
    this.#typed.disabled = !(live || state === "reconnecting");
    this.#typed.readOnly = !live; // what one has begun to write stays under the cursor
    this.#typed.placeholder = t(live ? "Type a message" : "Type during a call");
    // Not to Stop or Start again, which the next key would press.
    if (focused?.matches(":disabled, [hidden]")) this.#part("captions-scroll").focus();
    clearInterval(this.#clock);
    if (live) {
      this.log.isPrivate = session?.event_filter === "private";
      this.#tick();
    }
    if (live || state === "reconnecting") this.#clock = setInterval(() => this.#tick(), 1000);
    else setText(this.#part("clock"), state === "ended" ? minutes(this.talk.seconds()) : "");
    if (state === "ended" && this.#why) {
      setText(this.#part("hint"), this.#why);
      this.#part("said").append(make("p", "", this.#why));
    }
    if (state === "ended" || state === "failed" || state === "idle") this.#rest();
    if (live) void this.#attend();
    else this.presence?.follow(state);
    this.#show();
  }

  /** What is not needed to talk; without it the call goes on too. */
  async #attend() {
    const loaded = await import("./presence.js").catch(() => null);
    if (loaded) this.presence ??= new loaded.Presence(this.talk, this.#shared);
    this.presence?.follow(this.#shared.state.current);
  }

  async #wireHold() {
    if (this.#holds) return;
    const { wireHold } = await import("./hold_button.js");
    if (this.#holds) return;
    this.#holds = true;
    wireHold(
      button("hold", this.#shared.root),
      () => this.talk.press(),
      () => this.talk.release(),
    );
    this.follow(this.#shared.state.current);
  }

  #rest() {
    this.#part("sound").hidden = true;
    this.record.changed();
    this.#captions?.settle();
  }

  /** What was said so far is in no file and on no screen any more. */
  clear() {
    for (const { id } of this.turns) this.#cleared.add(id);
    this.past = this.turns = [];
    this.log.clear();
  }

  /** What can be saved as a file. */
  saved() {
    return { past: this.past, turns: this.turns, entries: this.record.entries, rows: this.log.rows };
  }

  /**
   * @param {string} typed
   * @returns {boolean} whether it was sent
   */
  say(typed) {
    const text = typed.trim();
    if (!text || text.length > 2000 || !this.talk.conversation) return false;
    this.talk.conversation.say(text);
    return true;
  }

  #tick() {
    const left = this.talk.secondsLeft();
    const clock = this.#part("clock");
    setText(clock, left <= 60 ? t("{time} left", { time: minutes(left) }) : minutes(this.talk.seconds()));
    clock.dataset.left = left <= 60 ? "little" : "";
    this.#show();
  }

  /** The conversation, and what is going on in it. */
  #show() {
    const { conversation, muted, pushToTalk } = this.talk;
    const { browser, state } = this.#shared;
    const live = state.current === "live";
    this.activity = (live && conversation?.activity) || "";
    this.#tell("activity", { activity: this.activity, muted, holding: this.talk.held().join(" ") });
    const { dataset } = this.#part("call");
    dataset.activity = this.activity;
    dataset.muted = String(muted);
    this.#part("mute").setAttribute("aria-pressed", String(muted));
    this.#part("mute").querySelector("path")?.setAttribute("d", muted ? MUTED : MICROPHONE);
    if (this.activity !== "hearing") this.#hearingSince = browser.now();
    if (live && conversation) {
      const [doing, hint] = inWords(conversation.activity, muted, pushToTalk);
      const noisy = !muted && !pushToTalk && browser.now() - this.#hearingSince > NOISY_MS;
      setText(this.#part("doing"), t(doing));
      setText(this.#part("hint"), t(noisy ? "Noisy here? Mute when you have finished, and it answers." : hint));
    } else {
      setText(this.#part("doing"), "");
      if (this.talk.keeping && state.current === "connecting") setText(this.#part("hint"), t("Speak already: it is kept."));
    }
    const turns = conversation?.transcript.turns().filter(({ id }) => !this.#cleared.has(id));
    if (turns) this.#write(turns.slice(-SHOWN_TURNS));
  }

  /** @param {Voice.Turn[]} turns */
  #write(turns) {
    const { browser } = this.#shared;
    const name = this.assistant;
    this.#captions?.update(turns, name);
    this.turns = turns.map((turn) => {
      const at = this.#seen.get(turn.id) ?? browser.today();
      this.#seen.set(turn.id, at);
      return { ...turn, name, at };
    });
    this.presence?.kept.update(this.turns);
    if (turns.length) this.#tell("transcript", { turns: this.turns });
  }

  #playSound() {
    this.#part("sound").hidden = true;
    this.talk.sound?.play();
  }

  /** The microphone has gone away in mid-call: the system's default takes over, if there is one. */
  async #findMicrophone() {
    const { switchMicrophone } = await import("./devices.js");
    const name = await switchMicrophone(/** @type {any} */ (this.#shared.browser), this.talk, "");
    const unnamed = "That microphone went away. Another listens now.";
    this.#shared.notify(t(name ? "That microphone went away. “{name}” listens now." : unnamed, { name }));
    return true;
  }
}
