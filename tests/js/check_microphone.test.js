import assert from "node:assert/strict";
import test from "node:test";
import { RAW, checkMicrophone, judge } from "../../static_site/public/js/check_microphone.js";
import { Clock, FakeStream, mediaFault, settle } from "./fakes.js";

const device = { running: true, muted: false, name: "Headset" };
const frames = (count, rms, peak = rms * 3) => Array.from({ length: count }, () => ({ rms, peak }));
/** Room noise, and words with gaps between them. */
const speech = [...frames(20, 0.0004), ...frames(8, 0.05), ...frames(4, 0.0005), ...frames(8, 0.03)];

test("a voice above the room's noise is good", () => {
  assert.deepEqual(judge(speech, device), { state: "good", text: "It hears you.", note: "Headset" });
});

test("a quiet voice and no noise at all, as a noise gate has it, is good too", () => {
  assert.equal(judge([...frames(40, 0), ...frames(6, 0.004), ...frames(6, 0), ...frames(8, 0.006)], device).state, "good");
});

test("not even noise is a dead or muted microphone; faint noise is a working one that nobody spoke to", () => {
  const dead = judge(frames(160, 0), device);
  assert.equal(dead.state, "bad");
  assert.match(dead.text, /no sound at all/);
  const quiet = judge(frames(160, 0.00003), device);
  assert.equal(quiet.state, "warning");
  assert.match(quiet.text, /works, but it heard nobody/);
});

test("silence before the device has begun does not make a working one dead", () => {
  assert.equal(judge([...frames(100, 0), ...frames(60, 0.0003)], device).state, "warning");
});

test("a steady hum is no voice", () => {
  const hum = judge(frames(160, 0.05), device);
  assert.equal(hum.state, "warning");
  assert.match(hum.text, /steady/);
});

test("nor is one that begins after a while", () => {
  assert.match(judge([...frames(60, 0), ...frames(100, 0.05)], device).text, /steady/);
});

test("a knock is no voice", () => {
  assert.equal(judge([...frames(150, 0.0004), ...frames(3, 0.3)], device).state, "warning");
});

test("a microphone that the system mutes is named so", () => {
  const muted = judge(frames(160, 0), { ...device, muted: true });
  assert.equal(muted.state, "bad");
  assert.match(muted.text, /muted/);
});

test("if the browser measured nothing, the microphone is not blamed", () => {
  assert.equal(judge(frames(160, 0), { ...device, running: false }).state, "skipped");
});

/** Runs the step on a fake microphone that gives these frames, and then nothing. */
function run(given, { stream = new FakeStream(), getUserMedia = async () => stream } = {}) {
  const clock = new Clock();
  const stop = new AbortController();
  const levels = [];
  const asked = [];
  const left = [...given];
  const parts = {
    getUserMedia: (constraints) => (asked.push(constraints), getUserMedia(constraints)),
    meterOf: () => ({ read: () => left.shift() ?? { rms: 0, peak: 0 }, running: () => true }),
    schedule: clock.schedule,
  };
  const done = checkMicrophone(parts, (level) => levels.push(level), stop.signal);
  done.catch(() => {});
  const pass = async (ms) => {
    for (let at = 0; at < ms; at += 50) {
      await settle();
      clock.pass(50);
    }
    await settle();
  };
  return { done, stream, stop, levels, asked, left, pass, clock };
}

test("it is opened without the browser's clean-up, ends as soon as a voice is certain, and is closed", async () => {
  const step = run([...speech, ...frames(100, 0.03)]);
  await step.pass(3_000);
  assert.equal((await step.done).state, "good");
  assert.deepEqual(step.asked, [RAW]);
  assert.ok(step.left.length > 90, "it does not listen longer than it must");
  assert.equal(step.stream.tracks[0].readyState, "ended");
  assert.equal(step.levels.at(-1), null);
  assert.ok(step.levels.slice(0, -1).every((level) => level >= 0 && level <= 1));
  assert.ok(Math.max(...step.levels) > 0.5, "a voice moves the meter");
});

test("it waits eight seconds for a voice, and no longer", async () => {
  const step = run([]);
  await step.pass(7_900);
  assert.equal(step.stream.tracks[0].readyState, "live");
  await step.pass(200);
  assert.match((await step.done).text, /no sound at all/);
  assert.equal(step.clock.waiting, 0);
});

for (const [name, words] of [
  ["NotAllowedError", /microphone is blocked/],
  ["NotFoundError", /No microphone found/],
  ["NotReadableError", /in use/],
]) {
  test(`${name} is told in the page's words`, async () => {
    const outcome = await run([], { getUserMedia: async () => Promise.reject(mediaFault(name)) }).done;
    assert.equal(outcome.state, "bad");
    assert.match(outcome.text, words);
    assert.ok(outcome.hint);
  });
}

test("a microphone that is unplugged meanwhile is lost", async () => {
  const step = run(frames(10, 0.0004));
  await step.pass(300);
  step.stream.tracks[0].stop();
  await step.pass(100);
  assert.match((await step.done).text, /went away/);
});

test("stopping closes the microphone, also one that is allowed too late", async () => {
  const step = run(frames(200, 0.0004));
  await step.pass(300);
  step.stop.abort();
  await step.pass(100);
  await assert.rejects(step.done, { name: "AbortError" });
  assert.equal(step.stream.tracks[0].readyState, "ended");
  let allow;
  const late = run([], { getUserMedia: () => new Promise((resolve) => (allow = resolve)) });
  late.stop.abort();
  allow(late.stream);
  await settle();
  await assert.rejects(late.done, { name: "AbortError" });
  assert.equal(late.stream.tracks[0].readyState, "ended");
});
