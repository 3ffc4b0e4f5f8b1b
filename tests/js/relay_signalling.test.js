import assert from "node:assert/strict";
import test from "node:test";
import { CallState } from "../../static_site/public/js/call_state.js";
import { CallFailure } from "../../static_site/public/js/failures.js";
import { signalling } from "../../static_site/public/js/relay_signalling.js";
import { Talk } from "../../static_site/public/js/talk.js";
import { CALL_ID, FakePeer, config, fakeBrowser, json, made, mediaFault, settle } from "./fakes.js";

/** A page in relay mode whose visitor has just pressed Start. */
function begin(parts = {}, choices = { persona: "assistant" }, setting = {}) {
  const browser = fakeBrowser(parts);
  const told = { states: [], failures: [], ended: [] };
  const state = new CallState((now) => told.states.push(now));
  const talk = new Talk(state, browser, {
    failed: (failure) => (told.failures.push(failure), state.move("failed")),
    ended: (why) => told.ended.push(why),
    changed: () => {},
    log: () => {},
    complaint: () => {},
    runTool: () => ({ ok: true, title: "", detail: "", output: "{}" }),
    micLost: async () => false,
  });
  const sound = { open: true, hear: () => {}, speak: () => {}, close: () => (sound.open = false) };
  const way = signalling(browser, config({ mode: "relay", ...setting }));
  state.move("asking-mic");
  const done = talk.start(way, choices, sound);
  return { browser, told, state, talk, sound, way, done, peer: FakePeer.made[0] };
}

async function answered(page) {
  while (!page.peer.remoteDescription) await settle();
  await settle();
  return page;
}

async function live(...more) {
  const page = await answered(begin(...more));
  page.peer.become("connected");
  page.peer.channel.open();
  page.peer.channel.receive({ type: "session.created", session: {} });
  await page.done;
  assert.equal(page.state.current, "live");
  return page;
}

const sent = ({ browser }) => browser.requests.map(({ method, url }) => `${method} ${url}`);
const HANG_UP = `DELETE api/call/${CALL_ID}`;

/** The call was hung up once, in a way that outlives the page, and nothing is left of it. */
async function hungUp(page) {
  await settle();
  assert.deepEqual(
    sent(page).filter((line) => line.startsWith("DELETE")),
    [HANG_UP],
  );
  assert.equal(page.browser.requests.at(-1).keepalive, true);
  assert.deepEqual([...page.browser.storage().values.keys()], []);
  assert.deepEqual(page.talk.held(), []);
  assert.deepEqual([page.peer.connectionState, page.sound.open, page.browser.clock.waiting], ["closed", false, 0]);
  assert.ok(page.browser.stream.tracks.every((track) => track.readyState === "ended"));
}

test("from the tap to a live call: the offer goes to the server, and no token is asked for", async () => {
  const page = await live({}, { persona: "tutor", voice: "cedar" });
  assert.deepEqual(sent(page), ["POST api/call"]);
  const [call] = page.browser.requests;
  assert.deepEqual(JSON.parse(call.body), { sdp: "the offer", persona: "tutor", voice: "cedar" });
  assert.deepEqual(call.headers, { "Content-Type": "application/json" });
  assert.deepEqual(page.peer.remoteDescription, { type: "answer", sdp: "the answer" });
  assert.deepEqual(page.talk.session, {
    id: CALL_ID,
    voice: "cedar",
    turn_detection: null,
    event_filter: "open",
    tools: [],
    max_call_seconds: 600,
    ends: 600_000,
  });
  assert.equal(page.talk.pushToTalk, true);
  const steps = page.talk.timings.rows.map(({ step }) => step).sort();
  assert.deepEqual(steps, ["Call", "Data channel", "First event", "ICE and DTLS", "Live", "Microphone", "Offer"]);
});

test("a page that opens hangs up at once what a crashed one left", async () => {
  const browser = fakeBrowser();
  browser.storage().setItem(`voicemint.call.${CALL_ID}`, "600000");
  signalling(browser, config({ mode: "relay" }));
  await settle();
  assert.deepEqual(sent({ browser }), [HANG_UP]);
});

test("what was not chosen is the persona's", async () => {
  const { talk } = await live({}, {}, { event_filter: "private" });
  assert.deepEqual(
    [talk.session.voice, talk.session.turn_detection, talk.session.tools, talk.session.event_filter],
    ["marin", { preset: "office" }, ["set_colour"], "private"],
  );
});

