import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";

const PUBLIC = new URL("../../static_site/public/", import.meta.url);
const read = (path) => readFileSync(new URL(path, PUBLIC), "utf8");
const list = (folder) => readdirSync(new URL(folder, PUBLIC)).map((name) => `${folder}${name}`);

const html = read("index.html");
const config = JSON.parse(read("staticwebapp.config.json"));
const modules = list("js/");
const sheets = list("css/");

/** A module and everything that it imports before it runs. */
function withImports(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, name] of read(path).matchAll(/^(?:import|export)\s[^;]*?from "\.\/([^"]+)";/gm))
    withImports(`js/${name}`, seen);
  return seen;
}

const size = (paths) => paths.reduce((sum, path) => sum + gzipSync(read(path), { level: 9 }).length, 0);
const opening = ["index.html", "icon.svg", "manifest.webmanifest", ...sheets, ...withImports("js/main.js")];

test("the page opens with at most 30 KB, gzipped", () => {
  assert.ok(size(opening) <= 30 * 1024, `${size(opening)} bytes`);
});

test("a call needs at most 30 KB more, gzipped, and nothing is shipped that is never loaded", () => {
  const calling = [...withImports("js/call_page.js")].filter((path) => !opening.includes(path));
  assert.ok(size(calling) <= 30 * 1024, `${size(calling)} bytes`);
  assert.deepEqual([...opening, ...calling].filter((path) => path.startsWith("js/")).sort(), modules.sort());
});

test("everything that the first module needs is announced in the page, so that it loads at once", () => {
  const announced = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, path]) => path);
  assert.deepEqual(announced.sort(), [...withImports("js/main.js")].filter((path) => path !== "js/main.js").sort());
});

test("modules are small", () => {
  for (const path of [...modules, ...sheets]) assert.ok(read(path).split("\n").length <= 260, path);
});

test("the policy lets in nothing but the page's own files and Azure OpenAI", () => {
  const policy = Object.fromEntries(
    config.globalHeaders["Content-Security-Policy"].split("; ").map((part) => {
      const [name, ...sources] = part.split(" ");
      return [name, sources.join(" ")];
    }),
  );
  assert.equal(policy["default-src"], "'none'");
  assert.equal(policy["script-src"], "'self'");
  assert.equal(policy["style-src"], "'self'");
  assert.equal(policy["connect-src"], "'self' https://*.openai.azure.com");
  for (const name of ["base-uri", "form-action", "frame-ancestors"]) assert.equal(policy[name], "'none'", name);
  assert.ok(!/unsafe|\*(?!\.openai\.azure\.com)|data:|http:/.test(Object.values(policy).join(" ")));
});

test("the other headers hold", () => {
  const { globalHeaders } = config;
  assert.match(globalHeaders["Permissions-Policy"], /microphone=\(self\)/);
  assert.match(globalHeaders["Permissions-Policy"], /camera=\(\)/);
  assert.equal(globalHeaders["X-Content-Type-Options"], "nosniff");
  assert.equal(globalHeaders["Referrer-Policy"], "no-referrer");
  assert.ok(config.navigationFallback.exclude.includes("/api/*"));
});

test("the page obeys its own policy: no inline script, style or handler, nothing from elsewhere", () => {
  assert.ok(!/<style|\sstyle=|\son[a-z]+=|javascript:/i.test(html));
  assert.ok(!/<script(?![^>]*src=)/i.test(html));
  assert.ok(!/(?:src|href)="(?:https?:)?\/\//.test(html));
  for (const path of sheets) assert.ok(!/@import|url\(/.test(read(path)), path);
});

test("text from outside is only ever set as text", () => {
  for (const path of modules) {
    assert.ok(
      !/\.(innerHTML|outerHTML)\s*\+?=|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTML/.test(
        read(path),
      ),
      path,
    );
  }
});

test("every element that the code asks for by name is in the page, once", () => {
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const path of modules) {
    for (const [, id] of read(path).matchAll(/(?:byId|part|button)\(\s*"([^"]+)"/g))
      assert.ok(ids.includes(id), `${path}: #${id}`);
  }
  for (const [, wanted] of html.matchAll(/(?:aria-controls|aria-labelledby|aria-describedby|for)="([^"]+)"/g)) {
    assert.ok(ids.includes(wanted), `#${wanted}`);
  }
});

test("one place sends response.create", () => {
  const senders = modules.filter((path) => /type: "response\.create"/.test(read(path).replace(/\/\*[^]*?\*\//g, "")));
  assert.deepEqual(senders, ["js/response_queue.js"]);
});
