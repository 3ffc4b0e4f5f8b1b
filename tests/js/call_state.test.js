import assert from "node:assert/strict";
import test from "node:test";
import { CallState, WORDS, inCall } from "../../static_site/public/js/call_state.js";

const STATES = ["idle", "asking-mic", "connecting", "live", "reconnecting", "ended", "failed"];

/** Ways to reach each state from idle. */
const PATHS = {
  idle: [],
  "asking-mic": ["asking-mic"],
  connecting: ["asking-mic", "connecting"],
  live: ["asking-mic", "connecting", "live"],
  reconnecting: ["asking-mic", "connecting", "live", "reconnecting"],
  ended: ["asking-mic", "connecting", "live", "ended"],
  failed: ["failed"],
};
const ALLOWED = {
  idle: ["asking-mic", "failed"],
  "asking-mic": ["connecting", "failed", "idle"],
  connecting: ["live", "failed", "idle"],
  live: ["reconnecting", "ended", "failed"],
  reconnecting: ["live", "ended", "failed"],
  ended: ["asking-mic", "failed"],
  failed: ["asking-mic", "idle"],
};

function at(state) {
  const changes = [];
  const made = new CallState((now, before) => changes.push([before, now]));
  for (const step of PATHS[state]) assert.ok(made.move(step));
  changes.length = 0;
  return { made, changes };
}

for (const from of STATES) {
  test(`from ${from}: only the ways of the design`, () => {
    for (const to of STATES) {
      const { made, changes } = at(from);
      const allowed = ALLOWED[from].includes(to);
      assert.equal(made.move(to), allowed, `to ${to}`);
      assert.equal(made.current, allowed ? to : from);
      assert.deepEqual(changes, allowed ? [[from, to]] : []);
    }
  });
}

test("a name that is no state is a mistake", () => {
  assert.throws(() => at("idle").made.move("minting"), RangeError);
});

test("every state has a name and a label for its button, and the button stops exactly the calls", () => {
  assert.deepEqual(Object.keys(WORDS).sort(), [...STATES].sort());
  for (const state of STATES) {
    assert.ok(WORDS[state].name && WORDS[state].action);
    assert.equal(/^(Stop|Cancel)$/.test(WORDS[state].action), inCall(state), state);
  }
});
