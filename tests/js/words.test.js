import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { reached } from "../../static_site/sizes.mjs";
import { learnt } from "../../static_site/public/js/other_words.js";
import { learn, t, translate, written } from "../../static_site/public/js/words.js";

const ROOT = new URL("../../", import.meta.url);
const PUBLIC = new URL("static_site/public/", ROOT);
const LANGUAGES = ["de", "es", "ar"];
const read = (path) => readFileSync(new URL(path, ROOT), "utf8");
const shown = (path) => read(`static_site/public/${path}`);
const code = (path) => shown(path).replace(/\/\*[^]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
const gaps = (sentence) => (sentence.match(/\{\w+\}/g) ?? []).sort();


// The tests of the words themselves come with a small language of their own.
const asked = [];
const small = () => {
  const learnt = async (wanted, _, words) => {
    asked.push(...wanted);
    words.set("Start", "Los").set("In {time}.", "Noch {time}.");
    return [wanted[0].slice(0, 2), () => {}];
  };
  return Promise.resolve({ learnt });
};
const english = () => learn("call", ["en-GB", "de"], () => assert.fail("nothing needs to be loaded"));

test("English is said as it is written, and nothing is loaded for it", async () => {
  await english();
  assert.equal(t("Start"), "Start");
  assert.equal(t("In {time}.", { time: "2 min" }), "In 2 min.");
  assert.deepEqual(written(), { lang: "en", dir: "ltr" });
  assert.equal(translate("anything"), undefined);
});

test("a language that does not load leaves English", async () => {
  await learn("call", ["de"], () => Promise.reject(new TypeError("offline")));
  assert.equal(t("Start"), "Start");
  assert.equal(written().lang, "en");
});

test("another language, with its gaps filled; what is missing there is said in English", async () => {
  await learn("call", ["ar-EG"], small);
  assert.equal(t("Start"), "Los");
  assert.equal(t("In {time}.", { time: "{time}" }), "Noch {time}.");
  assert.equal(t("Stop in {time}."), "Stop in {time}.");
  assert.equal(t("constructor"), "constructor");
  assert.deepEqual(written(), { lang: "ar", dir: "rtl" });
  asked.length = 0;
  await learn("more", undefined, small);
  assert.deepEqual(asked, ["ar"]);
});

test("the first language that is known here is taken", async () => {

  const first = async (...wanted) => (await learnt(wanted, "call", new Map()))[0];
  assert.equal(await first("tlh", "de-CH", "ar"), "de");
  assert.equal(await first("ES"), "es");
  assert.equal(await first("fr", "en", "de"), "en");
  assert.equal(await first("constructor"), "en");
});

/** What parts of the page can say: literals that look like words, in modules and in markup. */
const isWordy = (text) => /^[A-Z“][a-z’'A-Z]/.test(text) || /[a-z,.] [a-z]/.test(text);
const literals = (source) =>
  [...source.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([literal]) => JSON.parse(literal)).filter(isWordy);
const markup = (path) => {
  const source = shown(path).replace(/<noscript>.*<\/noscript>|<option[^]*?(?=<\/select>)/g, "");
  const texts = [...source.matchAll(/>([^<]+)</g)].map(([, text]) => text.trim().replace(/\s+/g, " "));
  return [...texts, ...[...source.matchAll(/(?:aria-label|placeholder|data-tab)="([^"]+)"/g)].map(([, text]) => text)];
};
const personas = readdirSync(new URL("personas/", ROOT)).flatMap((name) => {
  const [head] = read(`personas/${name}`).split("\n[");
  return [...head.matchAll(/^(?:title|description|greeting) = "(.*)"$/gm)].map(([, text]) => text);
});
const presets = [...read("voicemint/turn_detection.py").matchAll(/TurnDetection\(\s*"\w+",\s*"(.*?)",\s*"(.*?)"/g)].flatMap(
  ([, title, description]) => [title, description],
);

/** What looks like words, but is nobody's to read. */
const NAMES = /^([A-Z\d ]+|Voicemint|Files|Enter|Escape|Location|Retry-After|Content-Type|\w+Error|CallFailure|DeploymentNotFound)$/;
const UNREAD = new Set([
  ...["not kept", "no call", "the call is over", "took over", "caught up", "not an event", "another one came"],
  ...["nothing to record with", "no network", "A call was not hung up; the next page tries again.", "Done.", "pair before"],
  ...["out input_audio_buffer.commit", "out conversation.item.create", "voicemint_voice Assistant"],
]);
const isRead = (text) => /[a-z]/i.test(text) && !NAMES.test(text) && !UNREAD.has(text) && !/^[a-z_]+( [a-z_]+){9,}$|#\w+ \w+\[|, #\w+/.test(text);

const modules = readdirSync(new URL("js/", PUBLIC)).filter((name) => !/^(api|openapi|.*words_|other_words)/.test(name));
const later = modules.filter((name) => /^await learn\(\);$/m.test(code(`js/${name}`)));
const inCalls = new Set(reached(["js/voice_call.js"]));
const afterLearning = new Set(reached(later.map((name) => `js/${name}`)));
const parts = { call: new Set(), more: new Set(), check: new Set() };
/** By the catalogue in which each sentence is looked for. */
for (const name of modules) {
  const source = code(`js/${name}`);
  const steps = new Set([...source.matchAll(/timings\.(?:measure|note)\("([^"]+)"/g)].map(([, step]) => step));
  const first = inCalls.has(`js/${name}`) && !afterLearning.has(`js/${name}`);
  const part = name.startsWith("check") ? "check" : first || /^(main|setup_view)/.test(name) ? "call" : "more";
  for (const text of [...literals(source), ...steps]) if (isRead(text)) parts[steps.has(text) ? "more" : part].add(text);
}
for (const text of [...markup("index.html"), ...personas, ...presets]) if (isRead(text)) parts.call.add(text);
for (const text of markup("check.html")) if (isRead(text)) parts.check.add(text);

for (const language of LANGUAGES) {
  test(`all that is said is said in ${language}, with the same gaps, and nothing else is`, async () => {
    const words = Object.fromEntries(await Promise.all(Object.keys(parts).map(async (part) => [part, await words_of(language, part)])));
    const has = (part, text) => Object.hasOwn(words.call, text) || Object.hasOwn(words[part], text);
    const missing = Object.entries(parts).flatMap(([part, texts]) => [...texts].filter((text) => !has(part, text)).map((text) => `${part}: ${text}`));
    assert.deepEqual(missing, []);
    const everywhere = modules.map((name) => code(`js/${name}`)).join("\n");
    const fixed = new Set([...markup("index.html"), ...markup("check.html"), ...personas, ...presets]);
    for (const sentences of Object.values(words)) {
      for (const [key, sentence] of Object.entries(sentences)) {
        assert.deepEqual(gaps(sentence), gaps(key), key);
        assert.ok(sentence.trim(), key);
        assert.ok(fixed.has(key) || everywhere.includes(JSON.stringify(key)) || everywhere.includes(`${key}:`), `nobody says ${key}`);
      }
    }
  });
}
const words_of = async (language, part) => {
  const module = await import(`../../static_site/public/js/words_${language}${part === "call" ? "" : `_${part}`}.js`);
  const words = new Map();
  assert.equal((await learnt([language], part, words))[0], language);
  assert.deepEqual(Object.fromEntries(words), module.words);
  return module.words;
};

test("no sentence is shown without being looked up", () => {
  const bare = /(?:setText\([^;]*?,|make\("\w+", "[^"]*",|(?:toast|notify|say|showWait)\((?:root, )?|\.(?:ariaLabel|placeholder|title|textContent) =)\s*"([^"]+)"/g;
  const found = modules.flatMap((name) => [...code(`js/${name}`).matchAll(bare)].map(([, text]) => `${name}: ${text}`));
  assert.deepEqual(found.filter((one) => isWordy(one.split(": ")[1])), []);
  const named = /^(?!.*\bt\(.*\b[A-Z_]{4,}\b).*(?:setText\(|make\(|toast\(|notify\().*[( ](?<!icon\()[A-Z_]{4,}\b(?!\[(?:word|row)).*$/gm;
  const constants = modules.flatMap((name) => [...code(`js/${name}`).matchAll(named)].map(([line]) => `${name}: ${line.trim()}`));
  assert.deepEqual(constants, []);
});
