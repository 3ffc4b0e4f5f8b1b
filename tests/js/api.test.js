import assert from "node:assert/strict";
import test from "node:test";
import { getConfig, readProblem } from "../../static_site/public/js/api.js";
import { FAILURE_CODES, CallFailure, asFailure } from "../../static_site/public/js/failures.js";
import { json } from "./fakes.js";

test("a problem document gives its code and words", async () => {
  const failure = await readProblem(
    json(
      {
        title: "Too many calls",
        detail: "Three at a time.",
        hint: "End one.",
        code: "too_many_calls",
        request_id: "abc",
      },
      429,
      { "Retry-After": "20" },
    ),
  );
  assert.ok(failure instanceof CallFailure);
  assert.deepEqual(
    [failure.code, failure.title, failure.detail, failure.hint, failure.requestId, failure.status],
    ["too_many_calls", "Too many calls", "Three at a time.", "End one. Wait 20 s before you try again.", "abc", 429],
  );
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
  for (const code of FAILURE_CODES) {
    const { title, detail, hint } = new CallFailure(code, {
      detail: code === "sdp_refused" ? "told by the caller" : "",
    });
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
