import assert from "node:assert/strict";
import test from "node:test";
import { addressesOf, checkRoute, wayOf } from "../../static_site/public/js/check_route.js";
import { signalling as relay } from "../../static_site/public/js/relay_signalling.js";
import { signalling as token } from "../../static_site/public/js/token_signalling.js";
import { CALL_ID, FakePeer, FakeStream, TOKEN, config, fakeBrowser, json, made, settle } from "./fakes.js";

const ANSWER = `v=0
a=candidate:1 1 udp 2130706431 203.0.113.9 3478 typ host
a=candidate:1 2 udp 2130706431 203.0.113.9 3478 typ host
a=candidate:2 1 tcp 1671430143 203.0.113.9 3478 typ host tcptype passive
a=end-of-candidates`;

/** A connection whose packets go by this way. */
function peerBy({ protocol = "udp", candidateType = "host" } = {}) {
  return class extends FakePeer {
    iceConnectionState = "new";
    getStats = async () =>
      new Map([
        ["T", { id: "T", type: "transport", selectedCandidatePairId: "P2" }],
        ["P1", { id: "P1", type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "L1" }],
        ["P2", { id: "P2", type: "candidate-pair", localCandidateId: "L2" }],
        ["L1", { id: "L1", type: "local-candidate", protocol: "other" }],
        ["L2", { id: "L2", type: "local-candidate", protocol, candidateType }],
      ]);
    ice(state) {
      this.iceConnectionState = state;
      this.dispatchEvent(new Event("iceconnectionstatechange"));
    }
    offers(protocol) {
      const candidate = { candidate: `candidate:1 1 ${protocol} 1 10.0.0.1 9 typ host` };
      this.dispatchEvent(Object.assign(new Event("icecandidate"), { candidate }));
    }
  };
}

/** Starts the step, in the mode that is asked for. */
function begin({ mode = "token", forbidden = false, way, ...parts } = {}) {
  const answer = new Response(ANSWER, { status: 201 });
  const browser = fakeBrowser({ sdp: () => answer, call: () => made({ body: ANSWER }), PeerConnection: peerBy(way), ...parts });
  const stop = new AbortController();
  const silence = new FakeStream();
  const settings = config({ mode });
  const load = async ({ mode: wanted }, watched) => (wanted === "relay" ? relay(watched, settings) : token(watched));
  const all = { config: settings, load, silence: () => silence, forbidden: () => forbidden };
  const done = checkRoute(browser, all, stop.signal);
  done.catch(() => {});
  const answered = async () => {
    for (let at = 0; at < 50 && !FakePeer.made[0]?.remoteDescription; at += 1) await settle();
    await settle();
    return FakePeer.made[0];
  };
  return { browser, stop, silence, done, answered };
}

async function connects(started, after = 0) {
  const peer = await started.answered();
  started.browser.clock.now += after;
  peer.ice("connected");
  peer.become("connected");
  peer.channel.open();
  peer.channel.receive({ type: "session.created" });
  return started.done;
}

for (const mode of ["token", "relay"]) {
  test(`a call in ${mode} mode connects, without the microphone, and is hung up at once`, async () => {
    const started = begin({ mode, getUserMedia: () => assert.fail("the microphone is not asked for") });
    const { outcome, facts } = await connects(started, 800);
    assert.deepEqual(outcome, { state: "good", text: "A call connects, in 0.8 seconds, over UDP." });
    assert.equal(FakePeer.made[0].sender.track, started.silence.tracks[0]);
    assert.equal(FakePeer.made[0].connectionState, "closed");
    assert.equal(started.silence.tracks[0].readyState, "ended");
    assert.deepEqual(facts.addresses, ["203.0.113.9 UDP 3478", "203.0.113.9 TCP 3478"]);
    await settle();
    const urls = started.browser.requests.map(({ url, method }) => `${method} ${url}`);
    if (mode === "relay") assert.deepEqual(urls, ["POST api/call", `DELETE api/call/${CALL_ID}`]);
    else assert.deepEqual(urls, ["POST api/session", "POST https://res.openai.azure.com/openai/v1/realtime/calls"]);
    assert.equal(facts.host, mode === "relay" ? "" : "res.openai.azure.com");
    assert.ok(!JSON.stringify({ outcome, facts }).includes(TOKEN));
    assert.equal(started.browser.clock.waiting, 0);
  });
}

