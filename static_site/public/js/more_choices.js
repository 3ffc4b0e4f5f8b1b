/**
 * What "More" opens: speed and language before a call; microphone, speaker and volume at any time. Loaded when it is
 * opened, or when something was chosen the last time.
 */
import { askWith, find, isWireless, listDevices, playOn, switchMicrophone } from "./devices.js";
import { inCall } from "./call_state.js";
import { make, part, setText } from "./dom.js";
import { CONSTRAINTS, stopTracks } from "./microphone.js";
import { choice, fill, languageOptions, slider, SPEEDS, styled, translated } from "./more_parts.js";
import { Remembered } from "./remembered.js";
import { Volume } from "./volume.js";
import { learn, t } from "./words.js";

await learn();

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
  #call;
  #memory;
  #volume;
  #media;
  #player;
  #speed = choice(t("Speed"));
  #language = choice(t("Language"));
  #microphone = choice(t("Microphone"));
  #speaker = choice(t("Speaker"));
  #loudness = slider(t("Volume of the assistant"));
  #hint = make("p", "about");
  #said = make("p", "about");
  #ask = make("button", "quiet", t("List my devices"));
  #forget = make("button", "quiet", t("Forget these choices"));
  /** Switching is done one after the other. */
  #switching = Promise.resolve();
  /** @type {ReturnType<typeof import("./privacy_choices.js").privacyChoices> | null} */
  #privacy = null;

  /**
   * @param {import("./setup_view.js").SetupView} setup
   * @param {import("./voice_call.js").VoiceCall} call its getUserMedia is replaced by one that asks for the microphone
   * of one's choice
   * @param {MediaDevices | undefined} media
   */
  constructor(setup, call, media = navigator.mediaDevices) {
    this.#setup = setup;
    this.#call = call;
    this.#media = media;
    this.#player = call.player;
    this.#memory = new Remembered(call.browser.storage);
    this.#volume = new Volume(
      this.#player,
      () => this.#talk()?.sound?.context,
      () => call.askForTap(),
    );
    if (media) {
      call.browser.getUserMedia = askWith(
        media,
        () => this.#memory.wishes.microphone,
        () => void this.#refresh(),
      );
      media.addEventListener("devicechange", () => void this.#refresh());
    }
    this.#wire();
    this.#show();
    void Promise.all([this.#loadPrivacy(), styled("/css/more.css"), this.#refresh()]).then(() => {
      part("more").append(this.#panel());
      this.#reveal();
    });
  }

  #talk() {
    return this.#call.inner?.talk;
  }

  async #loadPrivacy() {
    const loaded = await import("./privacy_choices.js").catch(() => null);
    const changed = () => this.#call.inner?.presence?.kept.save();
    if (loaded) this.#privacy = loaded.privacyChoices(this.#memory, this.#call.browser.storage, changed);
  }

  #panel() {
    const before = make("div", "pair before", this.#speed.field, this.#language.field);
    const devices = make("div", "pair", this.#microphone.field, this.#speaker.field);
    devices.hidden = !this.#media;
    this.#said.setAttribute("role", "status");
    const privacy = this.#privacy?.part ?? "";
    const foot = make("div", "foot", this.#ask, this.#forget);
    return make("div", "more-panel", before, devices, this.#hint, this.#loudness.field, privacy, this.#said, foot);
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
          this.#say(t("“{name}” listens now.", { name }));
        })
        .catch(() => {
          memory.keep({ microphone: before });
          this.#say(t("That microphone does not start. The last one still listens."));
        })
        .then(() => this.#refresh());
    });
    this.#speaker.select.addEventListener("change", async () => {
      const chosen = this.#speaker.chosen();
      const plays = await playOn(this.#player, chosen?.id ?? "");
      if (plays) memory.keep({ speaker: chosen });
      this.#say(plays ? "" : t("That speaker cannot be used here."));
      void this.#refresh();
    });
    this.#ask.addEventListener("click", async () => {
      const stream = await this.#media?.getUserMedia(CONSTRAINTS).catch(() => null);
      if (stream) stopTracks(stream);
      else this.#say(t("The browser does not let this page use a microphone."));
      await this.#refresh();
      if (this.#ask.hidden) this.#microphone.select.focus();
    });
    this.#forget.addEventListener("click", async () => {
      const { microphone } = memory.wishes;
      const wishes = /** @type {const} */ (["speed", "language", "microphone", "speaker", "volume", "away"]);
      for (const wish of wishes) memory.keep({ [wish]: undefined });
      this.#show();
      this.#say(t("Forgotten. All is as the page brings it."));
      await playOn(this.#player, "");
      if (microphone && this.#talk()?.call) await this.#switchTo("").catch(() => {});
      void this.#refresh();
    });
    part("personas").addEventListener("change", () => this.#show());
    part("more").addEventListener("toggle", () => (this.#say(""), this.#show(), void this.#refresh(), this.#reveal()));
    // A call begins or ends: what was opened for the one is in the way of the other.
    this.#call.addEventListener("voicecall-state", (event) => {
      const { state, before } = /** @type {CustomEvent} */ (event).detail;
      if (inCall(state) !== inCall(before)) part("more").removeAttribute("open");
    });
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
    this.#setup.changed();
    fill(this.#speed.select, translated(SPEEDS), String(speed ?? ""));
    const own = /** @type {{ language?: string | null } | undefined} */ (this.#setup.persona)?.language;
    fill(this.#language.select, languageOptions(own), language ?? "");
    this.#privacy?.show();
    this.#volume.set(volume);
    this.#loudness.show(Math.round(volume * 100));
    setText(/** @type {HTMLElement} */ (part("more").firstElementChild), t(volume ? "More" : "More · sound off"));
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
    setText(this.#hint, t(!named ? NAMELESS : isWireless(listens) ? TELEPHONE : ""));
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
