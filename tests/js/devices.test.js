import assert from "node:assert/strict";
import test from "node:test";
import { Call } from "../../static_site/public/js/call.js";
import { askWith, find, isWireless, listDevices, playOn, switchMicrophone } from "../../static_site/public/js/devices.js";
import { CONSTRAINTS } from "../../static_site/public/js/microphone.js";
import { Clock, FakePeer, mediaFault, session } from "./fakes.js";

const INBUILT = { kind: "audioinput", deviceId: "a", label: "Inbuilt microphone" };
const HEADSET = { kind: "audioinput", deviceId: "b", label: "WH-1000XM4 (Bluetooth)" };
const SPEAKER = { kind: "audiooutput", deviceId: "s", label: "Desk speaker" };
const CAMERA = { kind: "videoinput", deviceId: "v", label: "Camera" };
const NAMELESS = [
  { kind: "audioinput", deviceId: "", label: "" },
  { kind: "audiooutput", deviceId: "", label: "" },
];
const ALL = [{ kind: "audioinput", deviceId: "default", label: "Default - Inbuilt" }, INBUILT, HEADSET, SPEAKER, CAMERA];

class Track extends EventTarget {
  enabled = true;
  readyState = "live";
  kind = "audio";
  constructor(device) {
    super();
    this.label = device.label;
    this.getSettings = () => ({ deviceId: device.deviceId });
  }
  stop() {
    this.readyState = "ended";
  }
}

class Stream {
  constructor(...tracks) {
    this.tracks = tracks;
  }
  getTracks = () => [...this.tracks];
  getAudioTracks = () => [...this.tracks];
  addTrack = (track) => void this.tracks.push(track);
  removeTrack = (track) => void (this.tracks = this.tracks.filter((one) => one !== track));
}

/** Devices that are there; `refuse` may throw for a microphone, and `asked` holds what was asked for. */
function media(there = ALL, refuse = () => {}) {
  const asked = [];
  const opened = [];
  return {
    there,
    asked,
    opened,
    enumerateDevices: async () => there,
    async getUserMedia({ audio }) {
      asked.push(audio);
      const { exact, ideal } = audio.deviceId ?? {};
      const inputs = there.filter((one) => one.kind === "audioinput" && one.deviceId !== "default");
      const device = inputs.find((one) => one.deviceId === (exact ?? ideal)) ?? (exact ? null : inputs[0]);
      if (!device) throw mediaFault(exact ? "OverconstrainedError" : "NotFoundError");
      refuse(device, opened);
      const track = new Track(device);
      opened.push(track);
      return new Stream(track);
    },
  };
}

/** A live call that hears `device`. */
function calling(device = INBUILT) {
  const clock = new Clock();
  const peer = new FakePeer();
  const track = new Track(device);
  peer.connectionState = "connected";
  peer.sender.track = track;
  peer.getSenders = () => [peer.sender];
  const told = [];
  const on = { lost: (why) => told.push(why), over: () => {}, back: () => {}, dropped: () => {} };
  const microphone = new Stream(track);
  const link = { peer, channel: peer.channel, microphone, session: session() };
  const call = new Call(link, { schedule: clock.schedule, now: () => clock.now }, on);
  const heard = [];
  const sound = { hear: (stream) => heard.push(stream.getAudioTracks()[0].label) };
  return { talk: { call, sound }, call, peer, track, told, heard, microphone };
}

test("only true devices with a name are listed: no camera, no double of the default", async () => {
  const listed = await listDevices(media());
  assert.deepEqual(listed.microphones, [
    { id: "a", label: "Inbuilt microphone" },
    { id: "b", label: "WH-1000XM4 (Bluetooth)" },
  ]);
  assert.deepEqual(listed.speakers, [{ id: "s", label: "Desk speaker" }]);
  assert.equal(listed.named, true);
});

