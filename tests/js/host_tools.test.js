import assert from "node:assert/strict";
import test from "node:test";
import { runHostTool } from "../../static_site/public/js/host_tools.js";

const run = (name, json, tools) => runHostTool(name, json, tools, () => {});
const answer = async (...call) => {
  const { ok, output } = await run(...call);
  return [ok, JSON.parse(output).result];
};

test("a tool gets its arguments as an object, and what it returns goes to the model", async () => {
  const tools = { add: ({ a, b }) => ({ sum: a + b }), name: () => "Ada", nothing: () => {}, later: async () => "in time" };
  assert.deepEqual(await answer("add", '{"a":1,"b":2}', tools), [true, '{"sum":3}']);
  assert.deepEqual(await answer("name", "", tools), [true, "Ada"]);
  assert.deepEqual(await answer("nothing", "{}", tools), [true, "Done."]);
  assert.deepEqual(await answer("later", "{}", tools), [true, "in time"]);
});

test("a tool that is not there, that fails, or is asked for with anything but an object is told to the model", async () => {
  const tools = {
    fails: () => {
      throw new Error("no such order");
    },
    late: () => Promise.reject(new Error("no network")),
    add: () => assert.fail("it must not run"),
  };
  assert.deepEqual(await answer("fails", "{}", tools), [false, "no such order"]);
  assert.deepEqual(await answer("late", "{}", tools), [false, "no network"]);
  for (const json of ["[]", "null", "1", "{", '"a"']) assert.equal((await run("add", json, tools)).ok, false, json);
  for (const name of ["constructor", "toString", "other"]) assert.equal((await run(name, "{}", tools)).ok, false, name);
});

test("what a tool says is cut, and a card shows less of it", async () => {
  const { detail, output } = await run("long", "{}", { long: () => "a".repeat(50_000) });
  assert.ok(detail.length <= 200);
  assert.ok(output.length < 12_100);
});

test("an output that a tool has made itself is bounded too: one message must hold it", async () => {
  const { title, output } = await run("big", "{}", { big: () => ({ ok: true, title: "Big", output: "x".repeat(300_000) }) });
  assert.equal(title, "Big");
  assert.ok(output.length <= 50_000);
});
