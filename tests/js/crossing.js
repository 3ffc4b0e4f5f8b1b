/** A talk whose call comes to its limit: made by hand up to the moment at which its successor stands ready. */
import assert from "node:assert/strict";
import { spokenTurn } from "./events_of_a_call.js";
import { FakePeer } from "./fakes.js";
import { live } from "./live_talk.js";

/** A limit of a minute: a successor is dialled at 40 s, and takes over at 56 s at the latest. */
export const LIMIT = { max_call_seconds: 60 };
export const DUE = 40_000;
export const LATEST = 56_000;

export const begun = (fields = {}, parts = {}) => live({ ...parts, fields: { ...LIMIT, ...fields } });
export const play = (peer, events) => events.forEach((event) => peer.channel.receive(event));
export const words = ({ talk }) => talk.conversation.transcript.turns().map(({ text }) => text);
export const sent = (peer, type) => peer.channel.sent.filter((event) => event.type === type);
export const told = (peer) => sent(peer, "conversation.item.create").map(({ item }) => item.content[0].text);
export const caption = (n, text) => ({
  type: "conversation.item.input_audio_transcription.completed",
  item_id: `item_user_${n}`,
  content_index: 0,
  transcript: text,
});
/** A turn up to an event, that one not included. */
export const until = (events, type) =>
  events.slice(
    0,
    events.findIndex((one) => one.type === type),
  );
/** A turn whose question is not written down yet. */
export const uncaptioned = (events) => events.filter(({ type }) => !type.includes("transcription"));

/** A conversation that is in use, at the moment at which its successor stands ready. */
export async function ready(fields, parts, before = async () => {}) {
  const made = await begun(fields, parts);
  await made.pass(DUE - 10_000);
  play(made.peer, spokenTurn(0, null, "My name is Ada.", "Hello, Ada."));
  made.first = made.peer;
  await before(made);
  await made.pass(10_000);
  made.second = await made.connect(1);
  return made;
}

export function assertFree({ talk, sound, browser, stream }) {
  assert.deepEqual([talk.held(), sound.open, talk.conversation, browser.clock.waiting], [[], false, null, 0]);
  assert.ok(stream.tracks.every((track) => track.readyState === "ended"));
  assert.ok(FakePeer.made.every((peer) => peer.connectionState === "closed"));
}