test("without permission there are no names and nothing to choose from; a browser that refuses gives the same", async () => {
  const nothing = { microphones: [], speakers: [], named: false };
  assert.deepEqual(await listDevices(media(NAMELESS)), nothing);
  assert.deepEqual(await listDevices(media([{ ...INBUILT, label: "" }])), nothing);
  const refusing = { enumerateDevices: async () => Promise.reject(mediaFault("NotAllowedError")) };
  assert.deepEqual(await listDevices(refusing), nothing);
});

test("a wish is found by its id, or by its name where the ids are new", () => {
  const there = [
    { id: "1", label: "A" },
    { id: "2", label: "B" },
  ];
  assert.equal(find(there, { id: "2", label: "renamed" }), there[1]);
  assert.equal(find(there, { id: "old", label: "A" }), there[0]);
  assert.equal(find(there, { id: "old", label: "C" }), undefined);
  assert.equal(find(there, undefined), undefined);
});

test("Bluetooth headsets are known by their names, and wired ones are not taken for one", () => {
  for (const label of ["AirPods Pro", "Headset (WH-1000XM4 Hands-Free AG Audio)", "Jabra (Bluetooth)", "Galaxy Buds2"])
    assert.ok(isWireless(label), label);
  for (const label of ["MacBook Pro Microphone", "Logitech USB Headset", "Fake Audio Input 1", ""])
    assert.ok(!isWireless(label), label);
});

test("a call asks for the wished microphone, by its new id, and never fails because it is gone", async () => {
  const all = media();
  let opened = 0;
  /** @param {any} wish */
  const ask = (wish) => askWith(all, () => wish, () => (opened += 1))(CONSTRAINTS);
  await ask(undefined);
  assert.equal(all.asked[0], CONSTRAINTS.audio, "nothing is added where nothing was chosen");
  const [byName] = (await ask({ id: "old", label: HEADSET.label })).getAudioTracks();
  assert.equal(byName.label, HEADSET.label);
  assert.deepEqual(all.asked[1], { ...CONSTRAINTS.audio, deviceId: { exact: "b" } });
  const [other] = (await ask({ id: "gone", label: "Gone" })).getAudioTracks();
  assert.equal(other.label, INBUILT.label);
  assert.equal(opened, 3);
  const denied = media(ALL, () => {
    throw mediaFault("NotAllowedError");
  });
  const wish = { id: "b", label: "" };
  await assert.rejects(askWith(denied, () => wish, () => (opened += 1))(CONSTRAINTS), { name: "NotAllowedError" });
  assert.equal(denied.asked.length, 1, "whoever refuses is not asked twice");
  await assert.rejects(askWith(media([]), () => undefined, () => (opened += 1))(CONSTRAINTS), { name: "NotFoundError" });
  assert.equal(opened, 3);
});

test("another microphone takes over in mid-call: the connection, the meter and the end know it", async () => {
  const { talk, call, peer, track, told, heard, microphone } = calling();
  assert.equal(await switchMicrophone(media(), talk, "b"), HEADSET.label);
  const now = microphone.getAudioTracks();
  assert.deepEqual([now.length, now[0].label, peer.sender.track === now[0]], [1, HEADSET.label, true]);
  assert.deepEqual([track.readyState, heard, told], ["ended", [HEADSET.label], []]);
  now[0].dispatchEvent(new Event("ended"));
  assert.deepEqual(told, ["mic_lost"], "the new one is watched");
  call.close();
  assert.equal(now[0].readyState, "ended");
});

test("whoever is muted stays so, also when Mute is pressed while the browser still asks", async () => {
  const before = calling();
  before.call.listen(false);
  await switchMicrophone(media(), before.talk, "b");
  assert.equal(before.microphone.getAudioTracks()[0].enabled, false);

  const meanwhile = calling();
  const all = media();
  const slow = { ...all, getUserMedia: async (asked) => (meanwhile.call.listen(false), all.getUserMedia(asked)) };
  await switchMicrophone(slow, meanwhile.talk, "b");
  assert.equal(meanwhile.microphone.getAudioTracks()[0].enabled, false);
  meanwhile.call.listen(true);
  assert.equal(meanwhile.microphone.getAudioTracks()[0].enabled, true);
});

