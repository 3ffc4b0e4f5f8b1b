import assert from "node:assert/strict";
import test from "node:test";
import { connect } from "../../static_site/public/js/connect.js";
import { CallFailure } from "../../static_site/public/js/failures.js";
import { CONSTRAINTS } from "../../static_site/public/js/microphone.js";
import { signalling } from "../../static_site/public/js/token_signalling.js";
import { Timings } from "../../static_site/public/js/timings.js";
import { FakePeer, FakeStream, TOKEN, fakeBrowser, json, mediaFault, session, settle } from "./fakes.js";

/** Starts an attempt. `peer` is the connection that it made. */
function begin(browser, choices = { persona: "assistant" }) {
  const attempt = new AbortController();
  const told = { microphone: [], voice: [], message: [] };
  const on = Object.fromEntries(Object.entries(told).map(([name, list]) => [name, (it) => list.push(it)]));
  const timings = new Timings(browser.now);
  const done = connect(signalling(browser), choices, browser, on, attempt, timings);
  done.catch(() => {});
  return { attempt, told, timings, done, peer: FakePeer.made[0] };
}

/** Lets the attempt reach the answer, then makes it live. */
async function goLive({ peer, done }, { first = { type: "session.created" } } = {}) {
  while (!peer.remoteDescription) await settle();
  await settle();
  peer.become("connected");
  peer.channel.open();
  if (first) peer.channel.receive(first);
  return done;
}

/** The attempt ends with this failure, and frees everything. */
async function fails(started, browser, code) {
  const failure = await started.done.then(
    () => assert.fail("it connected"),
    (fault) => fault,
  );
  assert.ok(failure instanceof CallFailure, String(failure?.stack));
  assert.equal(failure.code, code);
  assert.ok(failure.title && failure.detail && failure.hint, "it says what happened and what to do");
  assert.ok(!JSON.stringify({ ...failure, text: String(failure) }).includes(TOKEN), "the token is not in it");
  await settle();
  assert.equal(started.attempt.signal.aborted, true);
  assert.ok(FakePeer.made.every((peer) => peer.connectionState === "closed"));
  assert.ok(browser.stream.tracks.every((track) => track.readyState === "ended" || !browser.stream.constraints));
  assert.equal(browser.clock.waiting, 0);
  return failure;
}

