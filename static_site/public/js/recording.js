/**
 * Recording a call, with consent: asked for in words before it starts, visible all the time, kept when the call ends,
 * and saved only where the person wants it. Loaded when someone asks for it.
 */
import { make, setText } from "./dom.js";
import { download } from "./download.js";
import { fileName } from "./export.js";
import { LIMIT_MS, Recorder, kindOf } from "./recorder.js";
import { Stereo } from "./stereo.js";
import { t } from "./words.js";

const FOLLOW_MS = 200;
const UNABLE = "This browser cannot record a call.";

export class Recording {
  #around;
  #mark = make("div", "recording");
  #time = make("span", "time");
  /** There from the beginning: a region that comes with its words is often not read out. */
  #said = make("span", "unseen");
  /** @type {HTMLDialogElement | null} */
  #dialog = null;
  /** @type {Recorder | null} */
  #recorder = null;
  /** @type {Stereo | null} */
  #stereo = null;
  #timer = 0;
  #unsaved = false;
  #keep = (/** @type {Event} */ event) => this.#mark.isConnected && event.preventDefault();

  /** @param {Voice.RecordingAround} around */
  constructor(around) {
    this.#around = around;
    this.#mark.hidden = true;
    this.#said.setAttribute("role", "status");
    around.top.prepend(this.#mark, this.#said);
  }

  /** Asks first; a recording that is not saved yet would be replaced, so it is offered again instead. */
  ask() {
    if (this.#recorder || this.#dialog) return;
    if (this.#unsaved) return this.#mark.querySelector("button")?.focus();
    if (!kindOf(window.MediaRecorder)) return this.#around.toast(t(UNABLE));
    const agree = Object.assign(make("input"), { type: "checkbox" });
    const start = press(t("Start recording"), "agreed", () => (dialog.close(), this.#start()));
    const cancel = press(t("Cancel"), "quiet", () => dialog.close());
    start.disabled = true;
    agree.addEventListener("change", () => (start.disabled = !agree.checked));
    const title = make("h2", "", t("Record this call?"));
    const dialog = make(
      "dialog",
      "consent",
      title,
      make("p", "", t("Your voice and the assistant’s are recorded on this device, for up to one hour. Nothing is uploaded.")),
      make("p", "", t("In many places the law asks everyone who can be heard to agree first.")),
      make("label", "agree", agree, t("Everyone who can be heard agrees to be recorded.")),
      make("div", "buttons", start, cancel),
    );
    title.id = "consent-title";
    dialog.setAttribute("aria-labelledby", title.id);
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.#dialog = null;
      this.#focus();
    });
    this.#around.top.append((this.#dialog = dialog));
    dialog.showModal();
  }

  /** @param {boolean} going whether there is a call, though it may be dialling again */
  follow(going) {
    if (going) return;
    this.#recorder?.stop();
    this.#dialog?.close();
  }

  #start() {
    const { talk, browser, toast } = this.#around;
    if (!talk.call) return; // it ended meanwhile
    try {
      this.#stereo = new Stereo(new AudioContext());
      this.#stereo.follow(talk);
      const { MediaRecorder } = window;
      this.#recorder = new Recorder(this.#stereo.stream, { Recorder: MediaRecorder, ...browser }, (one) => this.#offer(one));
    } catch {
      this.#stereo?.close();
      return toast(t(UNABLE));
    }
    this.#around.button.hidden = true;
    const dot = make("span", "dot");
    dot.setAttribute("aria-hidden", "true");
    this.#time.setAttribute("aria-hidden", "true");
    setText(this.#said, t("Recording"));
    this.#hold(true);
    const end = press(t("End recording"), "quiet", () => this.#recorder?.stop());
    this.#fill(dot, make("span", "", t("Recording")), this.#time, end);
    this.#timer = window.setInterval(() => this.#go(), FOLLOW_MS);
    this.#go();
  }

  #go() {
    this.#stereo?.follow(this.#around.talk);
    setText(this.#time, clock(this.#recorder?.ms ?? 0));
  }

  /** @param {Voice.Recorded} recorded */
  #offer({ blob, ending, ms }) {
    clearInterval(this.#timer);
    this.#stereo?.close();
    this.#stereo = this.#recorder = null;
    this.#around.button.hidden = false;
    if (!blob.size) {
      this.#empty();
      return this.#around.toast(t("Nothing was recorded."));
    }
    const name = fileName(new Date(), ending);
    const words = t("Recording of {time}, not saved yet.", { time: clock(ms) });
    const full = ms >= LIMIT_MS ? ` ${t("It reached one hour, which is the most.")}` : "";
    const said = make("span", "", words, full);
    setText(this.#said, words + full);
    const save = press(t("Save recording"), "quiet", () => {
      download(blob, name);
      this.#hold(false);
      for (const one of [said, this.#said]) setText(one, t("Saved as {file}.", { file: name }));
    });
    this.#fill(said, save, press(t("Discard"), "quiet", () => this.#empty()));
  }

  #empty() {
    this.#hold(false);
    setText(this.#said, "");
    this.#fill();
    this.#mark.hidden = true;
  }

  /** @param {boolean} unsaved then the browser asks before it leaves the page */
  #hold(unsaved) {
    this.#unsaved = unsaved;
    window[unsaved ? "addEventListener" : "removeEventListener"]("beforeunload", this.#keep);
  }

  /** @param {HTMLElement[]} parts */
  #fill(...parts) {
    const focused = this.#mark.matches(":focus-within");
    this.#mark.replaceChildren(...parts);
    this.#mark.hidden = false;
    if (focused) this.#focus();
  }

  /** To the mark if it has a button, else to that which asks; to the captions when neither can be seen. */
  #focus() {
    const { button, top } = this.#around;
    const shown = button.getClientRects().length ? button : top.querySelector("#captions-scroll");
    /** @type {HTMLElement | null} */ (this.#mark.querySelector("button") ?? shown)?.focus();
  }
}

/**
 * @param {string} name
 * @param {string} look
 * @param {() => void} work
 */
function press(name, look, work) {
  const button = make("button", look, name);
  button.type = "button";
  button.addEventListener("click", work);
  return button;
}

/** @param {number} ms */
function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
