import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { described, isOver, reached, sizes } from "../../static_site/sizes.mjs";

const PUBLIC = new URL("../../static_site/public/", import.meta.url);
const read = (path) => readFileSync(new URL(path, PUBLIC), "utf8");
const list = (folder) => readdirSync(new URL(folder, PUBLIC)).map((name) => `${folder}${name}`);

const html = read("index.html");
const config = JSON.parse(read("staticwebapp.config.json"));
const modules = list("js/");
const sheets = list("css/");

const measured = sizes();
const pathsOf = (name) => measured.find((one) => one.name.startsWith(name)).paths;

for (const size of measured) test(`within its budget: ${size.name}`, () => assert.ok(!isOver(size), described(size)));

test("what another site loads for the element is what the page announces", () => {
  const opening = pathsOf("opening");
  assert.deepEqual(
    pathsOf("voice_call.js").filter((path) => !opening.includes(path)),
    [],
  );
});

test("nothing is shipped that is never loaded", () => {
  const loaded = new Set(measured.flatMap(({ paths }) => paths));
  assert.deepEqual(
    [...modules, ...sheets, "models.json"].filter((path) => !loaded.has(path)),
    [],
  );
});

test("everything that the first module needs is announced in the page, so that it loads at once", () => {
  const announced = [...html.matchAll(/rel="modulepreload" href="\/([^"]+)"/g)].map(([, path]) => path);
  const needed = pathsOf("opening").filter((path) => path.endsWith(".js") && path !== "js/main.js");
  assert.deepEqual(announced.sort(), needed.sort());
});

test("what a call needs at once is asked for in one go", () => {
  const [, names] = /const CALLING =\s*"([^"]+)"/.exec(read("js/call_front.js"));
  const needed = pathsOf("call, token mode").map((path) => path.replace(/^js\/|\.js$/g, ""));
  const onTop = ["first_words"]; // connect.js asks for it at once
  const others = ["call_page", "token_signalling"];
  assert.deepEqual(names.split(" ").sort(), [...needed.filter((name) => !others.includes(name)), ...onTop].sort());
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

test("the element may be loaded by pages of other sites, and nothing else may", () => {
  const open = config.routes.filter(({ headers }) => headers["Access-Control-Allow-Origin"]);
  assert.deepEqual(
    open.map(({ route, headers }) => [route, headers["Access-Control-Allow-Origin"], headers["Cross-Origin-Resource-Policy"]]),
    [
      ["/js/*", "*", "cross-origin"],
      ["/css/*", "*", "cross-origin"],
    ],
  );
  assert.equal(config.globalHeaders["Access-Control-Allow-Origin"], undefined);
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

/** Those in the shadow of the element, and those of the page itself. */
const scripts = (start) => reached([start]).filter((path) => path.endsWith(".js"));
const inTheShadow = scripts("js/voice_call.js");
const inThePage = scripts("index.html").filter((path) => !inTheShadow.includes(path));

test("every element that the code asks for by name is in the page, or in the element, once", () => {
  const shadow = [...read("js/call_template.js").matchAll(/\bid: "([^"]+)"/g)].map(([, id]) => id);
  const pages = {
    "index.html": inThePage,
    "api.html": scripts("api.html"),
    "check.html": scripts("check.html"),
  };
  for (const [page, files] of Object.entries(pages)) {
    const ids = [...read(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const path of files) {
      for (const [, id] of read(path).matchAll(/(?:byId|part|button)\(\s*"([^"]+)"/g))
        assert.ok(ids.includes(id), `${path}: #${id}`);
    }
    for (const [, wanted] of read(page).matchAll(/(?:aria-controls|aria-labelledby|aria-describedby|for)="([^"]+)"/g))
      assert.ok(ids.includes(wanted), `${page}: #${wanted}`);
  }
  assert.equal(new Set(shadow).size, shadow.length);
  for (const path of inTheShadow) {
    for (const [, id] of read(path).matchAll(/(?:byId|[pP]art|button|show)\(\s*"([^"]+)"/g))
      assert.ok([...shadow, "talk"].includes(id), `${path}: #${id}`);
  }
});

test("the element touches nothing of the document around it", () => {
  for (const path of inTheShadow) {
    const code = read(path)
      .replace(/\/\*[^]*?\*\/|\/\/.*/g, "")
      .replace(/document\.head\.append\(.*rel: "preconnect"/, "") // which changes nothing that one could see
      .replace(/document\.documentElement\.dataset\.api \?\?/, "") // where its deployment put the API, which is read
      .replace(/document\.querySelector\("voice-call"\) \?\? document\.documentElement;/, ""); // for its language, which is read
    const touched = code.match(/document\.(documentElement\.|title|body|head|querySelector\w*|getElement\w+)|localStorage(?!,)/g) ?? [];
    assert.deepEqual(touched, [], path);
  }
});

test("one place sends response.create", () => {
  const senders = modules.filter((path) => /type: "response\.create"/.test(read(path).replace(/\/\*[^]*?\*\//g, "")));
  assert.deepEqual(senders, ["js/response_queue.js"]);
});
