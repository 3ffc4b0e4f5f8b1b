import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

const ROOT = new URL("../../", import.meta.url);
const PUBLIC = new URL("static_site/public/", ROOT);
const doc = readFileSync(new URL("docs/voice-call.md", ROOT), "utf8");
const js = (name) => readFileSync(new URL(`js/${name}.js`, PUBLIC), "utf8");
const element = js("voice_call");
const template = js("call_template");
const css = readdirSync(new URL("css/", PUBLIC))
  .map((name) => readFileSync(new URL(`css/${name}`, PUBLIC), "utf8"))
  .join("\n");

/** The names in the first column of a section's table. */
function documented(section) {
  const [, text] = doc.split(new RegExp(`^## ${section}$`, "m"));
  assert.ok(text, section);
  return [...text.split(/^## /m)[0].matchAll(/^\| `([\w-]+)/gm)].map(([, name]) => name).sort();
}

const found = (pattern, ...texts) => [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((one) => one[1])))].sort();

test("attributes are as documented", () => {
  const [, observed] = /observedAttributes = (\[.*?\])/.exec(element);
  const asked = found(/(?:has|get)Attribute\("([a-z]+)"\)/g, element);
  const styled = found(/:host\(\[([a-z]+)=/g, css);
  assert.deepEqual([...new Set([...JSON.parse(observed), ...asked, ...styled])].sort(), documented("Attributes"));
});

test("properties are as documented", () => {
  assert.deepEqual(found(/^ {2}(?:get (?=\w+\(\) \{)|(?=\w+ = ))(\w+)/gm, element), documented("Properties"));
});

/** Methods of the class that are not the platform's. */
function methods() {
  const all = found(/^ {2}(?:async )?(\w+)\([^)]*\) \{$/gm, element.replace(/^ {2}[gs]et .*$/gm, ""));
  return [...new Set([...all, "mute"])].filter((name) => !/constructor|Callback$/.test(name)).sort();
}

test("methods are as documented", () => {
  assert.match(element, /^ {2}mute\(muted = !this\.muted\) \{$/m);
  assert.deepEqual(methods(), documented("Methods"));
});

test("events and what they tell are as documented", () => {
  const sources = [element, js("call_front"), js("call_page")];
  const sent = found(/(?:emit|#tell)\("([a-z]+)"/g, ...sources).map((name) => `voicecall-${name}`);
  assert.deepEqual(sent, documented("Events"));
});

test("variables are as documented", () => {
  assert.deepEqual(found(/var\(\s*(--voice-call-[a-z-]+)/g, css), documented("Looks"));
});

test("slots and parts are as documented", () => {
  assert.deepEqual(found(/slot\("([a-z-]+)"\)/g, template), documented("Slots"));
  const [, listed] = /`::part\(\)` may: ([^]*?)\.\n/.exec(doc);
  const named = found(/`([a-z]+)`/g, listed.replace(/\([^)]*\)/g, ""));
  assert.deepEqual(named, found(/\bpart: "([a-z]+)"/g, template));
});
