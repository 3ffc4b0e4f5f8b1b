import assert from "node:assert/strict";
import test from "node:test";
import { Rosette } from "../../static_site/public/js/rosette.js";

test("on a zoomed page, where its size is a fraction, the canvas is not made anew with every frame", () => {
  Object.assign(globalThis, { devicePixelRatio: 1.1, cancelAnimationFrame() {}, getComputedStyle: () => ({}) });
  globalThis.ResizeObserver = class {
    observe() {}
  };
  let [width, made] = [0, 0];
  const pen = new Proxy({}, { get: () => () => {}, set: () => true });
  const canvas = Object.assign(new EventTarget(), { clientWidth: 300.5, getContext: () => pen });
  Object.defineProperty(canvas, "width", { get: () => width, set: (value) => ((width = Math.trunc(value)), (made += 1)) });
  const rosette = new Rosette(canvas, { matches: true });
  for (let frame = 0; frame < 3; frame++) rosette.draw();
  assert.deepEqual([width, made], [331, 1]);
});
