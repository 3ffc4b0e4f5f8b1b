import assert from "node:assert/strict";
import test from "node:test";
import { ANSWERS, CAPTIONS, costOfCall, UNKNOWN } from "../../static_site/public/js/money.js";
import { PriceList, pricesFor, readModels } from "../../static_site/public/js/prices.js";
import { noTokens } from "../../static_site/public/js/usage.js";
import { Clock, FakeStorage } from "./fakes.js";
import { LIST, REAL } from "./listed.js";
import { random } from "./random.js";

const copied = (value) => JSON.parse(JSON.stringify(value));

test("of the project's own file every model and every price is understood", () => {
  const models = readModels(REAL);
  for (const kind of ["realtime", "transcription"]) {
    const told = Object.entries(REAL[kind]).map(([model, { prices }]) => [model, { prices }]);
    assert.deepEqual(models[kind], Object.fromEntries(told));
    for (const model of Object.keys(REAL[kind])) {
      const { prices } = kind === "realtime" ? pricesFor(model, models) : pricesFor("", models, model);
      for (const [name, price] of Object.entries(REAL[kind][model].prices)) assert.equal(prices[name], price, `${model} ${name}`);
    }
  }
  assert.deepEqual([models.prices_read, models.default], [REAL.prices_read, { realtime: REAL.default.realtime }]);
  assert.deepEqual(readModels(copied(models)), models, "what is kept of it on the device is read alike");
});

test("the price is found by the deployment's name, of which the longest model counts", () => {
  const found = (name) => {
    const { model, sure } = pricesFor(name, LIST);
    return [model, sure];
  };
  assert.deepEqual(found("gpt-realtime-2.1"), ["gpt-realtime-2.1", true]);
  assert.deepEqual(found("my-GPT-realtime-2.1-mini-eu"), ["gpt-realtime-2.1-mini", true]);
  assert.deepEqual(found("gpt-realtime-1.5"), ["gpt-realtime-1.5", true]);
  assert.deepEqual(found("gpt-realtime-MINI"), ["gpt-realtime-2.1-mini", false]);
  for (const unknown of ["", "voice", "gpt-realtime", "gpt-realtime-2", "__proto__"])
    assert.deepEqual(found(unknown), ["gpt-realtime-2.1", false], unknown);
  const { "gpt-realtime-2.1-mini": _, ...large } = LIST.realtime;
  assert.equal(pricesFor("mini", { ...LIST, realtime: large }).model, "gpt-realtime-2.1");
});

test("captions cost what their model does, and the dearest of each kind if it is not known", () => {
  const captions = (name) => CAPTIONS.map((kind) => pricesFor("", LIST, name).prices[kind]);
  assert.deepEqual(captions("eu-whisper"), [1, 3]);
  assert.deepEqual(captions("slow-whisper"), [2, 3]);
  assert.deepEqual(captions(""), [2, 3]);
  assert.deepEqual(captions(undefined), [2, 3]);
  const none = pricesFor("", { ...LIST, transcription: {} });
  assert.deepEqual(Object.keys(none.prices), ANSWERS, "nothing is made up");
});

test("a list without its date, or without all prices of the usual model, is none", () => {
  const without = (spoil) => {
    const list = copied(LIST);
    spoil(list);
    return readModels(list);
  };
  assert.deepEqual(readModels(LIST), LIST);
  const spoilt = [
    (list) => delete list.prices_read,
    (list) => (list.prices_read = "2026-13-02"),
    (list) => (list.prices_read = "2 October"),
    (list) => (list.prices_read = 20261002),
    (list) => (list.default = null),
    (list) => (list.default.realtime = "constructor"),
    (list) => (list.default.realtime = ["gpt-realtime-2.1"]),
    (list) => delete list.realtime["gpt-realtime-2.1"],
    (list) => delete list.realtime["gpt-realtime-2.1"].prices.imageIn,
    (list) => (list.realtime["gpt-realtime-2.1"].prices.audioOut = -1),
    (list) => (list.realtime["gpt-realtime-2.1"].prices.audioOut = "64"),
    (list) => (list.realtime = [list.realtime]),
  ];
  for (const spoil of spoilt) assert.equal(without(spoil), null, String(spoil));
  for (const none of [undefined, null, 7, "[]", [], {}, true]) assert.equal(readModels(none), null);
  const other = without((list) => (list.realtime["gpt-realtime-1.5"].prices.textIn = null));
  assert.deepEqual(Object.keys(other.realtime), ["gpt-realtime-2.1", "gpt-realtime-2.1-mini"], "only that model is not known");
});

const ODD = [null, true, "", "64", -1, -0, 1e6, 1e300, [], {}, [4], { prices: 4 }, "__proto__", "2026-10-02", 0, 0.5];

