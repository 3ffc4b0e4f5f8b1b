/** How large a picture is, read from the head of its file: to decode one of a few MB may take gigabytes. Pure. */

/** Most pixels that are decoded, at 4 bytes each; photographs have up to 50 million. */
export const MOST_PIXELS = 60_000_000;

/** JPEG markers of a frame, which tells its size, and markers that have no length after them. */
const isFrame = (/** @type {number} */ marker) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const isBare = (/** @type {number} */ marker) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * @param {ArrayBuffer} file
 * @returns {number} how many pixels it has; 0 if that is not found, as in a kind that is not known here
 */
export function pixelsOf(file) {
  const view = new DataView(file);
  const text = (/** @type {number} */ at, length = 4) => String.fromCharCode(...new Uint8Array(file, at, length));
  try {
    if (text(1, 3) === "PNG") return view.getUint32(16) * view.getUint32(20);
    if (text(0, 3) === "GIF") return view.getUint16(6, true) * view.getUint16(8, true);
    if (text(0, 2) === "BM") return Math.abs(view.getInt32(18, true) * view.getInt32(22, true));
    if (view.getUint16(0) === 0xffd8) return ofJpeg(view);
    if (text(0) === "RIFF" && text(8) === "WEBP") return ofWebp(view, text(12));
    if (text(4) === "ftyp") return ofBoxes(view);
  } catch {
    // It is cut short, and no decoder will read it.
  }
  return 0;
}

/** @param {DataView} view */
function ofJpeg(view) {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return 0;
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return view.getUint16(at + 5) * view.getUint16(at + 7);
    if (marker === 0xff) at += 1;
    else at += 2 + (isBare(marker) ? 0 : view.getUint16(at + 2));
  }
}

/**
 * @param {DataView} view
 * @param {string} kind of its first chunk
 */
function ofWebp(view, kind) {
  const at = (/** @type {number} */ place) => view.getUint16(place, true);
  if (kind === "VP8 ") return (at(26) & 0x3fff) * (at(28) & 0x3fff);
  const bits = view.getUint32(21, true);
  if (kind === "VP8L") return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
  const three = (/** @type {number} */ place) => at(place) + view.getUint8(place + 2) * 65_536 + 1;
  return kind === "VP8X" ? three(24) * three(27) : 0;
}

/** AVIF and HEIC: the largest of the images in it, which may be made of tiles. @param {DataView} view */
function ofBoxes(view) {
  let most = 0;
  const end = Math.min(view.byteLength - 16, 65_536); // they stand at its head
  for (let at = 8; at <= end; at++) {
    if (view.getUint32(at) === 0x69737065) most = Math.max(most, view.getUint32(at + 8) * view.getUint32(at + 12)); // "ispe"
  }
  return most;
}
