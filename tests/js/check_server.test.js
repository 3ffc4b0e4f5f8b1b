import assert from "node:assert/strict";
import test from "node:test";
import { checkBrowser } from "../../static_site/public/js/check_browser.js";
import { checkServer } from "../../static_site/public/js/check_server.js";
import { FakeStorage, config, fakeBrowser, json } from "./fakes.js";

const settings = config();
/** A server that gives these answers. */
function server(answers = {}) {
  const asked = [];
  const all = { "api/health": () => json({ status: "ok" }), "api/config": () => json(settings), "api/ready": () => json({}), ...answers };
  return { asked, now: () => 0, fetch: async (url) => (asked.push(url), all[url]()) };
}
const check = (answers) => checkServer(server(answers), new AbortController().signal);
const down = () => Promise.reject(new TypeError("Failed to fetch"));

test("a server that is there and ready, with its configuration", async () => {
  const browser = server();
  const found = await checkServer(browser, new AbortController().signal);
  assert.deepEqual([found.state, found.config], ["good", settings]);
  assert.deepEqual(browser.asked, ["api/health", "api/config", "api/ready"]);
});

test("a server that cannot be reached is down, or behind a network that blocks it", async () => {
  const found = await check({ "api/health": down });
  assert.deepEqual([found.state, found.cause], ["bad", "unreachable"]);
  assert.match(found.text, /cannot be reached\. Either it is down/);
});

test("a network's own sign-in page is not taken for the server", async () => {
  for (const answer of [() => new Response("<html>Welcome to the hotel"), () => json({ status: "welcome" }), () => json(null)]) {
    const found = await check({ "api/health": answer });
    assert.deepEqual([found.state, found.cause], ["bad", "network"]);
    assert.match(found.text, /Something else answers/);
  }
});

test("what the server says of its own troubles is shown as it says it", async () => {
  const problem = { title: "Not configured", detail: "Missing: A.", hint: "Set `A`.", code: "not_configured", request_id: "r1" };
  for (const path of ["api/config", "api/ready"]) {
    const found = await check({ [path]: () => json(problem, 503) });
    assert.deepEqual([found.state, found.cause, found.config], ["bad", "server", undefined]);
    assert.deepEqual([found.text, found.hint, found.note], ["Not configured. Missing: A.", "Set `A`.", "not_configured · r1"]);
  }
});

test("a gateway's error names its status", async () => {
  const found = await check({ "api/health": () => new Response("<html>", { status: 502 }) });
  assert.deepEqual([found.state, found.cause], ["bad", "server"]);
  assert.match(found.text, /not answer as it should.*502/);
});

test("who must sign in is told so before a call is tried", async () => {
  for (const [sign_in, state] of [
    [{ required: true, links: [], signed_in: false }, "warning"],
    [{ required: true, links: [], signed_in: true }, "good"],
  ]) {
    assert.equal((await check({ "api/config": () => json(config({ sign_in })) })).state, state);
  }
});

test("stopping is no failure of the server", async () => {
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(checkServer(server({ "api/health": down }), stop.signal), { name: "AbortError" });
});

test("what a browser lacks is named", () => {
  const able = fakeBrowser();
  assert.equal(checkBrowser(able).state, "good");
  for (const [parts, state, words] of [
    [{ secure: false }, "bad", /secure address/],
    [{ PeerConnection: undefined }, "bad", /WebRTC/],
    [{ getUserMedia: undefined }, "bad", /no page a microphone/],
    [{ storage: () => { throw new DOMException("", "SecurityError"); } }, "warning", /may not store/],
    [{ storage: () => ({ setItem() { throw new DOMException("", "QuotaExceededError"); } }) }, "warning", /may not store/],
  ]) {
    const found = checkBrowser({ ...able, ...parts });
    assert.equal(found.state, state);
    assert.match(found.text, words);
    assert.ok(found.hint);
  }
  const storage = new FakeStorage();
  checkBrowser({ ...able, storage: () => storage });
  assert.equal(storage.length, 0, "the probe leaves nothing");
});
