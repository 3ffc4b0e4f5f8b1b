import assert from "node:assert/strict";
import test from "node:test";
import { failed, good, bad, skipped, verdict, warning } from "../../static_site/public/js/check_outcome.js";
import { CallFailure } from "../../static_site/public/js/failures.js";
import { REFUSALS } from "../../static_site/public/js/refusals.js";

/** All well, but for these. */
const results = (some = {}) => ({
  browser: good("b"),
  microphone: good("m"),
  speaker: good("s"),
  server: good("v"),
  route: good("r"),
  ...some,
});
const network = bad("r", "h", { cause: "network" });

test("all is well only if everything was checked and is good", () => {
  assert.deepEqual(verdict(results()), { faults: [], state: "good", title: "All is well", detail: "You can call from here." });
  const known = verdict(results({ route: warning("slow", "h") }));
  assert.deepEqual([known.state, known.faults], ["warning", []]);
  assert.match(known.title, /can call/);
  const part = verdict(results({ route: skipped("no") }));
  assert.equal(part.state, "warning");
  assert.match(part.title, /so far/);
  assert.ok(!/can call/.test(part.title), "what was not tried is not promised");
  assert.match(verdict(results({ route: skipped("no"), speaker: warning("w", "h") })).title, /so far.*something/);
});

test("a dead microphone is told from a blocked network", () => {
  const dead = verdict(results({ microphone: bad("m", "h") }));
  assert.deepEqual([dead.faults, dead.title], [["microphone"], "It is the microphone, not the network"]);
  const blocked = verdict(results({ route: network }));
  assert.deepEqual([blocked.faults, blocked.title], [["network"], "It is the network, not the microphone"]);
});

test("nothing is acquitted that was not found to be well", () => {
  const untried = verdict(results({ microphone: bad("m", "h"), route: skipped("no") }));
  assert.equal(untried.title, "It is the microphone");
  const silent = verdict(results({ microphone: warning("quiet", "h"), route: network }));
  assert.equal(silent.title, "It is the network");
});

test("more than one fault are all named, each once", () => {
  const both = verdict(results({ microphone: bad("m", "h"), server: network, route: network }));
  assert.deepEqual(both.faults, ["microphone", "network"]);
  assert.equal(both.title, "More than one fault: the microphone and the network");
});

test("each single fault has its own words", () => {
  for (const [some, fault, title] of [
    [{ browser: bad("b", "h") }, "browser", /browser cannot/],
    [{ speaker: bad("s", "h") }, "speaker", /speaker/],
    [{ server: bad("v", "h", { cause: "server" }) }, "server", /server/],
    [{ server: network }, "network", /network/],
    [{ server: bad("v", "h", { cause: "unreachable" }) }, "unreachable", /cannot be reached$/],
    [{ route: bad("r", "h", { cause: "server" }) }, "server", /server/],
  ]) {
    const found = verdict(results(some));
    assert.deepEqual([found.faults, found.state], [[fault], "bad"]);
    assert.match(found.title, title);
  }
});

test("a fault is told in the words of the call's page, with the wait and the request's id", () => {
  const [title, detail, hint] = REFUSALS.rate_limited;
  const words = { title, detail, hint, retryAfter: 30, requestId: "r1" };
  const limited = failed(new CallFailure("rate_limited", words), { cause: "server" });
  assert.equal(limited.state, "bad");
  assert.equal(limited.text, "Too soon for another call. Only so many calls may be started in a minute.");
  assert.equal(limited.hint, "Take a short break. It may work again in half a minute.");
  assert.equal(limited.note, "rate_limited · r1");
  assert.equal(limited.cause, "server");
  const odd = failed(new RangeError("odd"));
  assert.match(odd.text, /went wrong.*RangeError: odd/);
  assert.equal(failed(new CallFailure("x", { title: "Same", detail: "Same." })).text, "Same.", "nothing is said twice");
});
