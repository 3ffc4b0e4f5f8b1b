import assert from "node:assert/strict";
import test from "node:test";
import { CallFailure } from "../../static_site/public/js/failures.js";
import { CHOICES, allClosed, bearer, comeUp, page, turns } from "./ahead.js";
import { FakePeer, TOKEN, json, mediaFault, session } from "./fakes.js";

test("a line that was made ahead is used: Start only opens the microphone", async () => {
  const { browser, mints, exchanges, start, prepare, opened } = await page();
  let asked = 0;
  const { getUserMedia } = browser;
  browser.getUserMedia = (wanted) => (asked++, getUserMedia(wanted));
  const peer = await prepare(CHOICES, "near");
  const voice = {};
  peer.dispatchEvent(Object.assign(new Event("track"), { streams: [voice] }));
  browser.clock.now += 100;
  await comeUp(peer);
  await prepare(CHOICES, "near");
  await prepare(CHOICES, "press");
  assert.deepEqual([mints().length, exchanges().length, FakePeer.made.length], [1, 1, 1]);
  assert.deepEqual([asked, peer.sender.track, opened], [0, null, []], "nobody is listened to");
  browser.clock.now += 1_900;

  const started = await start();
  assert.deepEqual([mints().length, exchanges().length, FakePeer.made.length], [1, 1, 1]);
  assert.equal(started.link.peer, peer);
  assert.equal(peer.sender.track, browser.stream.tracks[0]);
  assert.deepEqual(started.told.voice, [voice], "what came early is kept");
  assert.deepEqual(started.told.message.map(JSON.parse), [{ type: "session.created" }]);
  assert.equal(browser.clock.waiting, 0);
  assert.equal(started.link.session.max_call_seconds, 598, "the session's time began with it");
  const rows = started.timings.rows.map(({ step, began, took }) => [step, began, took]);
  assert.deepEqual(rows, [
    ["Offer", -2000, 0],
    ["Token", -2000, 0],
    ["SDP exchange", -2000, 0],
    ["Data channel", -2000, 100],
    ["ICE and DTLS", -2000, 100],
    ["First event", -2000, 100],
    ["Microphone", 0, 0],
  ]);
  started.attempt.abort();
  allClosed({ browser });
});

test("Start takes a line that is still on its way, and its steps count on", async () => {
  let answer;
  const kept = await page({ mint: () => new Promise((resolve) => (answer = resolve)) });
  await kept.prepare(CHOICES, "press");
  kept.browser.clock.now += 90;
  const started = await kept.start();
  assert.deepEqual([kept.mints().length, kept.exchanges().length], [1, 0]);
  kept.browser.clock.now += 200;
  answer(json(session()));
  await turns(5);
  await comeUp(started.peer);
  assert.equal(started.link.peer, started.peer);
  assert.deepEqual([kept.mints().length, kept.exchanges().length], [1, 1]);
  assert.equal(started.link.session.max_call_seconds, 600);
  const token = started.timings.rows.find(({ step }) => step === "Token");
  assert.deepEqual(token, { step: "Token", began: -90, took: 290 });
});

test("what nobody takes is closed after a while, and soon enough after a sleep", async () => {
  for (const asleep of [false, true]) {
    let today = 0;
    const kept = await page({ today: () => today });
    const peer = await kept.prepare(CHOICES, "near");
    await comeUp(peer);
    if (asleep) today = 20_000;
    else kept.browser.clock.pass(20_000);
    if (!asleep) assert.equal(peer.connectionState, "closed");
    const started = await kept.start();
    assert.equal(peer.connectionState, "closed");
    assert.notEqual(started.peer, peer);
    assert.equal(kept.mints().length, 2);
    started.attempt.abort();
    await turns(2);
    allClosed(kept);
  }
});

test("while it is made, too: nothing is left, and nothing rests because of it", async () => {
  const kept = await page({ mint: ({ signal }) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))) });
  const peer = await kept.prepare(CHOICES, "near");
  kept.browser.clock.pass(20_000);
  await turns(3);
  assert.deepEqual([peer.connectionState, kept.mints()[0].signal.aborted], ["closed", true]);
  allClosed(kept);
  await kept.prepare(CHOICES, "near");
  assert.equal(kept.mints().length, 2);
});

test("other choices close it: at once where the page tells, else with Start", async () => {
  const kept = await page();
  const first = await kept.prepare(CHOICES, "near");
  kept.way.drop(CHOICES);
  assert.equal(first.connectionState, "new");
  kept.way.drop({ persona: "tutor" });
  assert.equal(first.connectionState, "closed");
  const second = await kept.prepare(CHOICES, "near");
  const started = await kept.start({ persona: "tutor" });
  assert.equal(second.connectionState, "closed");
  assert.notEqual(started.peer, second);
  assert.deepEqual(
    kept.mints().map(({ body }) => JSON.parse(body).persona),
    ["assistant", "assistant", "tutor"],
  );
});

test("the end of the page closes it", async () => {
  const kept = await page();
  await comeUp(await kept.prepare(CHOICES, "near"));
  kept.way.drop();
  allClosed(kept);
});

