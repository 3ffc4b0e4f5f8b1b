/**
 * Showing the assistant a picture: chosen or photographed, pasted or dropped. It waits beside the message until that
 * is sent, with or without words. It stays in this page: it is not stored, and files say only that there was one.
 */
import { icon } from "./call_template.js";
import { make, setText } from "./dom.js";
import { TOO_LARGE, UNREADABLE, carried, fit, whyNot } from "./picture.js";
import { MOST_PIXELS, pixelsOf } from "./picture_size.js";
import { t } from "./words.js";

/** Longest side of the preview, in CSS pixels, and how much finer it is drawn. */
const PREVIEW = 192;
const FINER = 2;
const PICTURE = "M4 6h16v12H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01";

export class Pictures {
  #around;
  #button = make("button", "attach", icon(PICTURE));
  #file = make("input");
  #chip = make("div", "attached");
  /** There from the beginning: a region that comes with its words is often not read out. */
  #said = make("p", "unseen");
  /** Of two that are chosen in a hurry the later is meant. */
  #takes = 0;
  /** @type {Voice.Chosen | null} */
  #chosen = null;
  #live = false;

  /** @param {Voice.PictureAround} around */
  constructor(around) {
    this.#around = around;
    this.#button.type = "button";
    this.#button.ariaLabel = this.#button.title = t("Show a picture");
    this.#file.type = "file";
    this.#file.accept = "image/*"; // a telephone offers its camera as well
    this.#file.hidden = true;
    this.#chip.hidden = true;
    this.#chip.role = "group";
    this.#chip.ariaLabel = t("Picture to send");
    around.form.prepend(this.#button, this.#file);
    this.#said.role = "status";
    around.form.before(this.#chip, this.#said);
    this.#button.addEventListener("click", () => this.#file.click());
    this.#file.addEventListener("change", () => {
      this.#take(this.#file.files?.[0]);
      this.#file.value = ""; // so that the same file can be chosen again
    });
    around.form.addEventListener("submit", (event) => this.#send(event), { capture: true });
    const { host } = around.shadow; // what is pasted beside it is the page's own
    host.addEventListener("paste", (event) => this.#take(carried(/** @type {ClipboardEvent} */ (event)), event));
    host.addEventListener("dragover", (event) => {
      const { dataTransfer } = /** @type {DragEvent} */ (event);
      if (this.#live && dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    host.addEventListener("drop", (event) => this.#take(carried(/** @type {DragEvent} */ (event)), event));
  }

  /** @param {boolean} live */
  follow(live) {
    this.#live = live;
    this.#button.hidden = !live;
    if (!live) this.#drop();
  }

  /**
   * @param {File | undefined} file
   * @param {Event} [event]
   */
  async #take(file, event) {
    if (!file || !this.#live) return;
    event?.preventDefault();
    const reason = whyNot(file);
    if (reason) return this.#around.toast(t(reason));
    const mine = ++this.#takes;
    const pixels = await file.arrayBuffer().then(pixelsOf, () => 0);
    if (pixels > MOST_PIXELS) return this.#around.toast(t(TOO_LARGE));
    const source = await createImageBitmap(file).catch(() => null);
    if (mine !== this.#takes) return source?.close();
    const room = this.#around.talk.call?.link.peer.sctp?.maxMessageSize;
    const fitted = source && fit(source, (...size) => drawn(source, ...size), room);
    if (source && fitted && this.#live) {
      const scale = (FINER * PREVIEW) / Math.max(fitted.width, fitted.height);
      const preview = canvas(source, Math.ceil(fitted.width * scale), Math.ceil(fitted.height * scale));
      this.#show({ ...fitted, preview });
    } else if (this.#live) this.#around.toast(t(UNREADABLE));
    source?.close();
  }

  /** @param {Voice.Chosen} chosen */
  #show(chosen) {
    this.#chosen = chosen;
    const { width, height, preview, url } = chosen;
    const remove = make("button", "quiet", t("Remove"));
    remove.type = "button";
    remove.addEventListener("click", () => (this.#drop(), this.#around.input.focus()));
    const size = `${width} × ${height}, ${Math.ceil(url.length / 1024)} KB`;
    const hint = t("Add words, or just send it.");
    const words = make("p", "", hint, Object.assign(make("small", "", size), { dir: "ltr" }));
    setText(this.#said, hint);
    named(preview, t("The picture that you chose"));
    this.#chip.replaceChildren(preview, words, remove);
    this.#chip.hidden = false;
    this.#around.input.focus();
  }

  #drop() {
    this.#chosen = null;
    this.#chip.hidden = true;
    this.#chip.replaceChildren();
    setText(this.#said, "");
  }

  /** @param {Event} event */
  #send(event) {
    const { talk, input } = this.#around;
    const chosen = this.#chosen;
    if (!chosen || !talk.conversation) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // or the words would be sent once more, alone
    const text = input.value.trim();
    const { url, width, height, preview } = chosen;
    named(preview, t("Picture, {width} × {height}", { width, height }));
    const words = text || t("Picture");
    talk.conversation.say(text, { url, words, show: (element) => put(preview, element) });
    input.value = "";
    this.#drop();
  }
}

/**
 * Above the words of a caption, once.
 * @param {HTMLCanvasElement} preview
 * @param {HTMLElement} element
 */
function put(preview, element) {
  if (!element.querySelector("canvas")) element.insertBefore(preview, element.lastElementChild);
}

/**
 * @param {HTMLCanvasElement} preview
 * @param {string} name
 */
function named(preview, name) {
  preview.className = "shown";
  preview.setAttribute("role", "img");
  preview.ariaLabel = name;
}

/**
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 */
function canvas(source, width, height) {
  const made = Object.assign(make("canvas"), { width, height });
  const pen = made.getContext("2d");
  if (!pen) return made;
  pen.fillStyle = "#fff"; // where the picture is transparent: a JPEG would be black there
  pen.fillRect(0, 0, width, height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, 0, 0, width, height);
  return made;
}

/**
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 * @param {number} quality
 */
const drawn = (source, width, height, quality) => canvas(source, width, height).toDataURL("image/jpeg", quality);