test("from the tap to a live call", async () => {
  const browser = fakeBrowser();
  const started = begin(browser, { persona: "tutor", voice: "coral" });
  const link = await goLive(started);

  assert.deepEqual(started.peer.steps, ["transceiver audio sendrecv", "channel", "offer", "answer"]);
  assert.deepEqual(browser.stream.constraints, CONSTRAINTS);
  const [mint, sdp] = browser.requests;
  assert.deepEqual([mint.url, mint.method, mint.body], ["api/session", "POST", '{"persona":"tutor","voice":"coral"}']);
  assert.deepEqual([sdp.url, sdp.method, sdp.body], [session().webrtc_url, "POST", "the offer"]);
  assert.deepEqual(sdp.headers, { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/sdp" });
  assert.deepEqual(started.peer.remoteDescription, { type: "answer", sdp: "the answer" });
  assert.equal(started.peer.sender.track, browser.stream.tracks[0]);
  assert.equal(link.session.id, "sess_1");
  assert.deepEqual(started.told.microphone, [browser.stream]);
  assert.equal(started.told.message.length, 1);
  assert.equal(browser.clock.waiting, 0);
  assert.equal(browser.stream.tracks[0].readyState, "live");
  const steps = started.timings.rows.map((row) => row.step).sort();
  assert.deepEqual(steps, [
    "Data channel",
    "First event",
    "ICE and DTLS",
    "Microphone",
    "Offer",
    "SDP exchange",
    "Token",
  ]);
});

test("token, microphone and offer are asked for at once", async () => {
  let allow;
  const browser = fakeBrowser({
    getUserMedia: () => new Promise((resolve) => (allow = resolve)),
    mint: () => new Promise(() => {}),
  });
  const started = begin(browser);
  await settle();
  assert.ok(allow, "the microphone is asked for before the token is there");
  assert.equal(browser.requests.length, 1);
  assert.ok(started.peer.steps.includes("offer"));
  started.attempt.abort();
});

test("the assistant's voice is handed on as soon as its track is there", async () => {
  const browser = fakeBrowser();
  const started = begin(browser);
  const voice = new FakeStream();
  started.peer.dispatchEvent(Object.assign(new Event("track"), { streams: [voice], track: voice.tracks[0] }));
  await goLive(started);
  assert.deepEqual(started.told.voice, [voice]);
});

test("a private session is live with its open channel", async () => {
  const browser = fakeBrowser({ mint: () => json(session({ event_filter: "private" })) });
  const started = begin(browser);
  await goLive(started, { first: null });
});

test("a session whose first event is lost becomes live after a wait", async () => {
  const browser = fakeBrowser();
  const started = begin(browser);
  const live = goLive(started, { first: null });
  while (started.peer.channel.readyState !== "open") await settle();
  await settle();
  browser.clock.pass(5_000);
  await live;
});

test("a token that got old while the browser asked for the microphone is replaced", async () => {
  let allow;
  const browser = fakeBrowser({ getUserMedia: () => new Promise((resolve) => (allow = resolve)) });
  const started = begin(browser);
  await settle();
  browser.clock.now += 59_000;
  allow(browser.stream);
  await goLive(started);
  assert.deepEqual(browser.requests.map(({ url }) => url).slice(0, 2), ["api/session", "api/session"]);
});

const MICROPHONE = {
  NotAllowedError: "mic_denied",
  SecurityError: "mic_denied",
  NotFoundError: "mic_missing",
  OverconstrainedError: "mic_missing",
  NotReadableError: "mic_busy",
  AbortError: "mic_busy",
  TypeError: "mic_failed",
};
for (const [name, code] of Object.entries(MICROPHONE)) {
  test(`microphone: ${name} is ${code}`, async () => {
    const browser = fakeBrowser({ getUserMedia: async () => Promise.reject(mediaFault(name)) });
    await fails(begin(browser), browser, code);
  });
}

test("an insecure page and a browser without WebRTC are named before anything is asked", async () => {
  for (const [parts, code] of [
    [{ secure: false, getUserMedia: undefined }, "insecure_context"],
    [{ PeerConnection: undefined }, "unsupported"],
  ]) {
    const browser = { ...fakeBrowser(), ...parts };
    const failure = await begin(browser).done.catch((fault) => fault);
    assert.equal(failure.code, code);
    assert.deepEqual(browser.requests, []);
  }
});

test("a browser without microphone support is not supported", async () => {
  const browser = { ...fakeBrowser(), getUserMedia: undefined };
  assert.equal((await begin(browser).done.catch((fault) => fault)).code, "unsupported");
});

test("the function's refusal keeps its code and words", async () => {
  const problem = {
    title: "Not configured",
    detail: "Missing: A, B.",
    hint: "Set them.",
    code: "not_configured",
    request_id: "r1",
  };
  const browser = fakeBrowser({ mint: () => json(problem, 503) });
  const failure = await fails(begin(browser), browser, "not_configured");
  assert.deepEqual(
    [failure.title, failure.detail, failure.hint, failure.requestId, failure.status],
    ["Not configured", "Missing: A, B.", "Set them.", "r1", 503],
  );
});

test("a server that cannot be reached, and one that answers nonsense", async () => {
  const down = fakeBrowser({ mint: () => Promise.reject(new TypeError("Failed to fetch")) });
  await fails(begin(down), down, "network");
  for (const body of [{}, { client_secret: {} }, { client_secret: { value: TOKEN } }, null]) {
    const browser = fakeBrowser({ mint: () => json(body) });
    await fails(begin(browser), browser, "bad_reply");
  }
  const page = fakeBrowser({ mint: () => new Response("<!doctype html>") });
  await fails(begin(page), page, "bad_reply");
});

const REFUSALS = [
  [
    400,
    { error: { code: "invalid_offer", message: "Failed to parse offer" } },
    "sdp_refused",
    /offer.*400, invalid_offer/,
  ],
  [401, { error: { code: "401", message: "This operation requires ephemeral tokens" } }, "sdp_refused", /token.*401/],
  [401, { error: { code: "token_expired", message: "" } }, "token_expired", /longer than the token lives/],
  [403, {}, "sdp_refused", /does not allow.*403/],
  [404, { error: { code: "DeploymentNotFound" } }, "sdp_refused", /not deployed.*404, DeploymentNotFound/],
  [429, { error: null }, "sdp_refused", /too many calls.*429/],
  [500, { error: { code: 7 } }, "sdp_refused", /fault of its own.*500\)/],
  [418, [], "sdp_refused", /no reason.*418/],
];
for (const [status, body, code, words] of REFUSALS) {
  test(`SDP exchange: ${status} ${body?.error?.code ?? ""} is ${code}, in plain words`, async () => {
    const browser = fakeBrowser({ sdp: () => json(body, status) });
    assert.match((await fails(begin(browser), browser, code)).detail, words);
  });
}

test("a 401 after the token's end is an expired token, whatever it says", async () => {
  const browser = fakeBrowser({ sdp: () => ((browser.clock.now += 61_000), new Response("no", { status: 401 })) });
  await fails(begin(browser), browser, "token_expired");
});

test("the service cannot be reached", async () => {
  const browser = fakeBrowser({ sdp: () => Promise.reject(new TypeError("Failed to fetch")) });
  await fails(begin(browser), browser, "sdp_unreachable");
});

test("an offer that cannot be made, and an answer that cannot be read", async () => {
  class NoOffer extends FakePeer {
    createOffer = async () => Promise.reject(new Error("no codecs"));
  }
  const mute = fakeBrowser({ PeerConnection: NoOffer });
  await fails(begin(mute), mute, "offer_failed");
  class NoAnswer extends FakePeer {
    setRemoteDescription = async () => Promise.reject(new Error("bad line"));
  }
  const deaf = fakeBrowser({ PeerConnection: NoAnswer });
  await fails(begin(deaf), deaf, "answer_invalid");
});

test("no way through the network: told by the browser, or by the time it takes", async () => {
  for (const end of [(peer) => peer.become("failed"), (_, clock) => clock.pass(15_000)]) {
    const browser = fakeBrowser();
    const started = begin(browser);
    while (!started.peer.remoteDescription) await settle();
    await settle();
    end(started.peer, browser.clock);
    await fails(started, browser, "ice_failed");
  }
});

test("given up at any moment: nothing stays open, and a microphone that comes late is stopped", async () => {
  for (let moment = 0; moment < 8; moment++) {
    let allow;
    const browser = fakeBrowser({ getUserMedia: () => new Promise((resolve) => (allow = resolve)) });
    const started = begin(browser);
    for (let step = 0; step < moment; step++) {
      await settle();
      if (step === 3) allow(browser.stream);
    }
    started.attempt.abort();
    allow(browser.stream);
    await assert.rejects(started.done);
    await settle();
    assert.equal(started.peer.connectionState, "closed", `moment ${moment}`);
    assert.equal(browser.stream.tracks[0].readyState, "ended", `moment ${moment}`);
    assert.equal(browser.clock.waiting, 0, `moment ${moment}`);
  }
});
