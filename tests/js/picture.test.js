import assert from "node:assert/strict";
import test from "node:test";
import { MOST_BYTES, carried, fit, whyNot } from "../../static_site/public/js/picture.js";

const JPEG = "data:image/jpeg;base64,";
/** Draws what takes so many characters a pixel at full quality, and notes what was asked for. */
function drawer(perPixel) {
  const asked = [];
  const draw = (width, height, quality) => {
    asked.push([width, height, quality]);
    return JPEG + "A".repeat(Math.round(width * height * quality * perPixel));
  };
  return { asked, draw };
}

test("an easy picture is sent at its best, and a small one is not made larger", () => {
  const { asked, draw } = drawer(0.01);
  const { width, height } = fit({ width: 4000, height: 3000 }, draw);
  assert.deepEqual([width, height, asked.length], [1024, 768, 1]);
  const small = fit({ width: 40, height: 30 }, draw);
  assert.deepEqual([small.width, small.height], [40, 30]);
});

test("a picture keeps its shape, however thin", () => {
  const { draw } = drawer(0.01);
  const { width, height } = fit({ width: 20_000, height: 3 }, draw);
  assert.deepEqual([width, height], [1024, 1]);
});

test("one that does not fit is drawn worse, then smaller, until it does", () => {
  const { asked, draw } = drawer(0.9);
  const { url } = fit({ width: 1024, height: 1024 }, draw);
  assert.ok(url.length < 160_000);
  assert.deepEqual(asked.slice(0, 4), [
    [1024, 1024, 0.85],
    [1024, 1024, 0.7],
    [1024, 1024, 0.5],
    [768, 768, 0.85],
  ]);
});

test("a channel that takes less gets less; words and frame have their room", () => {
  const { draw } = drawer(0.3);
  const source = { width: 1024, height: 1024 };
  assert.ok(fit(source, draw, 65_536).url.length + 2_000 * 4 <= 65_536);
  assert.ok(fit(source, draw, Infinity).url.length + 2_000 * 4 <= 160_000);
  assert.equal(fit(source, draw, 8_000), null);
});

test("a browser that may not draw gives no picture", () => {
  assert.equal(
    fit({ width: 10, height: 10 }, () => "data:,"),
    null,
  );
});

test("what cannot be shown is refused, with what can", () => {
  const refused = [
    { type: "text/plain", size: 10 },
    { type: "image/svg+xml", size: 10 },
    { type: "", size: 10 },
    { type: "image/jpeg", size: MOST_BYTES + 1 },
  ];
  for (const file of refused) assert.match(whyNot(file), /JPEG, PNG, WebP or GIF file of up to 25 MB/, file.type);
  for (const type of ["image/jpeg", "image/png", "image/webp", "image/heic"]) assert.equal(whyNot({ type, size: 1 }), "");
});

test("what is pasted is the picture, unless words came with it; what is dropped always is", () => {
  const file = { name: "cat.png" };
  const data = (text, files = [file]) => ({ files, getData: () => text });
  assert.equal(carried({ defaultPrevented: false, clipboardData: data("") }), file);
  assert.equal(carried({ defaultPrevented: false, clipboardData: data("cat.png") }), file, "as macOS copies a file");
  assert.equal(carried({ defaultPrevented: false, clipboardData: data("1\t2\t3") }), undefined, "cells, and how they look");
  assert.equal(carried({ defaultPrevented: false, clipboardData: data("words", []) }), undefined);
  assert.equal(carried({ defaultPrevented: false, dataTransfer: data("file:///cat.png") }), file);
  assert.equal(carried({ defaultPrevented: true, dataTransfer: data("") }), undefined, "the page has taken it itself");
});
