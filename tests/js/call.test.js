import assert from "node:assert/strict";
import test from "node:test";
import { Call } from "../../static_site/public/js/call.js";
import { Clock, FakePeer, FakeStream, session } from "./fakes.js";

function live(fields = {}) {
  const clock = new Clock();
  const peer = new FakePeer();
  peer.connectionState = "connected";
  peer.channel.readyState = "open";
  const microphone = new FakeStream();
  const told = [];
  const on = {
    lost: (why) => told.push(`lost: ${why}`),
    over: (why) => told.push(`over: ${why}`),
  };
  const link = { peer, channel: peer.channel, microphone, session: session(fields) };
  const call = new Call(link, { schedule: clock.schedule, now: () => clock.now }, on);
  return { call, clock, peer, microphone, told };
}

test("events go out while the channel is open, and only then", () => {
  const { call, peer } = live();
  assert.equal(call.send({ type: "response.cancel" }), true);
  peer.channel.readyState = "closing";
  assert.equal(call.send({ type: "response.cancel" }), false);
  assert.deepEqual(peer.channel.sent, [{ type: "response.cancel" }]);
});

test("muting closes the microphone's tracks without ending them", () => {
  const { call, microphone } = live();
  call.listen(false);
  assert.deepEqual([microphone.tracks[0].enabled, microphone.tracks[0].readyState], [false, "live"]);
  call.listen(true);
  assert.equal(microphone.tracks[0].enabled, true);
});

test("a network that has failed is a lost connection; one that drops may come back, which others wait for", () => {
  const { clock, peer, told } = live();
  peer.become("disconnected");
  clock.pass(60_000);
  assert.deepEqual(told, []);
  peer.become("failed");
  assert.deepEqual(told, ["lost: connection_lost"]);
});

test("a channel that closes without a network is a lost connection, not the service's end of the call", () => {
  const { peer, told } = live();
  peer.become("disconnected");
  peer.channel.dispatchEvent(new Event("close"));
  assert.deepEqual(told, ["lost: connection_lost"]);
});

test("closing for another connection leaves the microphone open", () => {
  const { call, clock, peer, microphone } = live();
  call.close(true);
  assert.deepEqual([peer.connectionState, microphone.tracks[0].readyState], ["closed", "live"]);
  assert.deepEqual([call.held(), clock.waiting], [["microphone"], 0]);
  call.close();
  assert.deepEqual(call.held(), []);
});

test("the call ends at its limit", () => {
  const { call, clock, told } = live({ max_call_seconds: 90 });
  assert.equal(call.secondsLeft(clock.now), 90);
  clock.pass(89_000);
  assert.deepEqual([call.secondsLeft(clock.now), told.length], [1, 0]);
  clock.pass(1_000);
  assert.deepEqual(told, ["over: limit"]);
});

test("a channel that the service closes ends the call: at the limit for that reason, else for its own", () => {
  const early = live();
  early.peer.channel.dispatchEvent(new Event("close"));
  assert.deepEqual(early.told, ["over: remote"]);
  const late = live({ max_call_seconds: 90 });
  late.clock.now = 88_000;
  late.peer.channel.dispatchEvent(new Event("close"));
  assert.deepEqual(late.told, ["over: limit"]);
});

test("a microphone that goes away is told", () => {
  const { microphone, told } = live();
  microphone.tracks[0].dispatchEvent(new Event("ended"));
  assert.deepEqual(told, ["lost: mic_lost"]);
});

test("closing frees everything, and nothing is told after it", () => {
  const { call, clock, peer, microphone, told } = live();
  assert.deepEqual(call.held(), ["microphone", "connection"]);
  peer.become("disconnected");
  told.length = 0;
  call.close();
  assert.deepEqual(call.held(), []);
  assert.deepEqual(
    [peer.connectionState, peer.channel.readyState, microphone.tracks[0].readyState],
    ["closed", "closed", "ended"],
  );
  assert.equal(clock.waiting, 0);
  peer.become("failed");
  peer.channel.dispatchEvent(new Event("close"));
  microphone.tracks[0].dispatchEvent(new Event("ended"));
  clock.pass(3_600_000);
  assert.deepEqual(told, []);
});

test("a message that the channel does not take is not sent, and that is all", () => {
  const { call, peer } = live();
  peer.channel.send = () => {
    throw new TypeError("too large");
  };
  assert.equal(call.send({ type: "response.cancel" }), false);
});
