/**
 * What "More" opens: speed and language before a call; microphone, speaker and volume at any time. Loaded when it is
 * opened, when something was chosen the last time, or when a microphone goes away in mid-call.
 */
import { askWith, find, isWireless, listDevices, playOn, switchMicrophone } from "./devices.js";
import { byId, make, part, setText } from "./dom.js";
import { CONSTRAINTS, stopTracks } from "./microphone.js";
import { choice, fill, languageOptions, slider, SPEEDS, styled } from "./more_parts.js";
import { Remembered } from "./remembered.js";
import { Volume } from "./volume.js";

/** @typedef {import("./remembered.js").Device} Device */

const TELEPHONE =
  "A Bluetooth headset's microphone makes both voices sound like a telephone. Another microphone, with the headset as the speaker, sounds better.";
const NAMELESS = "Microphones and speakers are listed once this page may listen.";

/** @type {More | null} */
let made = null;

/**
 * The one that this page has, made when it is first asked for.
 * @param {ConstructorParameters<typeof More>} parts
 */
export const more = (...parts) => (made ??= new More(...parts));

export class More {
  #setup;
  #talk;
  #memory;
  #volume;
  #media;
  #player = byId("voice-out", HTMLAudioElement);
  #speed = choice("Speed");
  #language = choice("Language");
  #microphone = choice("Microphone");
  #speaker = choice("Speaker");
  #loudness = slider("Volume of the assistant");
  #hint = make("p", "about");
  #said = make("p", "about");
  #ask = make("button", "quiet", "List my devices");
  #forget = make("button", "quiet", "Forget these choices");
  /** Switching is done one after the other. */
  #switching = Promise.resolve();

