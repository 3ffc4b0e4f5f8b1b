/**
 * A picture for the assistant: checked, and drawn down until it fits one message. Drawing it anew also leaves behind
 * all that the file says beside the picture, such as where it was taken. Pure: drawing is passed in.
 */

/** Largest file that is opened; a photograph of a telephone has 2 to 8 MB. */
export const MOST_BYTES = 25 * 1024 * 1024;
/**
 * Longest message with a picture. The service announces no limit and closes the channel on what is too much for it;
 * browsers stop at 256 KB. A larger one would also hold up the voice on a slow network.
 */
const MOST_CHARACTERS = 160_000;
/** What a message holds beside the picture: its words and its frame. */
const FRAME = 8_500;
const LONGEST_SIDES = [1024, 768, 512, 320];
const QUALITIES = [0.85, 0.7, 0.5];

/**
 * @param {{ type: string, size: number }} file
 * @returns {string} why it cannot be shown, "" if it can
 */
export function whyNot({ type, size }) {
  if (!/^image\/(?!svg)/.test(type)) return "That is not a picture that can be shown. A picture can be a JPEG, PNG, WebP or GIF file of up to 25 MB.";
  if (size > MOST_BYTES) return TOO_LARGE;
  return "";
}

/** What to say of one that only much memory could open. */
export const TOO_LARGE = "That picture is too large. A picture can be a JPEG, PNG, WebP or GIF file of up to 25 MB.";

/** What to say of a file that no browser's decoder understands. */
export const UNREADABLE =
  "That picture could not be read. A picture can be a JPEG, PNG, WebP or GIF file of up to 25 MB.";

/**
 * The picture that someone pastes or drops; of what a program has copied as words and as a picture, the words are meant.
 * @param {{ defaultPrevented: boolean, clipboardData?: Voice.Carried | null, dataTransfer?: Voice.Carried | null }} event
 */
export function carried({ defaultPrevented, clipboardData, dataTransfer }) {
  const file = (clipboardData ?? dataTransfer)?.files[0];
  const words = clipboardData?.getData("text/plain");
  return defaultPrevented || (words && words !== file?.name) ? undefined : file;
}

/**
 * As large and as good as fits.
 * @param {{ width: number, height: number }} source
 * @param {(width: number, height: number, quality: number) => string} draw a data URL of it as a JPEG
 * @param {number} [longest] what the channel takes in one message, in bytes
 * @returns {Voice.Fitted | null} null if nothing fits
 */
export function fit(source, draw, longest = MOST_CHARACTERS) {
  const room = Math.min(longest, MOST_CHARACTERS) - FRAME;
  const side = Math.max(source.width, source.height);
  const scales = [...new Set(LONGEST_SIDES.map((most) => Math.min(1, most / side)))];
  for (const scale of scales) {
    const width = Math.max(1, Math.round(source.width * scale));
    const height = Math.max(1, Math.round(source.height * scale));
    for (const quality of QUALITIES) {
      const url = draw(width, height, quality);
      // A browser that cannot draw (its memory is full, or privacy settings forbid it) gives something else.
      if (url.startsWith("data:image/jpeg;base64,") && url.length <= room) return { url, width, height };
    }
  }
  return null;
}
