import assert from "node:assert/strict";
import test from "node:test";
import "./fake_elements.js";
import { config, json, made, settle } from "./fakes.js";

const asked = [];
globalThis.fetch = async (url, { method = "GET" } = {}) => {
  const { host, pathname } = new URL(url);
  asked.push(`${method} ${host}${pathname}`);
  if (pathname === "/api/config") return json(config({ mode: "relay" }));
  return method === "POST" ? made() : new Response(null, { status: 204 });
};
globalThis.localStorage = { length: 0, setItem() {}, getItem: () => null, removeItem() {}, key: () => null };
const { CallServer } = await import("../../static_site/public/js/call_server.js");

test("a call stays with the server that made it, whichever is followed next: there it is hung up, and made again", async () => {
  const server = new CallServer();
  server.follow("https://one.example");
  const way = await server.way();
  const attempt = new AbortController();
  const timings = { measure: (_, step) => step };
  await way({}, attempt.signal, timings).exchange("an offer");
  server.follow("https://two.example");
  await way({}, new AbortController().signal, timings).exchange("an offer");
  attempt.abort();
  await settle();
  await server.ask();
  const calls = asked.filter((one) => !one.includes("config")).map((one) => one.replace(/\/\w{32}$/, ""));
  assert.deepEqual(calls, ["POST one.example/api/call", "POST one.example/api/call", "DELETE one.example/api/call"]);
  assert.deepEqual(asked.at(-1), "GET two.example/api/config");
});
