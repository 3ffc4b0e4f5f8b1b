/**
 * What a call offers beside the talk: showing a picture, recording, and in a private session what that turns off.
 * Loaded when a call has become live.
 */
import { make } from "./dom.js";
import { Pictures } from "./pictures.js";
import { dress } from "./call_template.js";
import { learn, t } from "./words.js";

await learn();

/** @type {WeakMap<object, Beside | null>} by talk: each element has one, which has many calls */
const made = new WeakMap();

/** @param {Voice.BesideAround} around */
export async function beside(around) {
  const { talk, shadow } = around;
  if (!made.has(talk)) {
    made.set(talk, null); // two calls in a hurry dress it once
    await dress(shadow, "beside");
    made.set(talk, new Beside(around));
  }
  made.get(talk)?.follow();
}

class Beside {
  #around;
  #pictures;
  #row = make("div", "beside");
  #record = make("button", "quiet", t("Record"));
  /** @type {import("./recording.js").Recording | null} */
  #recording = null;
  /** @type {HTMLElement | null} */
  #note = null;

  /** @param {Voice.BesideAround} around */
  constructor(around) {
    this.#around = around;
    this.#pictures = new Pictures(around);
    this.#record.type = "button";
    this.#record.addEventListener("click", () => this.#ask());
    this.#row.append(this.#record);
    around.before.before(this.#row);
    new MutationObserver(() => this.follow()).observe(around.root, { attributeFilter: ["data-state"] });
  }

  follow() {
    const { root, talk } = this.#around;
    const { state } = root.dataset;
    this.#pictures.follow(state === "live");
    this.#recording?.follow(state === "live" || state === "reconnecting");
    this.#row.hidden = state !== "live" && state !== "reconnecting";
    if (state === "live" && talk.session?.event_filter === "private") void this.#tell();
    else this.#note?.remove();
  }

  async #ask() {
    try {
      const { Recording } = await import("./recording.js");
      this.#recording ??= new Recording({ ...this.#around, button: this.#record });
      this.#recording.ask();
    } catch {
      this.#around.toast(t("This part of the page could not be loaded."));
    }
  }

  async #tell() {
    const { privateNote } = await import("./private_note.js");
    this.#row.append((this.#note ??= privateNote()));
  }
}