/** The list with some of its values, at any depth, put in the place of others or replaced by what is none. */
function spoilt(list, next) {
  const any = (values) => values[Math.floor(next() * values.length)];
  for (let times = 1 + next() * 4; times > 0; times--) {
    let [place, key] = [list, any(Object.keys(list))];
    while (typeof place[key] === "object" && place[key] && Object.keys(place[key]).length && next() < 0.85)
      [place, key] = [place[key], any(Object.keys(place[key]))];
    const value = any([...ODD, ...Object.values(list)]);
    if (next() < 0.2) delete place[key];
    else Object.defineProperty(place, next() < 0.2 ? "__proto__" : key, { value: copied(value), enumerable: true, configurable: true, writable: true });
  }
  return list;
}

test("whatever the file holds, each price is a number of dollars, and each sum is one or is not known", () => {
  const met = { none: 0, list: 0, unknown: 0 };
  const usage = { tokens: noTokens(), transcription: { seconds: 60, tokens: 60 } };
  for (const side of ["in", "out"]) Object.assign(usage.tokens[side], { text: 10, audio: 10, image: 10, other: 10 });
  for (let seed = 0; seed < 3_000; seed++) {
    const next = random(seed);
    const models = readModels(spoilt(copied(seed % 2 ? LIST : REAL), next));
    met[models ? "list" : "none"] += 1;
    if (!models) continue;
    assert.deepEqual(readModels(copied(models)), models, `seed ${seed}`);
    for (const name of ["", "mini", "my-gpt-realtime-1.5", "__proto__"]) {
      const { model, prices } = pricesFor(name, models, name);
      assert.ok(Object.hasOwn(models.realtime, model), `seed ${seed}`);
      for (const [price, value] of Object.entries(prices)) {
        assert.ok([...ANSWERS, ...CAPTIONS].includes(price), `seed ${seed}: ${price}`);
        assert.ok(Number.isFinite(value) && value >= 0, `seed ${seed}: ${price} is ${value}`);
      }
      const sum = costOfCall(usage, { ...UNKNOWN, ...prices });
      const whole = CAPTIONS.every((kind) => Object.hasOwn(prices, kind));
      assert.equal(Number.isNaN(sum), !whole, `seed ${seed}: ${sum}`);
      met.unknown += !whole;
    }
  }
  for (const [what, count] of Object.entries(met)) assert.ok(count > 50, `${what} was met ${count} times`);
});

/** A list over a network whose replies are the test's; `storage` is that of an earlier visit. */
function asking(reply, storage = new FakeStorage()) {
  const clock = new Clock();
  const asked = [];
  const fetch = async (address, { signal }) => {
    asked.push(address);
    return reply(signal);
  };
  const list = new PriceList({ fetch, schedule: clock.schedule, storage: () => storage });
  return { list, clock, asked, storage };
}
const failures = {
  "no network": () => Promise.reject(new TypeError("failed")),
  "not there": () => new Response("", { status: 404 }),
  "the page instead": () => new Response("<!doctype html>"),
  "another file": () => Response.json({ prices: [] }),
};

test("the list is asked for once, beside the code, and kept on the device", async () => {
  const { list, clock, asked, storage } = asking(() => Response.json(REAL));
  assert.equal(list.models, undefined, "on its way");
  await Promise.all([list.load(), list.load()]);
  await list.load();
  assert.equal(asked.length, 1);
  assert.ok(asked[0].endsWith("/static_site/public/models.json"), asked[0]);
  assert.equal(clock.waiting, 0);
  assert.deepEqual(list.models, readModels(REAL));
  assert.deepEqual(JSON.parse(storage.getItem("voicemint.prices")), list.models);
});

for (const [name, failure] of Object.entries(failures)) {
  test(`${name}: no list is made up, and the next call asks again`, async () => {
    let reply = failure;
    const { list, clock, asked, storage } = asking((signal) => reply(signal));
    await list.load();
    assert.deepEqual([list.models, storage.length, clock.waiting], [null, 0, 0]);
    reply = () => Response.json(LIST);
    await list.load();
    assert.deepEqual([list.models, asked.length], [LIST, 2]);
  });

  test(`${name}: the list of the last visit counts, and stays`, async () => {
    const storage = new FakeStorage();
    storage.setItem("voicemint.prices", JSON.stringify(LIST));
    const { list } = asking(failure, storage);
    assert.deepEqual(list.models, LIST, "before anything has come");
    await list.load();
    assert.deepEqual([list.models, JSON.parse(storage.getItem("voicemint.prices"))], [LIST, LIST]);
  });
}

test("a list that does not come within ten seconds does not come", async () => {
  const { list, clock } = asking(
    (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  const loading = list.load();
  clock.pass(9_999);
  assert.equal(list.models, undefined);
  clock.pass(1);
  await loading;
  assert.equal(list.models, null);
});

test("what else is stored under its name does no harm, and neither does a storage that is closed", async () => {
  const storage = new FakeStorage();
  for (const odd of ["", "{", "null", "7", '{"realtime":{}}']) {
    storage.setItem("voicemint.prices", odd);
    assert.equal(asking(failures["not there"], storage).list.models, undefined, odd);
  }
  const fetch = async () => Response.json(LIST);
  const closed = () => {
    throw new Error("forbidden");
  };
  const list = new PriceList({ fetch, schedule: new Clock().schedule, storage: closed });
  await list.load();
  assert.deepEqual(list.models, LIST);
});
