import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { CallState } from "../../static_site/public/js/call_state.js";
import { farewell } from "../../static_site/public/js/farewell.js";
import { signalling as relaySignalling } from "../../static_site/public/js/relay_signalling.js";
import { Talk } from "../../static_site/public/js/talk.js";
import { signalling as tokenSignalling } from "../../static_site/public/js/token_signalling.js";
import { spokenTurn } from "./events_of_a_call.js";
import { FakePeer, FakeStream, config, fakeBrowser, json, made as madeCall, session, settle } from "./fakes.js";

// So that loading them in a test takes no time.
await Promise.all(
  ["keep_up", "refusals", "successor"].map((name) => import(`../../static_site/public/js/${name}.js`)),
);

setMaxListeners(50); // many parts wait for the end of one attempt

/** A talk that is live, whose connections are made by hand. `replies` are the mint's (or the call's), by attempt. */
export async function live({ mode = "token", replies = [], fields = {}, ...parts } = {}) {
  const made = { onState: () => {}, level: 0, spoken: [] };
  const queue = [...replies];
  const answer = () => (queue.shift() ?? (() => (mode === "token" ? json(session(fields)) : madeCall())))();
  let asked = 0;
  const stream = new FakeStream();
  const getUserMedia = async () => (asked++, stream);
  const browser = fakeBrowser({ mint: answer, call: answer, getUserMedia, ...parts });
  const told = { states: [], failures: [], ended: [], log: [], rows: [], heard: [] };
  const state = new CallState((now) => (told.states.push(now), made.onState(now)));
  const talk = new Talk(state, browser, {
    failed: (failure) => (told.failures.push(failure), state.move("failed")),
    ended: (why) => told.ended.push(why),
    changed: () => {},
    log: (direction, event, at) => (told.log.push([direction, event.type, at]), told.rows.push(event)),
    complaint: () => {},
    runTool: (name) => ({ ok: true, title: name, detail: "", output: "{}" }),
    micLost: async () => false,
  });
  const sound = {
    open: true,
    hear: (one) => told.heard.push(one),
    speak: (voice) => made.spoken.push(voice),
    level: () => made.level,
    close: () => (sound.open = false),
  };
  Object.assign(made, { talk, state, browser, told, stream, asked: () => asked, sound });
  /** Lets the n-th connection come about. */
  made.connect = async (n, early = [{ type: "session.created", session: {} }]) => {
    for (let turn = 0; turn < 200 && !FakePeer.made[n]?.remoteDescription; turn++) await settle();
    const peer = FakePeer.made[n];
    assert.ok(peer?.remoteDescription, `no connection ${n}`);
    await settle();
    peer.dispatchEvent(Object.assign(new Event("track"), { streams: [peer] })); // its voice goes by its name
    peer.become("connected");
    peer.channel.open();
    for (const event of early) peer.channel.receive(event);
    await settle();
    await settle();
    made.peer = peer;
    return peer;
  };
  made.pass = async (ms) => {
    for (let left = ms; left > 0; left -= 500) {
      browser.clock.pass(Math.min(500, left));
      await settle();
    }
  };
  state.move("asking-mic");
  const way = mode === "relay" ? relaySignalling(browser, config({ mode })) : tokenSignalling(browser);
  const start = talk.start(way, {}, sound);
  await made.connect(0);
  await start;
  await settle();
  assert.equal(state.current, "live");
  return made;
}

/** A turn that ends with "Goodbye!": what comes until it is said, and the end of its voice. */
export function goodbye(n) {
  const events = spokenTurn(n, null, "Bye.", "Goodbye!");
  const isEnd = ({ type }) => type === "output_audio_buffer.stopped";
  return [events.filter((event) => !isEnd(event)), events.find(isEnd)];
}

/** The assistant has called `end_call` in a response. */
export const leave = ({ talk }, response, conversation = talk.conversation) =>
  farewell(conversation, { call: "call_1", response }, () => talk.stop("goodbye"));