test("by TCP only, by a relay, and slowly", async () => {
  const tcp = (await connects(begin({ way: { protocol: "tcp" } }))).outcome;
  assert.equal(tcp.state, "warning");
  assert.match(tcp.text, /over TCP\. UDP does not/);
  const relayed = (await connects(begin({ way: { candidateType: "relay" } }))).outcome;
  assert.equal(relayed.state, "good");
  assert.match(relayed.text, /over UDP by way of a relay/);
  const slow = (await connects(begin(), 7_000)).outcome;
  assert.equal(slow.state, "warning");
  assert.match(slow.text, /7\.0 seconds.*slow/);
});

test("an answer but no packet back: the network blocks calls", async () => {
  for (const fails of [(peer) => peer.become("failed"), (_, { clock }) => clock.pass(15_000)]) {
    const started = begin();
    const peer = await started.answered();
    peer.offers("udp");
    peer.ice("checking");
    fails(peer, started.browser);
    const { outcome, facts } = await started.done;
    assert.deepEqual([outcome.state, outcome.cause], ["bad", "network"]);
    assert.equal(outcome.text, "Your network lets web pages through but not calls (UDP).");
    assert.match(outcome.hint, /IT department\.$/);
    assert.equal(facts.addresses.length, 2, "the sheet can still say where");
    assert.equal(peer.connectionState, "closed");
  }
});

test("a browser that offers no UDP of its own is named beside the network", async () => {
  const started = begin();
  const peer = await started.answered();
  peer.offers("tcp");
  peer.become("failed");
  const { outcome } = await started.done;
  assert.match(outcome.text, /not calls \(UDP\)/);
  assert.match(outcome.hint, /itself offered no UDP/);
});

test("packets came back but no call: something between drops it", async () => {
  const started = begin();
  const peer = await started.answered();
  peer.ice("connected");
  started.browser.clock.pass(15_000);
  const { outcome } = await started.done;
  assert.deepEqual([outcome.state, outcome.cause], ["bad", "network"]);
  assert.match(outcome.text, /first packets/);
});

test("the exchange cannot be reached: the host is named", async () => {
  const sdp = () => Promise.reject(new TypeError("Failed to fetch"));
  const blocked = (await begin({ sdp }).done).outcome;
  assert.deepEqual([blocked.state, blocked.cause], ["bad", "network"]);
  assert.match(blocked.text, /cannot reach Azure OpenAI at res\.openai\.azure\.com/);
  const own = (await begin({ sdp, forbidden: true }).done).outcome;
  assert.deepEqual([own.state, own.cause], ["bad", "server"]);
  assert.match(own.text, /security policy does not allow res\.openai/);
});

test("refusals keep the page's words, and are not the network's fault", async () => {
  for (const [code, words] of [
    ["sign_in_required", /sign in first/],
    ["rate_limited", /Too soon/],
    ["minutes_used_up", /minutes for today/],
  ]) {
    const mint = () => json({ code, title: "T", detail: "D" }, 429, { "Retry-After": "30" });
    const { outcome } = await begin({ mint }).done;
    assert.deepEqual([outcome.state, outcome.cause], ["bad", "server"]);
    assert.match(outcome.text, words);
    assert.match(outcome.hint, /half a minute/);
  }
  const down = await begin({ mint: () => Promise.reject(new TypeError("down")) }).done;
  assert.equal(down.outcome.cause, "unreachable");
});

test("stopping hangs up", async () => {
  const started = begin({ mode: "relay" });
  await started.answered();
  started.stop.abort();
  await assert.rejects(started.done, { name: "AbortError" });
  await settle();
  assert.equal(FakePeer.made[0].connectionState, "closed");
  assert.equal(started.browser.requests.at(-1).method, "DELETE");
});

test("the way is found where the transport names no pair, and unknown where nothing does", async () => {
  const pair = { id: "P", type: "candidate-pair", selected: true, localCandidateId: "L" };
  const local = { id: "L", protocol: "udp", candidateType: "host" };
  const stats = (...all) => ({ getStats: async () => new Map(all.map((one) => [one.id, one])) });
  assert.deepEqual(await wayOf(stats(pair, local)), { protocol: "UDP", relayed: false });
  const nominated = { ...pair, selected: undefined, nominated: true, state: "succeeded" };
  assert.deepEqual(await wayOf(stats(nominated, local)), { protocol: "UDP", relayed: false });
  assert.deepEqual(await wayOf(stats()), { protocol: "", relayed: false });
  assert.deepEqual(addressesOf("nonsense"), []);
});