test("microphone and offer are made at once, and the call only when both are there", async () => {
  let allow;
  const page = begin({ getUserMedia: () => new Promise((resolve) => (allow = resolve)) });
  await settle();
  assert.ok(allow);
  assert.ok(page.peer.steps.includes("offer"));
  assert.deepEqual(sent(page), []);
  allow(page.browser.stream);
  await answered(page);
  assert.deepEqual(sent(page), ["POST api/call"]);
  page.talk.stop();
});

test("without microphone no call is made", async () => {
  const page = begin({ getUserMedia: async () => Promise.reject(mediaFault("NotAllowedError")) });
  await page.done;
  assert.deepEqual([page.told.failures[0].code, sent(page)], ["mic_denied", []]);
});

test("the allowance goes by the server's clock alone; nonsense gives way to the configured", async () => {
  const limits = { max_call_seconds: 90 };
  for (const [parts, seconds] of [
    [{ seconds: 45 }, 45],
    [{ seconds: 0 }, 90],
    [{ seconds: -5 }, 90],
    [{ "X-Voicemint-Expires-At": "soon" }, 90],
    [{ "X-Voicemint-Server-Time": "" }, 90],
    [{ seconds: 1e9 }, 90],
  ]) {
    const page = await live({ call: () => made(parts) }, {}, { limits });
    assert.equal(page.talk.session.max_call_seconds, seconds, JSON.stringify(parts));
    page.talk.stop();
  }
});

/** A connection that is lost is dialled again: keep_up.test.js. */
const ENDS = {
  "Stop, and the end of the page": [({ talk }) => talk.stop(), "person"],
  "the service's own end": [({ peer }) => peer.channel.dispatchEvent(new Event("close")), "remote"],
  "the service's word that time is up": [
    ({ peer }) => peer.channel.receive({ type: "error", error: { code: "session_expired", message: "" } }),
    "limit",
  ],
  "the limit by the page's clock": [({ browser }) => browser.clock.pass(600_000), "limit"],
  "a microphone that goes away": [
    ({ browser }) => browser.stream.tracks[0].dispatchEvent(new Event("ended")),
    "mic_lost",
  ],
};
for (const [name, [end, why]] of Object.entries(ENDS)) {
  test(`hung up at the server: ${name}`, async () => {
    const page = await live();
    end(page);
    await hungUp(page);
    assert.deepEqual([...page.told.ended, ...page.told.failures.map(({ code }) => code)], [why]);
  });
}

test("a call that the server ends at its allowance, counted from its reply, has reached its limit", async () => {
  const page = await answered(begin());
  page.browser.clock.now += 14_000; // a slow network: the call is live only now
  page.peer.become("connected");
  page.peer.channel.open();
  page.peer.channel.receive({ type: "session.created" });
  await page.done;
  assert.equal(page.talk.secondsLeft(), 586);
  page.browser.clock.now = 599_000;
  page.peer.channel.dispatchEvent(new Event("close"));
  assert.deepEqual(page.told.ended, ["limit"]);
});

const FAILURES_WITH_A_CALL = {
  answer_invalid: {
    PeerConnection: class extends FakePeer {
      setRemoteDescription = async () => Promise.reject(new Error("bad line"));
    },
  },
  network: { call: () => Object.assign(made(), { text: async () => Promise.reject(new TypeError("reset")) }) },
  bad_reply: { call: () => made({ "Content-Type": "text/html", body: "<!doctype html>" }) },
};
for (const [code, parts] of Object.entries(FAILURES_WITH_A_CALL)) {
  test(`hung up at the server: ${code} after the call was made`, async () => {
    const page = begin(parts);
    await page.done;
    assert.deepEqual(
      page.told.failures.map((failure) => failure.code),
      [code],
    );
    await hungUp(page);
  });
}

test("hung up at the server: no way through the network", async () => {
  for (const end of [({ peer }) => peer.become("failed"), ({ browser }) => browser.clock.pass(15_000)]) {
    const page = await answered(begin());
    end(page);
    await page.done;
    assert.equal(page.told.failures[0].code, "ice_failed");
    await hungUp(page);
  }
});

