import assert from "node:assert/strict";
import test from "node:test";
import { Sound } from "../../static_site/public/js/sound.js";
import { settle } from "./fakes.js";

/** The page's own player, a context in some state, and a system that may refuse to play. */
function parts({ state = "running", refuses } = {}) {
  const did = [];
  const player = {
    srcObject: null,
    play: async () => {
      did.push("play");
      if (refuses) throw new DOMException("told by the browser", refuses);
    },
    pause: () => did.push("pause"),
  };
  class Context {
    state = state;
    resume = async () => void did.push("resume");
    close = async () => void (this.state = "closed");
  }
  const sound = new Sound(player, Context, () => did.push("blocked"));
  return { sound, player, did };
}

test("a context that does not run is woken inside the tap, whatever Safari calls its state", () => {
  for (const [state, expected] of [
    ["suspended", ["resume"]],
    ["interrupted", ["resume"]],
    ["running", []],
  ]) {
    assert.deepEqual(parts({ state }).did, expected, state);
  }
});

test("a browser that wants a tap is asked for one; another fault is not a question of taps", async () => {
  for (const [refuses, expected] of [
    ["NotAllowedError", ["play", "blocked"]],
    ["AbortError", ["play"]],
  ]) {
    const { sound, did } = parts({ refuses });
    sound.play();
    await settle();
    assert.deepEqual(did, expected);
  }
});