test("a line that broke while it waited is not used", async () => {
  for (const trouble of [
    (peer) => peer.become("failed"),
    (peer) => peer.become("disconnected"),
    (peer) => peer.channel.close(),
  ]) {
    const kept = await page();
    const peer = await kept.prepare(CHOICES, "near");
    await comeUp(peer);
    trouble(peer);
    const started = await kept.start();
    assert.notEqual(started.peer, peer);
    assert.equal(peer.connectionState, "closed");
    await comeUp(started.peer);
    assert.equal(started.link.peer, started.peer);
  }
});

test("coming near makes two a page at most; a press always, if there is none", async () => {
  const { browser, mints, prepare } = await page();
  for (let time = 0; time < 5; time++) {
    await prepare(CHOICES, "near");
    browser.clock.pass(21_000);
  }
  assert.equal(mints().length, 2);
  await prepare(CHOICES, "press");
  await prepare(CHOICES, "press");
  assert.equal(mints().length, 3);
});

test("a refusal is silent, Start asks anew and shows its own, and a server that refused is left alone", async () => {
  let answers = 0;
  const refusal = () => (answers++, json({ code: "rate_limited" }, 429, { "Retry-After": "120" }));
  const kept = await page({ mint: refusal });
  const { browser, mints, start, prepare } = kept;
  await prepare(CHOICES, "near");
  await turns(5);
  allClosed(kept);
  for (const intent of ["near", "press"]) await prepare(CHOICES, intent);
  assert.equal(answers, 1);
  const { fault } = await start();
  assert.ok(fault instanceof CallFailure);
  assert.equal(fault.code, "rate_limited");
  browser.clock.now += 119_000;
  await prepare(CHOICES, "press");
  assert.equal(mints().length, 2);
  browser.clock.now += 2_000;
  await prepare(CHOICES, "press");
  assert.equal(mints().length, 3);
});

test("Start's own refusal stops the making ahead as well", async () => {
  const { mints, start, prepare } = await page({ mint: () => json({ code: "daily_limit_reached" }, 429) });
  await start();
  await prepare(CHOICES, "press");
  assert.equal(mints().length, 1);
});

test("an exchange that fails ahead closes the line, and Start makes one anew", async () => {
  let exchanged = 0;
  let minted = 0;
  const kept = await page({
    mint: () => json(session({ client_secret: { value: `${TOKEN}_${++minted}`, expires_at: 1060 } })),
    sdp: () => (exchanged++ ? new Response("the answer", { status: 201 }) : json({}, 500)),
  });
  const peer = await kept.prepare(CHOICES, "near");
  await turns(5);
  assert.equal(peer.connectionState, "closed");
  await kept.prepare(CHOICES, "press");
  assert.equal(FakePeer.made.length, 1, "it rests");
  const started = await kept.start();
  await comeUp(started.peer);
  assert.equal(started.link.peer, started.peer);
  assert.deepEqual(kept.exchanges().map(bearer), [`Bearer ${TOKEN}_1`, `Bearer ${TOKEN}_2`]);
});

test("one that fails while Start waits for it is made once more, with the microphone that is open", async () => {
  let fail;
  const kept = await page({
    mint: () => (kept.mints().length === 1 ? new Promise((_, reject) => (fail = reject)) : json(session())),
  });
  const peer = await kept.prepare(CHOICES, "press");
  const started = await kept.start();
  fail(new TypeError("Failed to fetch"));
  await turns(10);
  const second = FakePeer.made.at(-1);
  assert.notEqual(second, peer);
  await comeUp(second);
  assert.equal(started.link.peer, second);
  assert.equal(second.sender.track, kept.browser.stream.tracks[0]);
  assert.equal(kept.mints().length, 2);
  started.attempt.abort();
  await turns(2);
  assert.equal(second.connectionState, "closed");
});

test("a microphone that is refused although a line stands closes the line", async () => {
  for (const up of [true, false]) {
    const kept = await page({ getUserMedia: async () => Promise.reject(mediaFault("NotAllowedError")) });
    const peer = await kept.prepare(CHOICES, "near");
    if (up) await comeUp(peer);
    const { fault } = await kept.start();
    assert.equal(fault.code, "mic_denied");
    assert.equal(kept.mints().length, 1);
    allClosed(kept);
  }
});

test("given up while the microphone opens: the line is closed, and a late microphone stopped", async () => {
  let allow;
  const kept = await page({ getUserMedia: () => new Promise((resolve) => (allow = resolve)) });
  const peer = await kept.prepare(CHOICES, "near");
  await comeUp(peer);
  const { attempt, done } = await kept.start();
  attempt.abort();
  await assert.rejects(done);
  allow(kept.browser.stream);
  await turns(2);
  allClosed(kept);
  assert.equal(peer.sender.track, null);
  assert.equal(kept.browser.stream.tracks[0].readyState, "ended");
});

test("what still loads when Start or the end of the page comes makes nothing more", async () => {
  const early = await page({ loaded: false });
  early.way.prepare(CHOICES, "press");
  await early.start();
  assert.deepEqual([FakePeer.made.length, early.mints().length], [1, 1]);
  const left = await page({ loaded: false });
  left.way.prepare(CHOICES, "near");
  left.way.drop();
  await turns(5);
  assert.deepEqual([FakePeer.made.length, left.mints().length], [0, 0]);
});

test("two attempts at once do not share a line", async () => {
  const kept = await page();
  await kept.prepare(CHOICES, "near");
  await Promise.all([kept.start(), kept.start()]);
  assert.deepEqual([FakePeer.made.length, kept.mints().length, kept.exchanges().length], [2, 2, 2]);
});
