import assert from "node:assert/strict";
import test from "node:test";
import { LIMIT_MS, Recorder, kindOf } from "../../static_site/public/js/recorder.js";
import { Stereo } from "../../static_site/public/js/stereo.js";
import { Clock, FakeStream, FakeTrack } from "./fakes.js";

class FakeRecorder extends EventTarget {
  static types = ["audio/webm;codecs=opus"];
  static isTypeSupported = (type) => FakeRecorder.types.includes(type);
  state = "inactive";
  constructor(stream, options) {
    super();
    Object.assign(this, { stream, options });
    FakeRecorder.last = this;
  }
  start(piece) {
    this.state = "recording";
    this.piece = piece;
  }
  give(text) {
    this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob([text]) }));
  }
  stop() {
    this.state = "inactive";
    this.give("last");
    this.dispatchEvent(new Event("stop"));
  }
}

function recording() {
  const clock = new Clock();
  const done = [];
  const browser = { Recorder: FakeRecorder, now: () => clock.now, schedule: clock.schedule };
  return { clock, done, made: new Recorder({}, browser, (one) => done.push(one)) };
}

test("pieces become one file, with the ending of its kind and its length", async () => {
  const { clock, done, made } = recording();
  FakeRecorder.last.give("one ");
  clock.pass(7_000);
  made.stop();
  made.stop();
  assert.equal(done.length, 1);
  const [{ blob, ending, ms }] = done;
  assert.deepEqual([await blob.text(), ending, ms], ["one last", ".webm", 7_000]);
  assert.equal(clock.waiting, 0);
});

test("an hour is the most: then it stops by itself and is kept", () => {
  const { clock, done } = recording();
  clock.pass(LIMIT_MS - 1);
  assert.equal(done.length, 0);
  clock.pass(1);
  assert.equal(done[0].ms, LIMIT_MS);
});

test("a recorder of the browser that breaks leaves what it had", async () => {
  const { done } = recording();
  FakeRecorder.last.give("so far ");
  FakeRecorder.last.dispatchEvent(new Event("error"));
  assert.equal(await done[0].blob.text(), "so far last");
});

test("Safari's kind has its own ending; a browser with none is told apart", () => {
  const safari = { isTypeSupported: (type) => type === "audio/mp4" };
  assert.equal(kindOf(safari).ending, ".m4a");
  assert.equal(kindOf({ isTypeSupported: () => false }), undefined);
  assert.equal(kindOf(undefined), undefined);
});

/** Enough of Web Audio to see what is connected to what. */
class FakeContext {
  sources = [];
  createChannelMerger = () => ({ connect() {} });
  createMediaStreamDestination = () => ({ stream: "both" });
  createMediaStreamSource({ track }) {
    const source = { track, side: null, connect: (_, __, side) => (source.side = side), disconnect: () => (source.side = null) };
    this.sources.push(source);
    return source;
  }
  heard = () => this.sources.filter(({ side }) => side !== null).map(({ side, track }) => [side, track]);
}

test("both voices are followed through another microphone and another connection", () => {
  globalThis.MediaStream = class {
    constructor([track]) {
      this.track = track;
    }
  };
  const [mic, other, voice, next] = Array.from({ length: 4 }, () => new FakeTrack());
  const microphone = new FakeStream();
  microphone.tracks = [mic];
  const peer = (track) => ({ getReceivers: () => [{ track: Object.assign(track, { kind: "audio" }) }] });
  const talk = { call: { link: { microphone, peer: peer(voice) } } };
  const context = new FakeContext();
  const stereo = new Stereo(context);
  stereo.follow(talk);
  stereo.follow(talk);
  assert.deepEqual([context.heard(), context.sources.length], [[[0, mic], [1, voice]], 2]);
  microphone.tracks = [mic, other];
  mic.stop();
  stereo.follow(talk);
  talk.call = null; // dialling again
  stereo.follow(talk);
  talk.call = { link: { microphone, peer: peer(next) } };
  stereo.follow(talk);
  const now = context.heard().sort(([a], [b]) => a - b);
  assert.deepEqual(now, [[0, other], [1, next]]);
  assert.equal(stereo.stream, "both");
});
