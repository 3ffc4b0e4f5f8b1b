/** What the tests of lines made ahead share: a page in token mode whose connections are made by hand. */
import assert from "node:assert/strict";
import { connect } from "../../static_site/public/js/connect.js";
import { Timings } from "../../static_site/public/js/timings.js";
import { signalling } from "../../static_site/public/js/token_signalling.js";
import { FakePeer, fakeBrowser, settle } from "./fakes.js";

// So that loading them in a test takes no time.
await Promise.all(["lines_ahead", "refusals"].map((name) => import(`../../static_site/public/js/${name}.js`)));

export const CHOICES = { persona: "assistant" };

export const turns = async (count) => {
  for (let turn = 0; turn < count; turn++) await settle();
};

/** A page in token mode. `state` is the microphone's permission, "" where the browser does not tell. */
export async function page({ state = "granted", loaded = true, ...parts } = {}) {
  const opened = [];
  const status = { state };
  const permissions = { query: async ({ name }) => (assert.equal(name, "microphone"), status) };
  const refuses = { query: async () => Promise.reject(new TypeError("no such permission")) };
  const browser = fakeBrowser({
    preconnect: (origin) => opened.push(origin),
    permissions: state ? permissions : refuses,
    ...parts,
  });
  const way = signalling(browser);
  if (loaded) await settle();
  const mints = () => browser.requests.filter(({ url }) => url === "api/session");
  const exchanges = () => browser.requests.filter(({ url }) => url !== "api/session");
  const prepare = async (choices, intent) => {
    way.prepare(choices, intent);
    await turns(8);
    return FakePeer.made.at(-1);
  };
  /** Starts, as far as it gets. */
  const start = async (choices = CHOICES) => {
    const attempt = new AbortController();
    const told = { microphone: [], voice: [], message: [] };
    const on = Object.fromEntries(Object.entries(told).map(([name, list]) => [name, (it) => list.push(it)]));
    const timings = new Timings(browser.now);
    const started = { attempt, told, timings };
    started.done = connect(way, choices, browser, on, attempt, timings);
    started.done.then(
      (link) => (started.link = link),
      (fault) => (started.fault = fault),
    );
    await turns(10);
    started.peer = FakePeer.made.at(-1);
    return started;
  };
  return { browser, status, way, mints, exchanges, opened, start, prepare };
}

/** Everything that was opened is closed, and no timer waits. */
export function allClosed({ browser }) {
  assert.ok(FakePeer.made.every((peer) => peer.connectionState === "closed"));
  assert.equal(browser.clock.waiting, 0);
}

export async function comeUp(peer) {
  assert.ok(peer.remoteDescription, "it is answered");
  peer.become("connected");
  peer.channel.open();
  peer.channel.receive({ type: "session.created" });
  await turns(3);
}

export const bearer = (request) => request.headers.Authorization;
