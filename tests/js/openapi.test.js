import assert from "node:assert/strict";
import test from "node:test";
import {
  curlOf,
  failuresOf,
  fetchOf,
  fieldsOf,
  groupsOf,
  limitsOf,
  resolve,
  typeOf,
} from "../../static_site/public/js/openapi.js";

const ref = (kind, name) => ({ $ref: `#/components/${kind}/${name}` });
const ID = "0123456789abcdef";

/** A small document of the kind that the server gives. */
const DOCUMENT = {
  openapi: "3.1.0",
  tags: [
    { name: "calls", description: "Starting and ending." },
    { name: "empty", description: "Nothing has this." },
  ],
  paths: {
    "/api/session": {
      post: {
        operationId: "create_session",
        tags: ["calls"],
        summary: "Mint",
        description: "Only where CALL_MODE is `token`.",
        "x-voicemint-mode": "token",
        requestBody: {
          content: { "application/json": { schema: ref("schemas", "Choices"), example: { persona: "it's me" } } },
        },
        responses: {
          200: {
            description: "Minted.",
            headers: { "X-Request-Id": ref("headers", "X-Request-Id") },
            content: { "application/json": { schema: ref("schemas", "Reply") } },
          },
          429: {
            description: "Later.",
            content: { "application/problem+json": { examples: { rate_limited: ref("examples", "rate_limited") } } },
          },
        },
      },
    },
    "/api/call/{id}": {
      parameters: [],
      delete: {
        operationId: "hang_up_call",
        tags: ["calls"],
        parameters: [ref("parameters", "CallId")],
        responses: { 204: { description: "Ended." } },
      },
    },
    "/api/health": { get: { responses: { 200: { content: { "application/json": { schema: {} } } } } } },
  },
  components: {
    schemas: {
      Choices: {
        type: "object",
        properties: {
          persona: { anyOf: [{ type: "string", minLength: 1, maxLength: 64 }, { type: "null" }], default: null },
          speed: { type: "number", minimum: 0.25, maximum: 1.5, default: 1, description: "How fast." },
        },
        required: [],
      },
      Reply: {
        type: "object",
        required: ["client_secret", "cards"],
        properties: {
          client_secret: ref("schemas", "Secret"),
          cards: { type: "array", items: ref("schemas", "Secret"), maxItems: 5 },
          maybe: { anyOf: [ref("schemas", "Secret"), { type: "null" }] },
        },
      },
      Secret: { type: "object", required: ["value"], properties: { value: { type: "string", description: "It." } } },
      Circle: { type: "object", properties: { again: ref("schemas", "Circle") } },
    },
    headers: { "X-Request-Id": { required: true, description: "A name.", schema: { type: "string", pattern: "^a$" } } },
    parameters: { CallId: { name: "id", in: "path", required: true, schema: { type: "string" }, example: ID } },
    examples: {
      rate_limited: { value: { code: "rate_limited", status: 429, title: "Slower", hint: "Wait." } },
      other: { value: { no: "problem" } },
    },
  },
};

const [calls, rest] = groupsOf(DOCUMENT);
const [mint, hangUp] = calls.operations;

test("routes are grouped by tag, in the document's order; what has no tag comes last", () => {
  assert.deepEqual([calls.name, calls.about, calls.operations.length], ["calls", "Starting and ending.", 2]);
  assert.deepEqual([rest.name, rest.operations.map(({ id }) => id)], ["", ["get_api_health"]]);
  assert.deepEqual([mint.id, mint.method, mint.path, mint.mode], ["create_session", "POST", "/api/session", "token"]);
});

test("fields say what they are, what they must keep to and whether they must be there", () => {
  assert.deepEqual(mint.body, [
    { name: "persona", type: "string or null", required: false, limits: "1 to 64 characters", about: "" },
    { name: "speed", type: "number", required: false, limits: "0.25 to 1.5; default 1", about: "How fast." },
  ]);
});

