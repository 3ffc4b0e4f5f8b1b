/**
 * The page's two colours that tools may change. The style sheet mixes everything else from them. A background brings
 * the colour scheme that reads best on it; a text colour is dropped when a new background makes it unreadable.
 */
import { LOWEST_CONTRAST, contrast, schemeFor } from "./colours.js";
import { t } from "./words.js";

export class Theme {
  #root;
  #toRgb;
  #onChange;

  /**
   * @param {HTMLElement} root
   * @param {(colour: string) => Voice.Rgb} toRgb
   * @param {(changed: boolean) => void} onChange whether the colours now differ from the page's own
   */
  constructor(root, toRgb, onChange) {
    this.#root = root;
    this.#toRgb = toRgb;
    this.#onChange = onChange;
  }

  /**
   * @param {string} colour
   * @returns {string} what was done, in words
   */
  setBackground(colour) {
    const { style } = this.#root;
    style.setProperty("--paper", colour);
    style.colorScheme = schemeFor(this.#toRgb(colour));
    this.#tint(true);
    const ink = style.getPropertyValue("--ink");
    if (!ink || contrast(this.#toRgb(ink), this.#toRgb(colour)) >= LOWEST_CONTRAST)
      return t("The background is {colour}.", { colour });
    style.removeProperty("--ink");
    return t("The background is {colour}. The text colour could not be read on it and was reset.", { colour });
  }

  /**
   * @param {string} colour
   * @returns {string | null} what was done, or null if it could not be read on the background
   */
  setText(colour) {
    const paper = getComputedStyle(this.#root).backgroundColor;
    if (contrast(this.#toRgb(colour), this.#toRgb(paper)) < LOWEST_CONTRAST) return null;
    this.#root.style.setProperty("--ink", colour);
    this.#tint(true);
    return t("The text is {colour}.", { colour });
  }

  reset() {
    this.#root.style.removeProperty("--paper");
    this.#root.style.removeProperty("--ink");
    this.#root.style.colorScheme = "";
    this.#tint(false);
  }

  /** @param {boolean} tinted */
  #tint(tinted) {
    this.#root.toggleAttribute("data-tinted", tinted);
    this.#onChange(tinted);
  }
}

/**
 * Reads any CSS colour by painting one pixel.
 * @param {Document} document
 * @returns {(colour: string) => Voice.Rgb}
 */
export function colourReader(document) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", {
    willReadFrequently: true,
  });
  return (colour) => {
    if (!context) return [255, 255, 255];
    context.fillStyle = "#fff";
    context.fillRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b];
  };
}
