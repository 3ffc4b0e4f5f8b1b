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
const linked = (page) => [...read(page).matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, path]) => path);
const without = (paths, some) => [...paths].filter((path) => !some.includes(path));
const picture = ["icon.svg", "manifest.webmanifest"];
const opening = ["index.html", ...picture, ...linked("index.html"), ...withImports("js/main.js")];
/** What a call loads on top, in each mode. */
const calling = Object.fromEntries(
  ["token", "relay"].map((mode) => {
    const needed = [...withImports("js/call_page.js"), ...withImports(`js/${mode}_signalling.js`)];
    return [mode, without(new Set(needed), opening)];
  }),
);
/** Parts that are loaded when someone opens them, or needs them in a call; each with its style sheets. */
const extras = ["insights.js", "budget.js", "log_view.js", "save_menu.js", "more_choices.js", "keep_up.js"];
const sheetsOf = (paths) =>
  paths.flatMap((path) => [...read(path).matchAll(/"(css\/[a-z]+\.css)"/g)].map(([, name]) => name));
const extra = extras.map((name) => {
  const own = without(withImports(`js/${name}`), [...opening, ...calling.token]);
  return [name, [...new Set([...own, ...sheetsOf(own)])]];
});
const api = ["api.html", ...linked("api.html"), ...withImports("js/api_docs.js")];
/** The check before a call: its page, and the steps that its button loads. */
const check = ["check.html", ...linked("check.html"), ...withImports("js/check.js")];
const steps = withImports("js/check_run.js");

test("the page opens with at most 30 KB, gzipped", () => {
  assert.ok(size(opening) <= 30 * 1024, `${size(opening)} bytes`);
});

for (const [mode, paths] of Object.entries(calling)) {
  test(`a call in ${mode} mode needs at most 30 KB more, gzipped`, () => {
    assert.ok(size(paths) <= 30 * 1024, `${size(paths)} bytes`);
  });
}

for (const [name, paths] of extra) {
  test(`${name} and all that it brings along need at most 10 KB, gzipped`, () => {
    assert.ok(size(paths) <= 10 * 1024, `${size(paths)} bytes`);
  });
}

test("what is loaded on demand is listed here", () => {
  const own = [...opening, ...calling.token, ...calling.relay, ...extra.flatMap(([, paths]) => paths)];
  const code = (path) => read(path).replace(/\/\*[^]*?\*\//g, "");
  const asked = own.flatMap((path) => [...code(path).matchAll(/import\("\.\/([^"]+)"\)/g)].map(([, name]) => name));
  const parts = ["call_page.js", "relay_signalling.js", "token_signalling.js", ...extras];
  assert.deepEqual([...new Set(asked)].sort(), parts.sort());
});

test("the page of the API needs at most 10 KB more than what a visitor has, gzipped", () => {
  const own = without(api, opening);
  assert.ok(size(own) <= 10 * 1024, `${size(own)} bytes`);
});

test("the check opens with at most 10 KB more than what a visitor has, and its steps are as much again, gzipped", () => {
  const had = [...opening, ...calling.token];
  const own = without(check, had);
  assert.ok(size(own) <= 10 * 1024, `${size(own)} bytes`);
  const later = without(steps, [...had, ...own]);
  assert.ok(size(later) <= 10 * 1024, `${size(later)} bytes`);
});

test("nothing is shipped that is never loaded", () => {
  const loaded = new Set([
    ...opening,
    ...calling.token,
    ...calling.relay,
    ...extra.flatMap(([, one]) => one),
    ...api,
    ...check,
    ...steps,
  ]);
  assert.deepEqual(without([...modules, ...sheets], [...loaded]), []);
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

test("the pages obey their own policy: no inline script, style or handler, nothing from elsewhere", () => {
  for (const page of [html, read("api.html"), read("check.html")]) {
    assert.ok(!/<style|\sstyle=|\son[a-z]+=|javascript:/i.test(page));
    assert.ok(!/<script(?![^>]*src=)/i.test(page));
    assert.ok(!/(?:src|href)="(?:https?:)?\/\//.test(page));
  }
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
  const more = extra.flatMap(([, paths]) => paths);
  const pages = {
    "index.html": [...opening, ...calling.token, ...calling.relay, ...more],
    "api.html": api,
    "check.html": check,
  };
  for (const [page, files] of Object.entries(pages)) {
    const ids = [...read(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const path of files.filter((name) => name.startsWith("js/"))) {
      for (const [, id] of read(path).matchAll(/(?:byId|part|button)\(\s*"([^"]+)"/g))
        assert.ok(ids.includes(id), `${path}: #${id}`);
    }
    for (const [, wanted] of read(page).matchAll(/(?:aria-controls|aria-labelledby|aria-describedby|for)="([^"]+)"/g))
      assert.ok(ids.includes(wanted), `${page}: #${wanted}`);
  }
});

test("one place sends response.create", () => {
  const senders = modules.filter((path) => /type: "response\.create"/.test(read(path).replace(/\/\*[^]*?\*\//g, "")));
  assert.deepEqual(senders, ["js/response_queue.js"]);
});