test("objects in objects and lists are followed, a circle only so far", () => {
  const [good] = mint.replies;
  assert.deepEqual(
    good.fields.map(({ name, type, required, limits }) => [name, type, required, limits]),
    [
      ["client_secret", "object", true, ""],
      ["client_secret.value", "string", true, ""],
      ["cards", "list of object", true, "up to 5 entries"],
      ["cards[].value", "string", true, ""],
      ["maybe", "object or null", false, ""],
      ["maybe.value", "string", true, ""],
    ],
  );
  assert.equal(fieldsOf(DOCUMENT, ref("schemas", "Circle")).length, 5);
});

test("replies tell their headers and the codes of their problems", () => {
  const [good, bad] = mint.replies;
  assert.deepEqual(good.headers, [
    { name: "X-Request-Id", type: "string", required: true, limits: "fits ^a$", about: "A name." },
  ]);
  assert.deepEqual([bad.status, bad.codes, bad.fields], ["429", ["rate_limited"], []]);
});

test("every code that has an example problem is listed", () => {
  assert.deepEqual(failuresOf(DOCUMENT), [{ code: "rate_limited", status: 429, title: "Slower", hint: "Wait." }]);
});

test("examples for a shell are quoted so that nothing in them is run", () => {
  assert.equal(
    curlOf(mint, "https://voice.example"),
    `curl -i -X POST 'https://voice.example/api/session' \\
  -H 'Content-Type: application/json' \\
  -d '{"persona":"it'\\''s me"}'`,
  );
  assert.equal(curlOf(hangUp, "https://x"), `curl -i -X DELETE 'https://x/api/call/${ID}'`);
  assert.equal(curlOf(rest.operations[0], "https://x"), "curl -i 'https://x/api/health'");
});

test("examples for JavaScript are programs", async () => {
  const asked = [];
  const fetch = async (...more) => (asked.push(more), new Response('{"a":1}'));
  for (const operation of [mint, hangUp, rest.operations[0]]) {
    const run = new Function("fetch", `return (async () => { ${fetchOf(operation)} return reply; })()`);
    await run(fetch);
  }
  assert.deepEqual(asked[0], [
    "/api/session",
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"persona":"it\'s me"}',
    },
  ]);
  assert.deepEqual(asked.slice(1), [[`/api/call/${ID}`, { method: "DELETE" }], ["/api/health"]]);
  assert.match(fetchOf(mint), /await reply\.json\(\)/);
  assert.doesNotMatch(fetchOf(hangUp), /body/);
});

test("limits in words", () => {
  for (const [schema, words] of [
    [{ enum: ["a", "b"] }, "a, b"],
    [{ const: "no-store" }, "always no-store"],
    [{ minimum: 1 }, "at least 1"],
    [{ maxLength: 9 }, "up to 9 characters"],
    [{ default: null }, ""],
    [{ default: false }, "default false"],
    [{}, ""],
  ])
    assert.equal(limitsOf(schema), words);
});

test("types in words", () => {
  for (const [schema, words] of [
    [{ type: ["string", "null"] }, "string or null"],
    [{ enum: [1] }, "number"],
    [{ const: "a" }, "string"],
    [{ type: "array" }, "list of any"],
    [{}, "any"],
    [undefined, "any"],
  ])
    assert.equal(typeOf(DOCUMENT, schema), words);
});

test("references that lead nowhere, out of the document or in a circle give nothing", () => {
  const circle = { components: { a: { $ref: "#/components/b" }, b: { $ref: "#/components/a" } } };
  assert.deepEqual(resolve(circle, { $ref: "#/components/a" }), {});
  assert.deepEqual(resolve(DOCUMENT, { $ref: "#/components/schemas/None/properties" }), {});
  assert.deepEqual(resolve(DOCUMENT, { $ref: "https://elsewhere.example/x" }), {});
});

test("what is no document of this kind has no routes", () => {
  const odd = { paths: { "/a": null, "/b": { parameters: [] } } };
  for (const document of [null, 7, "text", [], {}, { paths: null }, odd]) {
    assert.deepEqual(groupsOf(document), []);
    assert.deepEqual(failuresOf(document), []);
  }
});
