import assert from "node:assert/strict";
import test from "node:test";
import { bad, good, warning } from "../../static_site/public/js/check_outcome.js";
import { noFacts } from "../../static_site/public/js/check_route.js";
import { runCheck } from "../../static_site/public/js/check_run.js";
import { asText, sheetOf } from "../../static_site/public/js/check_sheet.js";
import { CallFailure } from "../../static_site/public/js/failures.js";
import { config, settle } from "./fakes.js";

const facts = { ...noFacts(), host: "res.openai.azure.com", addresses: ["203.0.113.9 UDP 3478", "203.0.113.9 TCP 3478"] };
/** Steps that find all well, but for these. */
const steps = (some = {}) => ({
  browser: () => good("b"),
  microphone: async () => good("It hears you.", { note: "Anna's headset" }),
  speaker: async () => good("s"),
  server: async () => ({ ...good("v"), config: config() }),
  route: async () => ({ outcome: good("r"), facts }),
  ...some,
});
async function run(some, signal = new AbortController().signal) {
  const shown = [];
  const report = await runCheck(steps(some), (step, outcome) => shown.push(`${step} ${outcome?.state ?? "runs"}`), signal);
  const states = Object.values(report.results).map(({ state }) => state);
  return { ...report, shown, states };
}

test("one step after another", async () => {
  const { shown, states } = await run();
  const names = ["browser", "microphone", "speaker", "server", "route"];
  assert.deepEqual(shown, names.flatMap((name) => [`${name} runs`, `${name} good`]));
  assert.deepEqual(states, ["good", "good", "good", "good", "good"]);
});

test("no call where the person wants none, or the server would not start one", async () => {
  assert.match((await run({ route: null })).results.route.text, /wanted no test call/);
  const route = () => assert.fail("no call is made");
  for (const server of [
    async () => bad("down", "h"),
    async () => ({ ...warning("sign in", "h"), config: config() }),
    async () => good("no configuration"),
  ]) {
    assert.equal((await run({ server, route })).results.route.state, "skipped");
  }
});

test("a browser that cannot call is asked for neither microphone nor call, but for the rest", async () => {
  const never = () => assert.fail("not asked");
  const { states } = await run({ browser: () => bad("b", "h"), microphone: never, route: never });
  assert.deepEqual(states, ["bad", "skipped", "good", "good", "skipped"]);
});

test("a dead microphone does not keep the call from being tried", async () => {
  const { states } = await run({ microphone: async () => bad("m", "h") });
  assert.deepEqual(states, ["good", "bad", "good", "good", "good"]);
});

test("a fault of a step itself is that step's outcome, and the next runs", async () => {
  const { states, results } = await run({ speaker: async () => Promise.reject(new CallFailure("unexpected")) });
  assert.deepEqual(states, ["good", "good", "bad", "good", "good"]);
  assert.match(results.speaker.text, /went wrong/);
});

test("stopping leaves the rest unchecked, at once, whatever the step does", async () => {
  const stop = new AbortController();
  const done = run({ speaker: () => new Promise(() => {}), server: () => assert.fail("stopped") }, stop.signal);
  await settle();
  stop.abort();
  const { states, results } = await done;
  assert.deepEqual(states, ["good", "good", "skipped", "skipped", "skipped"]);
  assert.match(results.speaker.text, /stopped/);
});

const place = { page: new URL("https://talk.example.com/check"), browser: "A browser", time: new Date("2026-11-21T16:05:30Z") };

test("the sheet names what must be open, with this deployment's own hosts", async () => {
  const sheet = sheetOf(await run(), place);
  assert.deepEqual(
    sheet.needs.map(({ to, ports }) => [to, ports]),
    [
      ["talk.example.com", "TCP 443 (HTTPS)"],
      ["res.openai.azure.com", "TCP 443 (HTTPS)"],
      ["Azure service tag AzureCloud.<region>, the region of the Azure OpenAI resource", "UDP 3478 and TCP 3478"],
    ],
  );
  const text = asText(sheet);
  for (const part of ["talk.example.com", "res.openai.azure.com", "203.0.113.9 UDP 3478, 203.0.113.9 TCP 3478", "A browser", "2026-11-21 16:05 UTC", "All is well", "Microphone: Good. It hears you.", "UDP 3478 and TCP 3478 to Azure service tag AzureCloud.<region>"]) {
    assert.ok(text.includes(part), `${part}\n${text}`);
  }
  assert.ok(!text.includes("Anna"), "no device is named");
});

test("in relay mode no way to Azure OpenAI over HTTPS is asked for", async () => {
  const server = async () => ({ ...good("v"), config: config({ mode: "relay" }) });
  const route = async () => ({ outcome: good("r"), facts: { ...facts, host: "" } });
  const sheet = sheetOf(await run({ server, route }), place);
  assert.deepEqual(sheet.needs.map(({ ports }) => ports), ["TCP 443 (HTTPS)", "UDP 3478 and TCP 3478"]);
  assert.ok(sheet.remarks.some((remark) => /begun by this page's server/.test(remark)));
});

test("without a test call the sheet says what it does not know", async () => {
  const text = asText(sheetOf(await run({ route: null }), place));
  assert.match(text, /name\.openai\.azure\.com/);
  assert.match(text, /no test call got that far/);
  assert.match(text, /Test call: Not checked/);
});
