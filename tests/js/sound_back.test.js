import assert from "node:assert/strict";
import test from "node:test";
import { bringSoundBack } from "../../static_site/public/js/sound_back.js";
import { Clock } from "./fakes.js";

function phone() {
  const clock = new Clock();
  const over = new AbortController();
  const page = Object.assign(new EventTarget(), { hidden: false });
  const player = Object.assign(new EventTarget(), { srcObject: {} });
  const context = Object.assign(new EventTarget(), { state: "running" });
  const audioSession = Object.assign(new EventTarget(), { state: "active" });
  const did = [];
  const sound = { context, play: () => did.push("play") };
  const askForTap = () => did.push("ask");
  bringSoundBack({ sound, player, page, audioSession, now: () => clock.now, askForTap }, over.signal);
  const show = (shown) => ((page.hidden = !shown), page.dispatchEvent(new Event("visibilitychange")));
  const become = (thing, state) => ((thing.state = state), thing.dispatchEvent(new Event("statechange")));
  const pause = () => player.dispatchEvent(new Event("pause"));
  return { clock, over, player, context, audioSession, did, show, become, pause };
}

test("sound that stopped while the page was hidden is started when it returns, and not before", () => {
  const { context, did, show, become, pause } = phone();
  show(false);
  become(context, "interrupted");
  pause();
  assert.deepEqual(did, []);
  show(true);
  assert.deepEqual(did, ["play"]);
});

test("a context that stops in sight is resumed; one that runs or is closed is left alone", () => {
  for (const [state, expected] of [
    ["interrupted", ["play"]],
    ["suspended", ["play"]],
    ["running", []],
    ["closed", []],
  ]) {
    const { context, did, become } = phone();
    become(context, state);
    assert.deepEqual(did, expected, state);
  }
});

test("during a telephone call nothing is tried; after it the sound comes back", () => {
  const { audioSession, did, become, pause, clock } = phone();
  become(audioSession, "interrupted");
  pause();
  clock.pass(60_000);
  assert.deepEqual(did, []);
  become(audioSession, "active");
  assert.deepEqual(did, ["play"]);
});

test("paused again at once, it asks for a tap instead of trying for ever", () => {
  const { did, pause, clock } = phone();
  pause();
  clock.pass(100);
  pause();
  assert.deepEqual(did, ["play", "ask"]);
  clock.pass(5000);
  pause();
  assert.deepEqual(did, ["play", "ask", "play"]);
});

test("the end of a call, which pauses too, starts nothing; nor does anything after it", () => {
  const { player, over, did, show, pause } = phone();
  player.srcObject = null;
  pause();
  player.srcObject = {};
  over.abort();
  pause();
  show(true);
  assert.deepEqual(did, []);
});
