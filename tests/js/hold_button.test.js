import assert from "node:assert/strict";
import test from "node:test";
import { wireHold } from "../../static_site/public/js/hold_button.js";

/** A button, and what it told. */
function made() {
  const told = [];
  const button = new EventTarget();
  button.toggleAttribute = (_, on) => (button.held = on);
  button.setPointerCapture = () => {};
  wireHold(
    button,
    () => told.push("press"),
    () => told.push("release"),
  );
  /** @returns {Event} */
  const fire = (name, fields = {}) => {
    const event = Object.assign(new Event(name, { cancelable: true }), fields);
    button.dispatchEvent(event);
    return event;
  };
  return { button, told, fire };
}

test("a finger presses and releases once, whatever else the browser tells of its going", () => {
  const { button, told, fire } = made();
  fire("pointerdown", { button: 0 });
  assert.equal(button.held, true);
  for (const name of ["pointerup", "lostpointercapture", "blur"]) fire(name);
  assert.deepEqual([told, button.held], [["press", "release"], false]);
});

test("losing the button in any way lets it go", () => {
  for (const name of ["pointercancel", "lostpointercapture", "blur"]) {
    const { told, fire } = made();
    fire("pointerdown", { button: 0 });
    fire(name);
    assert.deepEqual(told, ["press", "release"], name);
  }
});

for (const key of [" ", "Enter"]) {
  test(`the ${key === " " ? "space" : "enter"} key holds it, without scrolling or repeating`, () => {
    const { told, fire } = made();
    assert.ok(fire("keydown", { key }).defaultPrevented);
    assert.ok(fire("keydown", { key, repeat: true }).defaultPrevented);
    fire("keyup", { key: "a" });
    assert.deepEqual(told, ["press"]);
    fire("keyup", { key });
    assert.deepEqual(told, ["press", "release"]);
  });
}

test("other keys, other mouse buttons and a long touch's menu do nothing", () => {
  const { told, fire } = made();
  assert.ok(!fire("keydown", { key: "Tab" }).defaultPrevented);
  fire("pointerdown", { button: 2 });
  assert.ok(fire("contextmenu").defaultPrevented);
  assert.deepEqual(told, []);
});