  /**
   * @param {import("./setup_view.js").SetupView} setup
   * @param {Pick<import("./connect.js").Browser, "getUserMedia" | "storage">} browser its getUserMedia is replaced by one
   * that asks for the microphone of one's choice
   * @param {() => import("./talk.js").Talk | undefined} talk
   * @param {MediaDevices | undefined} media
   */
  constructor(setup, browser, talk, media = navigator.mediaDevices) {
    this.#setup = setup;
    this.#talk = talk;
    this.#media = media;
    this.#memory = new Remembered(browser.storage);
    const sound = () => talk()?.sound?.context;
    this.#volume = new Volume(this.#player, sound, () => (part("sound").hidden = false));
    if (media) {
      browser.getUserMedia = askWith(
        media,
        () => this.#memory.wishes.microphone,
        () => void this.#refresh(),
      );
      media.addEventListener("devicechange", () => void this.#refresh());
    }
    this.#wire();
    this.#show();
    void Promise.all([styled("css/more.css"), this.#refresh()]).then(() => {
      part("more").append(this.#panel());
      this.#reveal();
    });
  }

  /**
   * The microphone has gone away in mid-call: the system's default takes over.
   * @returns {Promise<string>} one line that says so
   * @throws if none is left
   */
  async rescue() {
    const name = await this.#switchTo("");
    void this.#refresh();
    return name ? `That microphone went away. “${name}” listens now.` : "That microphone went away. Another listens now.";
  }

  #panel() {
    const before = make("div", "pair before", this.#speed.field, this.#language.field);
    const devices = make("div", "pair", this.#microphone.field, this.#speaker.field);
    devices.hidden = !this.#media;
    this.#said.setAttribute("role", "status");
    const foot = make("div", "foot", this.#ask, this.#forget);
    return make("div", "more-panel", before, devices, this.#hint, this.#loudness.field, this.#said, foot);
  }

  #wire() {
    const memory = this.#memory;
    this.#ask.type = this.#forget.type = "button";
    this.#speed.select.addEventListener("change", () => {
      memory.keep({ speed: Number(this.#speed.select.value) || undefined });
      this.#show();
    });
    this.#language.select.addEventListener("change", () => {
      memory.keep({ language: this.#language.select.value || undefined });
      this.#show();
    });
    this.#loudness.input.addEventListener("input", () => {
      memory.keep({ volume: Number(this.#loudness.input.value) / 100 });
      this.#show();
    });
    this.#microphone.select.addEventListener("change", () => {
      const before = memory.wishes.microphone;
      const chosen = this.#microphone.chosen();
      memory.keep({ microphone: chosen });
      this.#say("");
      void this.#refresh();
      if (!this.#talk()?.call) return;
      this.#switchTo(chosen?.id ?? "")
        .then((name) => {
          if (chosen && chosen.label !== name) throw new TypeError("another one came");
          this.#say(`“${name}” listens now.`);
        })
        .catch(() => {
          memory.keep({ microphone: before });
          this.#say("That microphone does not start. The last one still listens.");
        })
        .then(() => this.#refresh());
    });
    this.#speaker.select.addEventListener("change", async () => {
      const chosen = this.#speaker.chosen();
      const plays = await playOn(this.#player, chosen?.id ?? "");
      if (plays) memory.keep({ speaker: chosen });
      this.#say(plays ? "" : "That speaker cannot be used here.");
      void this.#refresh();
    });
    this.#ask.addEventListener("click", async () => {
      const stream = await this.#media?.getUserMedia(CONSTRAINTS).catch(() => null);
      if (stream) stopTracks(stream);
      else this.#say("The browser does not let this page use a microphone.");
      await this.#refresh();
      if (this.#ask.hidden) this.#microphone.select.focus();
    });
    this.#forget.addEventListener("click", async () => {
      const { microphone } = memory.wishes;
      memory.keep({ speed: undefined, language: undefined, microphone: undefined, speaker: undefined, volume: undefined });
      this.#show();
      this.#say("Forgotten. All is as the page brings it.");
      await playOn(this.#player, "");
      if (microphone && this.#talk()?.call) await this.#switchTo("").catch(() => {});
      void this.#refresh();
    });
    part("personas").addEventListener("change", () => this.#show());
    part("more").addEventListener("toggle", () => (this.#say(""), this.#show(), void this.#refresh(), this.#reveal()));
    // A call begins or ends: what was opened for the one is in the way of the other.
    part("primary").addEventListener("click", () => part("more").removeAttribute("open"));
  }

  /** @param {string} id */
  #switchTo(id) {
    const talk = this.#talk();
    const media = this.#media;
    if (!talk || !media) return Promise.reject(new DOMException("no call", "InvalidStateError"));
    const switched = this.#switching.then(() => switchMicrophone(media, talk, id));
    this.#switching = switched.then(
      () => {},
      () => {},
    );
    return switched;
  }

  /** What does not depend on the devices. What was never chosen is not sent. */
  #show() {
    const { speed, language, volume = 1 } = this.#memory.wishes;
    this.#setup.more = { ...(speed && { speed }), ...(language && { language }) };
    fill(this.#speed.select, SPEEDS, String(speed ?? ""));
    const own = /** @type {{ language?: string | null } | undefined} */ (this.#setup.persona)?.language;
    fill(this.#language.select, languageOptions(own), language ?? "");
    this.#volume.set(volume);
    this.#loudness.show(Math.round(volume * 100));
    setText(/** @type {HTMLElement} */ (part("more").firstElementChild), volume ? "More" : "More · sound off");
  }

  async #refresh() {
    if (!this.#media) return;
    const { microphones, speakers, named } = await listDevices(this.#media);
    const { microphone, speaker } = this.#memory.wishes;
    this.#microphone.offer(microphones, microphone);
    const plays = find(speakers, speaker);
    this.#speaker.offer(speakers, speaker);
    this.#speaker.field.hidden = !("setSinkId" in this.#player) || !speakers.length;
    await playOn(this.#player, plays?.id ?? ""); // a speaker that went away would leave silence
    const [track] = this.#talk()?.call?.link.microphone.getAudioTracks() ?? [];
    const listens = track?.label ?? microphone?.label ?? "";
    setText(this.#hint, !named ? NAMELESS : isWireless(listens) ? TELEPHONE : "");
    this.#ask.hidden = named;
  }

  #reveal() {
    if (part("more").hasAttribute("open")) part("more").scrollIntoView({ block: "nearest" });
  }

  /** @param {string} text */
  #say(text) {
    setText(this.#said, text);
  }
}
