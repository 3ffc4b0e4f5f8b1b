import assert from "node:assert/strict";
import test from "node:test";
import { CHOICES, allClosed, comeUp, page, turns } from "./ahead.js";
import { FakePeer, session } from "./fakes.js";

test("where the browser will ask for the microphone, no session is opened for who may refuse", async () => {
  for (const state of ["prompt", ""]) {
    let allow;
    const kept = await page({ state, getUserMedia: () => new Promise((resolve) => (allow = resolve)) });
    const peer = await kept.prepare(CHOICES, "near");
    assert.deepEqual([kept.mints().length, kept.exchanges().length], [1, 0]);
    assert.deepEqual(kept.opened, ["https://res.openai.azure.com"]);
    assert.deepEqual(peer.steps.at(-1), "offer");
    const started = await kept.start();
    assert.equal(kept.exchanges().length, 0, "the question stands");
    allow(kept.browser.stream);
    await turns(5);
    await comeUp(peer);
    assert.equal(started.link.peer, peer);
    assert.deepEqual([kept.mints().length, kept.exchanges().length], [1, 1]);
  }
});

test("a token that got old at the browser's question is replaced", async () => {
  let allow;
  const kept = await page({ state: "prompt", getUserMedia: () => new Promise((resolve) => (allow = resolve)) });
  const peer = await kept.prepare(CHOICES, "near");
  await kept.start();
  kept.browser.clock.pass(59_000);
  allow(kept.browser.stream);
  await turns(6);
  assert.equal(kept.mints().length, 2);
  assert.ok(peer.remoteDescription);
});

test("a permission that is taken back meanwhile is seen; a denied one makes nothing ahead", async () => {
  const kept = await page();
  kept.status.state = "denied";
  await kept.prepare(CHOICES, "press");
  assert.deepEqual([FakePeer.made.length, kept.mints().length], [0, 0]);
  kept.status.state = "prompt";
  await kept.prepare(CHOICES, "press");
  assert.deepEqual([kept.mints().length, kept.exchanges().length], [1, 0]);
});

test("without anything ahead the exchange waits for the microphone only if the browser will ask", async () => {
  for (const [state, exchanged] of Object.entries({ granted: 1, prompt: 0, denied: 0, "": 0 })) {
    const kept = await page({ state, getUserMedia: () => new Promise(() => {}) });
    const { attempt } = await kept.start();
    assert.equal(kept.exchanges().length, exchanged, state);
    attempt.abort();
    await turns(2);
    allClosed(kept);
  }
});

test("a page or a browser that cannot call makes nothing ahead", async () => {
  for (const parts of [{ secure: false }, { PeerConnection: undefined }]) {
    const kept = await page(parts);
    await kept.prepare(CHOICES, "press");
    assert.deepEqual(kept.browser.requests, []);
  }
});