const NO_CALL = {
  "a refusal": [
    () => json({ code: "too_many_calls", title: "x" }, 429, { "Retry-After": "30" }),
    "too_many_calls",
  ],
  "a proxy's page": [() => new Response("<html>", { status: 502 }), "mint_failed"],
  "no network": [() => Promise.reject(new TypeError("Failed to fetch")), "network"],
  "another status than the contract's": [() => made({ status: 200 }), "bad_reply"],
  "no address of the call": [() => made({ Location: "" }), "bad_reply"],
  "an address that is none": [() => made({ id: "../session" }), "bad_reply"],
};
for (const [name, [call, code]] of Object.entries(NO_CALL)) {
  test(`no call was made: ${name}`, async () => {
    const page = begin({ call });
    await page.done;
    const [failure] = page.told.failures;
    assert.ok(failure instanceof CallFailure);
    assert.equal(failure.code, code);
    assert.equal(failure.retryAfter, code === "too_many_calls" ? 30 : 0);
    await settle();
    assert.deepEqual(sent(page), ["POST api/call"]);
    assert.equal(page.browser.clock.waiting, 0);
  });
}

test("given up at any moment: a call that was made, or still comes, is hung up", async () => {
  const seen = new Set();
  for (let moment = 0; moment < 12; moment++) {
    let answer;
    const page = begin({ call: () => new Promise((resolve) => (answer = resolve)) });
    for (let step = 0; step < moment; step++) {
      await settle();
      if (step === 5) answer?.(made());
    }
    const asked = sent(page).length > 0;
    const before = page.state.current;
    page.talk.stop();
    answer?.(made());
    await page.done;
    await settle();
    assert.deepEqual([page.told.failures, page.state.current], [[], "idle"], `moment ${moment}`);
    assert.deepEqual(sent(page), asked ? ["POST api/call", HANG_UP] : [], `moment ${moment}`);
    seen.add(`${asked} ${before} ${Boolean(page.peer.remoteDescription)}`);
    assert.equal(page.browser.clock.waiting, 0, `moment ${moment}`);
    assert.equal(page.browser.stream.tracks[0].readyState, "ended");
  }
  assert.ok(seen.size >= 3, `moments before, during and after the call was made: ${[...seen]}`);
});

test("a hang-up that fails is quiet, and is made up for before the next call", async () => {
  let refuse = true;
  const page = await live({ hangUp: () => (refuse ? json({}, 503) : new Response(null, { status: 404 })) });
  page.talk.stop();
  await settle();
  assert.deepEqual([page.told.failures, page.told.ended], [[], ["person"]]);
  assert.equal(page.browser.storage().values.size, 1);
  refuse = false;
  page.state.move("asking-mic");
  const again = page.talk.start(page.way, {}, { open: true, hear() {}, speak() {}, close() {} });
  while (sent(page).length < 4) await settle();
  assert.deepEqual(sent(page), ["POST api/call", HANG_UP, HANG_UP, "POST api/call"]);
  page.talk.stop();
  await again;
});

test("a new call waits until the last one is hung up, because it may need its place", async () => {
  let done;
  const page = await live({ hangUp: () => new Promise((resolve) => (done = resolve)) });
  page.talk.stop();
  page.state.move("asking-mic");
  const again = page.talk.start(page.way, {}, { open: true, hear() {}, speak() {}, close() {} });
  for (let turn = 0; turn < 5; turn++) await settle();
  assert.deepEqual(sent(page), ["POST api/call", HANG_UP]);
  done(new Response(null, { status: 204 }));
  while (sent(page).length < 3) await settle();
  assert.equal(sent(page)[2], "POST api/call");
  page.talk.stop();
  await again;
});

test("given up while it waits for the end of the last one: no call is made", async () => {
  const page = await live({ hangUp: () => new Promise(() => {}) });
  page.talk.stop();
  page.state.move("asking-mic");
  const again = page.talk.start(page.way, {}, { open: true, hear() {}, speak() {}, close() {} });
  for (let turn = 0; turn < 5; turn++) await settle();
  page.talk.stop();
  await again;
  page.browser.clock.pass(3_000);
  for (let turn = 0; turn < 5; turn++) await settle();
  assert.deepEqual(sent(page), ["POST api/call", HANG_UP]);
});

test("given up just before the call is made: the attempt is over at once", async () => {
  const page = begin({ hangUp: () => new Promise(() => {}) });
  page.browser.storage().setItem("voicemint.call.old", "600000");
  while (!sent(page).length) await settle();
  page.talk.stop();
  await page.done; // although the leftover is not hung up yet
  assert.deepEqual([page.told.failures, page.state.current], [[], "idle"]);
  page.browser.clock.pass(3_000);
  await settle();
  assert.deepEqual(sent(page), ["DELETE api/call/old"]);
});
