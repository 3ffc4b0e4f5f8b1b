/**
 * What was chosen under "More", kept on this device. As in store.js: storage may be full, forbidden or hold anything, so
 * every read is checked and every write may fail silently.
 */

/** main.js looks for this key, to load this part ahead of a call. */
const KEY = "voicemint.more";
const LABEL_LIMIT = 200;

export class Remembered {
  /** @type {Voice.Wishes} */
  wishes;
  #storage;

  /** @param {() => Storage} storage reading `localStorage` may itself throw, so it is a function */
  constructor(storage) {
    this.#storage = storage;
    this.wishes = checked(this.#read());
  }

  /** @param {{ [K in keyof Voice.Wishes]: Voice.Wishes[K] | undefined }} changed undefined takes a wish back */
  keep(changed) {
    this.wishes = checked({ ...this.wishes, ...changed });
    try {
      if (Object.keys(this.wishes).length) this.#storage().setItem(KEY, JSON.stringify(this.wishes));
      else this.#storage().removeItem(KEY);
    } catch {
      // Full, or forbidden by the person: the wishes hold until the page is closed.
    }
  }

  #read() {
    try {
      return JSON.parse(this.#storage().getItem(KEY) ?? "null");
    } catch {
      return null;
    }
  }
}

/**
 * @param {any} given
 * @returns {Voice.Wishes}
 */
function checked(given) {
  const { speed, language, volume, away } = given ?? {};
  /** @type {Voice.Wishes} */
  const wishes = {};
  if (within(speed, 0.25, 1.5)) wishes.speed = speed;
  if (typeof language === "string" && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language)) wishes.language = language;
  if (within(volume, 0, 1)) wishes.volume = volume;
  if (away === "mute" || away === "end") wishes.away = away;
  for (const kind of /** @type {const} */ (["microphone", "speaker"])) {
    const { id, label } = given?.[kind] ?? {};
    if (id && typeof id === "string" && typeof label === "string")
      wishes[kind] = { id: id.slice(0, LABEL_LIMIT), label: label.slice(0, LABEL_LIMIT) };
  }
  return wishes;
}

/**
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 */
const within = (value, least, most) => typeof value === "number" && value >= least && value <= most;
