import assert from "node:assert/strict";
import test from "node:test";
import { RETURN_MS, whenHidden } from "../../static_site/public/js/when_hidden.js";
import { Clock } from "./fakes.js";

/** A call on a page, with what the person has set. */
function call({ away, muted = false, hidden = false } = {}) {
  const page = Object.assign(new EventTarget(), { hidden });
  const clock = new Clock();
  const over = new AbortController();
  const told = [];
  const talk = {
    muted,
    stopped: 0,
    mute: (now) => void (talk.muted = now),
    stop: () => {
      talk.stopped += 1;
      over.abort();
    },
  };
  const one = {
    ...{ page, clock, over, told, talk, away },
    show(shown) {
      page.hidden = !shown;
      page.dispatchEvent(new Event("visibilitychange"));
    },
  };
  const { schedule } = clock;
  const notify = (text) => told.push(text);
  whenHidden({ page, wish: () => one.away, talk, schedule, today: () => clock.now, notify }, over.signal);
  return one;
}

test("a call goes on when the page is left, if nothing else was asked for", () => {
  const { show, talk, told, clock } = call();
  show(false);
  clock.pass(3_600_000);
  show(true);
  assert.deepEqual([talk.muted, talk.stopped, told], [false, 0, []]);
});

test("asked for, it mutes the person while they are away, and tells them when it hears them again", () => {
  const { show, talk, told, clock } = call({ away: "mute" });
  show(false);
  assert.equal(talk.muted, true);
  clock.pass(3_600_000);
  assert.deepEqual([talk.stopped, told], [0, []]);
  show(true);
  assert.equal(talk.muted, false);
  assert.equal(told.length, 1);
});

test("whoever was muted before stays muted", () => {
  for (const away of ["mute", "end"]) {
    const { show, talk, told } = call({ away, muted: true });
    show(false);
    show(true);
    assert.deepEqual([talk.muted, told], [true, []], away);
  }
});

test("asked for, it ends after a while; in that while nothing is heard, and who comes back goes on", () => {
  const { show, talk, told, clock } = call({ away: "end" });
  show(false);
  assert.equal(talk.muted, true);
  clock.pass(RETURN_MS - 1);
  show(true);
  assert.deepEqual([talk.muted, talk.stopped, clock.waiting], [false, 0, 0]);
  show(false);
  clock.pass(RETURN_MS);
  assert.deepEqual([talk.stopped, told.length], [1, 1]);
  show(true);
  assert.match(told[1], /ended while you were away/);
  show(false);
  show(true);
  assert.deepEqual([talk.stopped, told.length], [1, 2]);
});

test("a page that slept over the moment ends the call when it wakes, before it is heard again", () => {
  const { show, talk, told, clock } = call({ away: "end" });
  show(false);
  clock.now += 2 * RETURN_MS; // no timer has run
  show(true);
  assert.deepEqual([talk.stopped, talk.muted], [1, true]);
  assert.match(told[0], /ended while you were away/);
  assert.equal(clock.waiting, 0);
});

test("the setting counts that there is when the page is left", () => {
  const one = call({ away: "end" });
  one.away = undefined;
  one.show(false);
  one.clock.pass(RETURN_MS);
  assert.deepEqual([one.talk.stopped, one.talk.muted], [0, false]);
  one.show(true);
  one.away = "mute";
  one.show(false);
  assert.equal(one.talk.muted, true);
});

test("a call that begins on a hidden page is treated alike; one that is over is left alone", () => {
  assert.equal(call({ away: "mute", hidden: true }).talk.muted, true);
  const one = call({ away: "end" });
  one.show(false);
  one.over.abort();
  assert.equal(one.clock.waiting, 0);
  one.talk.muted = false;
  one.show(true);
  one.show(false);
  assert.deepEqual([one.talk.muted, one.talk.stopped, one.told], [false, 0, []]);
});
