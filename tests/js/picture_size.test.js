import assert from "node:assert/strict";
import test from "node:test";
import { MOST_PIXELS, pixelsOf } from "../../static_site/public/js/picture_size.js";

/** A file of these bytes; text stands for its characters. */
const file = (...parts) =>
  Uint8Array.from(parts.flatMap((one) => (typeof one === "string" ? [...one].map((letter) => letter.charCodeAt(0)) : one))).buffer;
const zeros = (length) => Array.from({ length }, () => 0);
const big = (value, bytes = 4) => Array.from({ length: bytes }, (_, at) => (value >>> (8 * (bytes - 1 - at))) & 255);
const little = (value, bytes = 4) => big(value, bytes).reverse();
const png = (width, height) => file([0x89], "PNG\r\n\x1a\n", big(13), "IHDR", big(width), big(height));

test("a picture's size is read from the head of its file", () => {
  const jpeg = [[0xff, 0xd8, 0xff, 0xe1], big(6, 2), "Exif", [0xff, 0xff, 0xc4], big(4, 2), [1, 2]];
  const frame = [[0xff, 0xc2], big(17, 2), [8], big(300, 2), big(400, 2)];
  const image = (width, height) => [big(20), "ispe", zeros(4), big(width), big(height)];
  const found = {
    png: png(400, 300),
    gif: file("GIF89a", little(400, 2), little(300, 2)),
    bmp: file("BM", zeros(16), little(400), little(-300)),
    jpeg: file(...jpeg, ...frame),
    lossy: file("RIFF", zeros(4), "WEBPVP8 ", zeros(10), little(400, 2), little(300, 2)),
    lossless: file("RIFF", zeros(4), "WEBPVP8L", zeros(4), [0x2f], little(399 | (299 << 14))),
    extended: file("RIFF", zeros(4), "WEBPVP8X", zeros(8), little(399, 3), little(299, 3)),
    avif: file(big(16), "ftypavif", zeros(8), ...image(40, 30), ...image(400, 300), zeros(8)),
  };
  for (const [kind, one] of Object.entries(found)) assert.equal(pixelsOf(one), 120_000, kind);
});

test("a small file of 900 million pixels is known as such", () => {
  assert.ok(pixelsOf(png(30_000, 30_000)) > MOST_PIXELS);
  assert.ok(pixelsOf(png(8_000, 6_000)) < MOST_PIXELS, "a photograph");
});

test("what is cut short, or of another kind, tells no size", () => {
  for (const one of [file(), file("PNG"), file([0x89], "PNG"), file([0xff, 0xd8, 0xff]), file([0xff, 0xd8, 1, 2, 3, 4]), file("II*\0", zeros(40))])
    assert.equal(pixelsOf(one), 0);
});
