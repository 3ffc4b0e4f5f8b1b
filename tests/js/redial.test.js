import assert from "node:assert/strict";
import test from "node:test";
import { CallFailure } from "../../static_site/public/js/failures.js";
import { redial } from "../../static_site/public/js/redial.js";
import { Clock, settle } from "./fakes.js";

/** A line that answers each attempt as the test says; `at` holds when each was made. */
function line(...answers) {
  const clock = new Clock();
  const network = new EventTarget();
  const stop = new AbortController();
  const made = { at: [], attempts: [], online: true, failure: null, result: null, clock, network, stop };
  const dial = async (attempt) => {
    made.at.push(clock.now);
    made.attempts.push(attempt);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    const { signal } = attempt;
    if (answer === "hangs") return new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason)));
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const world = { now: () => clock.now, schedule: clock.schedule, online: () => made.online, network };
  const done = Promise.resolve().then(() => redial(dial, world, stop.signal));
  done.then(
    (result) => (made.result = result),
    (failure) => (made.failure = failure),
  );
  made.pass = async (ms) => {
    for (let left = ms; left > 0; left -= 100) {
      await settle();
      clock.pass(Math.min(100, left));
    }
    await settle();
  };
  return made;
}

const away = new CallFailure("network");

test("the first attempt is made at once, and one that succeeds is the last", async () => {
  const made = line("a call");
  await settle();
  assert.deepEqual([made.at, made.result, made.clock.waiting], [[0], "a call", 0]);
});

test("further attempts come after growing pauses, then it is given up, in a plain sentence", async () => {
  const made = line(away);
  await made.pass(60_000);
  assert.deepEqual(made.at, [0, 1_000, 3_000, 7_000, 15_000]);
  assert.equal(made.failure.code, "connection_lost");
  assert.match(made.failure.detail, /5 times.*The server cannot be reached/);
  assert.equal(made.clock.waiting, 0);
});

test("an attempt that fails is followed by one that succeeds", async () => {
  const made = line(away, new CallFailure("upstream_unreachable", { status: 502 }), "a call");
  await made.pass(3_000);
  assert.deepEqual([made.at, made.result, made.failure], [[0, 1_000, 3_000], "a call", null]);
});

for (const [code, status] of [
  ["role_required", 403],
  ["sign_in_required", 401],
  ["sdp_refused", 404],
  ["rate_limited", 429],
  ["minutes_used_up", 429],
  ["daily_limit_reached", 429],
  ["wrong_call_mode", 409],
  ["mic_denied", 0],
]) {
  test(`${code} ends it at once, under its own name`, async () => {
    const refusal = new CallFailure(code, { status });
    const made = line(refusal);
    await made.pass(20_000);
    assert.deepEqual([made.at, made.failure], [[0], refusal]);
  });
}

for (const [code, status] of [
  ["too_many_calls", 429],
  ["token_expired", 401],
  ["ice_failed", 0],
  ["upstream_auth", 502],
]) {
  test(`${code} may pass, so it is tried again`, async () => {
    const made = line(new CallFailure(code, { status }), "a call");
    await made.pass(1_000);
    assert.deepEqual([made.at, made.result], [[0, 1_000], "a call"]);
  });
}

test("a place that stays taken is told as that", async () => {
  const made = line(new CallFailure("too_many_calls", { status: 429 }));
  await made.pass(20_000);
  assert.equal(made.failure.code, "too_many_calls");
});

test("the network's return cuts a pause short", async () => {
  const made = line(away, away, away, "a call");
  await made.pass(3_500);
  made.network.dispatchEvent(new Event("online"));
  await settle();
  assert.deepEqual([made.at, made.result], [[0, 1_000, 3_000, 3_500], "a call"]);
  assert.equal(made.clock.waiting, 0);
});

test("without a network no attempt is used up, and the first is made as soon as it is back", async () => {
  const gone = line("a call");
  gone.online = false;
  await gone.pass(40_000);
  assert.deepEqual(gone.at, []);
  gone.online = true;
  gone.network.dispatchEvent(new Event("online"));
  await settle();
  assert.deepEqual([gone.at, gone.result], [[40_000], "a call"]);
});

test("a network that stays away for a minute is the end", async () => {
  const made = line(away);
  await settle();
  made.online = false;
  await made.pass(60_000);
  assert.deepEqual([made.at, made.failure.code, made.clock.waiting], [[0], "connection_lost", 0]);
});

test("an attempt that hangs is ended, and does not eat the others' time", async () => {
  const made = line("hangs", "a call");
  await made.pass(21_000);
  assert.deepEqual([made.at, made.result], [[0, 21_000], "a call"]);
  assert.equal(made.attempts[0].signal.aborted, true);
});

test("all attempts together take no longer than a minute", async () => {
  const made = line("hangs");
  await made.pass(61_000);
  assert.equal(made.failure.code, "connection_lost");
  assert.equal(made.clock.waiting, 0);
  assert.ok(made.at.length === 3 && made.at.every((at) => at < 60_000));
});

test("a device that slept through a pause begins anew", async () => {
  const made = line(away);
  await made.pass(3_500);
  made.clock.pass(3_600_000); // the lid was shut
  await made.pass(20_000);
  const woken = 3_603_500;
  assert.deepEqual(made.at, [0, 1_000, 3_000, woken, woken + 1_000, woken + 3_000, woken + 7_000, woken + 15_000]);
});

test("Stop ends a pause and an attempt, and nothing is tried or left after it", async () => {
  const pausing = line(away);
  await pausing.pass(1_500);
  pausing.stop.abort();
  await settle();
  assert.equal(pausing.clock.waiting, 0);
  await pausing.pass(60_000);
  assert.deepEqual([pausing.at, pausing.clock.waiting], [[0, 1_000], 0]);
  const dialling = line("hangs");
  await dialling.pass(500);
  dialling.stop.abort();
  dialling.attempts[0].abort(); // as dialling does by itself
  await dialling.pass(60_000);
  assert.deepEqual([dialling.at, dialling.clock.waiting], [[0], 0]);
  assert.equal(dialling.failure.name, "AbortError");
});
