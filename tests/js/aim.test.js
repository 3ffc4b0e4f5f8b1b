import assert from "node:assert/strict";
import test from "node:test";
import { isAimed, whenAimed } from "../../static_site/public/js/aim.js";

const BOX = { left: 500, top: 300, width: 80, height: 60 };
const button = { getBoundingClientRect: () => BOX };

/** What a way with these points tells. */
function follow(points, pointerType = "mouse") {
  const area = new EventTarget();
  let told = 0;
  const stop = whenAimed(area, button, () => told++);
  for (const [clientX, clientY] of points) {
    area.dispatchEvent(Object.assign(new Event("pointermove"), { clientX, clientY, pointerType }));
  }
  return { told, stop, area };
}

const way = ([x, y], [toX, toY], steps = 40) =>
  Array.from({ length: steps + 1 }, (_, n) => [x + ((toX - x) * n) / steps, y + ((toY - y) * n) / steps]);

test("a mouse that comes straight is noticed once, long before it is there", () => {
  assert.equal(follow(way([20, 330], [540, 330])).told, 1);
  assert.equal(follow(way([20, 330], [100, 335])).told, 1, "440 px away");
  assert.equal(follow(way([540, 20], [540, 330])).told, 1);
  assert.equal(follow(way([20, 330], [540, 330]), "touch").told, 0);
});

test("one that goes elsewhere, trembles, or rests on the button is not", () => {
  assert.equal(follow(way([20, 330], [20, 700])).told, 0);
  assert.equal(follow(way([400, 330], [20, 330])).told, 0, "away from it");
  assert.equal(follow(way([20, 100], [900, 100])).told, 0, "past it");
  assert.equal(follow([[20, 330], [30, 330], [20, 331], [34, 330]]).told, 0);
});

test("close by, the direction counts less", () => {
  assert.equal(isAimed({ x: 460, y: 400 }, { x: 470, y: 370 }, BOX), true);
  assert.equal(isAimed({ x: 60, y: 400 }, { x: 70, y: 370 }, BOX), false);
});

test("two approaches are told twice, and stopping ends it", () => {
  const there = way([20, 330], [300, 330]);
  const { told, stop, area } = follow([...there, ...way([300, 330], [20, 330]), ...there]);
  assert.equal(told, 2);
  stop();
  assert.doesNotThrow(() => area.dispatchEvent(new Event("pointermove")));
});