test("a microphone that is refused leaves the old one listening", async () => {
  const { talk, peer, track, microphone, heard } = calling();
  await assert.rejects(switchMicrophone(media(), talk, "gone"), { name: "OverconstrainedError" });
  const denied = media(ALL, () => {
    throw mediaFault("NotAllowedError");
  });
  await assert.rejects(switchMicrophone(denied, talk, "b"), { name: "NotAllowedError" });
  assert.deepEqual([track.readyState, microphone.getAudioTracks(), heard], ["live", [track], []]);
  assert.equal(peer.sender.track, track);
});

test("where only one microphone may be open, the old one is closed first, and comes back if that was in vain", async () => {
  const one = calling();
  const single = media(ALL, () => {
    if (one.track.readyState === "live") throw mediaFault("NotReadableError");
  });
  assert.equal(await switchMicrophone(single, one.talk, "b"), HEADSET.label);

  const broken = calling();
  const bad = media(ALL, (device) => {
    if (device === HEADSET) throw mediaFault("NotReadableError");
  });
  assert.equal(await switchMicrophone(bad, broken.talk, "b"), INBUILT.label);
  const [track] = broken.microphone.getAudioTracks();
  assert.deepEqual([track.label, track.readyState, broken.peer.sender.track === track], [INBUILT.label, "live", true]);
});

test("if then none starts at all, the call learns that its microphone is gone", async () => {
  const { talk, told } = calling();
  const dead = media(ALL, () => {
    throw mediaFault("NotReadableError");
  });
  await assert.rejects(switchMicrophone(dead, talk, "b"), { name: "NotReadableError" });
  assert.deepEqual(told, ["mic_lost"]);
});

test("a microphone that comes when the call is over is closed", async () => {
  const { talk } = calling();
  const all = media();
  const late = { ...all, getUserMedia: async (asked) => ((talk.call = null), all.getUserMedia(asked)) };
  await assert.rejects(switchMicrophone(late, talk, "b"), { name: "AbortError" });
  assert.deepEqual(
    all.opened.map((track) => track.readyState),
    ["ended"],
  );
  await assert.rejects(switchMicrophone(media(), talk, "b"), { name: "InvalidStateError" });

  const [first, second] = [calling(), calling()];
  const slow = { ...all, getUserMedia: async (asked) => ((first.talk.call = second.call), all.getUserMedia(asked)) };
  await assert.rejects(switchMicrophone(slow, first.talk, "b"), { name: "AbortError" });
  assert.equal(second.peer.sender.track, second.track, "nor is it given to another call");
});

test("a new connection made meanwhile, with the same microphone, is the one that takes it", async () => {
  const first = calling();
  const second = calling();
  second.call.link.microphone = first.microphone;
  second.peer.sender.track = first.track;
  const all = media();
  const slow = { ...all, getUserMedia: async (asked) => ((first.talk.call = second.call), all.getUserMedia(asked)) };
  await switchMicrophone(slow, first.talk, "b");
  assert.equal(second.peer.sender.track.label, HEADSET.label);
});

test("the default takes over when a microphone went away, and it fails only if none is left", async () => {
  const { talk, track, microphone } = calling(HEADSET);
  track.stop();
  assert.equal(await switchMicrophone(media([INBUILT]), talk, ""), INBUILT.label);
  assert.equal(microphone.getAudioTracks().length, 1);
  await assert.rejects(switchMicrophone(media([]), talk, ""), { name: "NotFoundError" });
});

test("a speaker is set where the browser can, once, and a refusal is told", async () => {
  const asked = [];
  const element = { sinkId: "", setSinkId: async (id) => void (asked.push(id), (element.sinkId = id)) };
  assert.equal(await playOn(element, "s"), true);
  assert.equal(await playOn(element, "s"), true);
  assert.deepEqual(asked, ["s"]);
  assert.equal(await playOn({}, "s"), false);
  const refusing = { sinkId: "", setSinkId: async () => Promise.reject(mediaFault("NotAllowedError")) };
  assert.equal(await playOn(refusing, "s"), false);
});
