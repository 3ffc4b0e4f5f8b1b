import assert from "node:assert/strict";
import test from "node:test";
import { Presence } from "../../static_site/public/js/presence.js";
import { Store } from "../../static_site/public/js/store.js";
import { fakeBrowser, settle } from "./fakes.js";

const said = (text) => ({ role: "user", text, status: "done" });

function phone() {
  const browser = fakeBrowser({ newId: () => "page_1" });
  const page = Object.assign(new EventTarget(), { hidden: false });
  const store = new Store(browser.storage);
  const did = [];
  const lock = { released: false, release: async () => void (lock.released = true) };
  const system = { wakeLock: { request: async () => (did.push("lock"), lock) } };
  const sound = { play: () => did.push("play"), context: null };
  const talk = { muted: false, mute: (muted) => void (talk.muted = muted), stop: () => did.push("stop"), sound };
  const player = Object.assign(new EventTarget(), { srcObject: {} });
  const notify = (text) => did.push(text);
  const presence = new Presence(talk, {
    ...{ store, browser, page, system, notify },
    root: { querySelector: (place) => (place === "audio" ? player : null) },
    view: new EventTarget(),
    askForTap() {},
  });
  const show = (shown) => ((page.hidden = !shown), page.dispatchEvent(new Event("visibilitychange")));
  return { browser, store, did, lock, talk, presence, show };
}

test("a live call holds the screen and keeps its words, through a reconnection, until its end", async () => {
  for (const end of ["ended", "failed", "idle"]) {
    const { presence, store, did, lock } = phone();
    for (const state of ["live", "reconnecting", "live"]) presence.follow(state);
    await settle();
    assert.deepEqual(did, ["lock"]);
    presence.kept.update([said("a")]);
    presence.kept.update([said("a"), said("b")]);
    assert.equal(lock.released, false);
    presence.follow(end);
    assert.deepEqual([lock.released, store.turns().length], [true, 2], end);
  }
});

test("what More says of leaving the page is read when the page is left; the sound is asked for on return", async () => {
  const { presence, browser, talk, did, show } = phone();
  presence.follow("live");
  await settle();
  browser.storage().setItem("voicemint.more", '{"away":"mute"}');
  show(false);
  assert.equal(talk.muted, true);
  show(true);
  assert.equal(talk.muted, false);
  assert.ok(did.includes("play"));
  presence.follow("ended");
  show(false);
  assert.equal(talk.muted, false);
});

test("the next call has a record of its own", () => {
  const { presence, browser, store } = phone();
  for (const text of ["first", "second"]) {
    presence.follow("live");
    presence.kept.update([said(text)]);
    presence.follow("ended");
    browser.clock.pass(60_000);
  }
  assert.deepEqual([store.records().length, store.turns().map(({ text }) => text)], [2, ["first", "second"]]);
});
