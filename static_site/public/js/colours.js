/** Colours that the model asks for: checked before use, and measured so that text stays readable. Pure. */

/** Text below this contrast is refused; WCAG asks 3 to 1 of large text. */
export const LOWEST_CONTRAST = 3;

/**
 * @param {unknown} asked what the model gave
 * @param {(property: string, value: string) => boolean} supports CSS.supports
 * @returns {string | null} a colour that is safe to set, or null
 */
export function acceptColour(asked, supports) {
  if (typeof asked !== "string" || asked.length > 64) return null;
  const text = asked.trim().toLowerCase();
  const isPlain = /^[a-z]+( [a-z]+)*$|^#[0-9a-f]{3,8}$|^(rgb|hsl|hwb|lab|lch|oklab|oklch)\([0-9a-z.,%/ +-]+\)$/.test(
    text,
  );
  const isKeyword = /^(inherit|initial|unset|revert|revert-?layer|currentcolor|transparent|auto|none)$/.test(text);
  if (!isPlain || isKeyword) return null;
  const colour = /\(/.test(text) ? text : text.replaceAll(" ", ""); // "light blue" is said as two words
  return supports("color", colour) ? colour : null;
}

/**
 * Relative luminance, as WCAG 2 defines it.
 * @param {Voice.Rgb} rgb
 */
function luminance(rgb) {
  const [r, g, b] = /** @type {Voice.Rgb} */ (
    rgb.map((value) => (value / 255 <= 0.04045 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4))
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * @param {Voice.Rgb} a
 * @param {Voice.Rgb} b
 * @returns {number} 1 to 21
 */
export function contrast(a, b) {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * @param {Voice.Rgb} background
 * @returns {"light" | "dark"} the scheme of the text, black or white, that reads better on it: always 4.5 to 1 or more
 */
export const schemeFor = (background) =>
  contrast(background, [0, 0, 0]) >= contrast(background, [255, 255, 255]) ? "light" : "dark";
