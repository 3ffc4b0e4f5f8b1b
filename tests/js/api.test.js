import assert from "node:assert/strict";
import test from "node:test";
import { getConfig } from "../../static_site/public/js/api.js";
import { ONLY_TIME_HELPS, REFUSALS, readProblem } from "../../static_site/public/js/refusals.js";
import "../../static_site/public/js/call_failures.js";
import { CallFailure, WORDS, asFailure } from "../../static_site/public/js/failures.js";
import { json } from "./fakes.js";

test("a problem document gives its code and words", async () => {
  const failure = await readProblem(
    json(
      {
        title: "Throttled",
        detail: "The quota is used up.",
        hint: "Raise it.",
        code: "upstream_throttled",
        request_id: "abc",
      },
      429,
      { "Retry-After": "20" },
    ),
  );
  assert.ok(failure instanceof CallFailure);
  assert.deepEqual(
    [failure.code, failure.title, failure.detail, failure.hint, failure.requestId, failure.status, failure.retryAfter],
    ["upstream_throttled", "Throttled", "The quota is used up.", "Raise it.", "abc", 429, 20],
  );
});

test("what a visitor meets is told in words for a visitor, with the server's id and wait", async () => {
  const problem = { title: "T", detail: "D", hint: "Raise MAX_MINUTES_PER_DAY.", request_id: "abc" };
  for (const [code, words] of Object.entries(REFUSALS)) {
    const failure = await readProblem(json({ ...problem, code }, 429, { "Retry-After": "7" }));
    assert.deepEqual([failure.code, failure.title, failure.detail, failure.hint], [code, ...words]);
    assert.deepEqual([failure.requestId, failure.status, failure.retryAfter], ["abc", 429, 7]);
    assert.ok(!/[A-Z_]{6,}|Retry-After|GET /.test(words.join(" ")), `${code} speaks to a visitor`);
  }
  for (const code of ONLY_TIME_HELPS) assert.ok(code in REFUSALS, code);
});

test("a wait that cannot be is no wait", async () => {
  for (const wait of ["soon", "-1", "0", "86401", "Wed, 21 Oct 2026 07:28:00 GMT", ""]) {
    assert.equal((await readProblem(json({}, 429, { "Retry-After": wait }))).retryAfter, 0, wait);
  }
});

test("a wait whose header a page of another origin may not read stands in the body too", async () => {
  assert.equal((await readProblem(json({ retry_after: 20 }, 429))).retryAfter, 20);
  assert.equal((await readProblem(json({ retry_after: 20 }, 429, { "Retry-After": "7" }))).retryAfter, 7);
  assert.equal((await readProblem(json({ retry_after: {} }, 429))).retryAfter, 0);
});

test("a code that happens to be the name of a method is only a name", async () => {
  assert.equal((await readProblem(json({ code: "constructor", detail: "D" }, 400))).detail, "D");
});

const OTHER_BODIES = {
  "nothing at all": new Response(null, { status: 502 }),
  "a proxy's page": new Response("<html>Bad gateway</html>", { status: 502 }),
  "a bare string": json("no", 502),
  null: json(null, 502),
  "a list": json([1], 502),
  "fields of the wrong kind": json({ title: 5, detail: {}, hint: null, code: ["x"], request_id: 1 }, 502),
  "a code that is no name": json({ code: "<b>\n" }, 502, { "Retry-After": "soon" }),
};
for (const [name, response] of Object.entries(OTHER_BODIES)) {
  test(`a refusal with ${name} still names its status`, async () => {
    const failure = await readProblem(response);
    assert.equal(failure.code, "mint_failed");
    assert.equal(failure.detail, "The server answered with status 502.");
    assert.ok(failure.title && failure.hint);
  });
}

test("what is refused at the edge, before the function, is told like the function's own refusal", async () => {
  for (const [status, code] of [[401, "sign_in_required"], [403, "role_required"]]) {
    const failure = await readProblem(new Response("<html>", { status }));
    assert.deepEqual([failure.code, failure.title, failure.status], [code, REFUSALS[code][0], status]);
    assert.equal((await readProblem(json({ code: "origin_not_allowed" }, status))).code, "origin_not_allowed");
  }
});

test("words of any length are cut", async () => {
  const failure = await readProblem(json({ detail: "x".repeat(10_000), code: "a" }, 400));
  assert.equal(failure.detail.length, 600);
});

test("a configuration without personas is no configuration", async () => {
  const personas = [{ name: "assistant" }];
  assert.deepEqual((await getConfig(async () => json({ personas }))).personas, personas);
  for (const body of [{}, { personas: [] }, { personas: "all" }, null]) {
    await assert.rejects(
      getConfig(async () => json(body)),
      { code: "bad_reply" },
    );
  }
  await assert.rejects(
    getConfig(async () => Promise.reject(new TypeError("down"))),
    { code: "network" },
  );
  await assert.rejects(
    getConfig(async () => json({ code: "not_configured" }, 503)),
    { code: "not_configured" },
  );
});

test("every failure of the page says what happened, what it means and what to do", () => {
  assert.equal(Object.keys(WORDS).length, 18);
  for (const [code, known] of Object.entries({ ...WORDS, ...REFUSALS })) {
    const [title, detail = "told by the caller", hint] = known.map((words) => words || undefined);
    for (const words of [title, detail, hint]) assert.ok(words.length > 5 && words.length < 200, `${code}: ${words}`);
    assert.match(detail + hint, /\.$/, code);
  }
});

test("any fault becomes a failure", () => {
  const known = new CallFailure("network");
  assert.equal(asFailure(known), known);
  assert.match(asFailure(new RangeError("odd")).detail, /RangeError: odd/);
  assert.equal(asFailure("text").code, "unexpected");
});
