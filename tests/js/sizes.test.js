import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { described, isOver, sizes } from "../../static_site/sizes.mjs";

const SITE = {
  "index.html": '<link rel="stylesheet" href="css/base.css"><script type="module" src="js/main.js"></script>',
  "css/base.css": "a{}",
  "css/log.css": "b{}",
  "js/main.js": 'import { call } from "./voice_call.js";\nimport { dom } from "./dom.js";\nconst call = () => import("./call_page.js");\n/* import("./never.js") */',
  "js/voice_call.js": 'import { dom } from "./dom.js";\ndress(root, "call");',
  "css/call.css": "c{}",
  "js/dom.js": "export const dom = 1;",
  "js/call_page.js": 'import { dom } from "./dom.js";\nimport {\n  talk,\n} from "./talk.js";\nimport("./token_signalling.js");',
  "js/talk.js": 'import("./log.js");',
  "js/token_signalling.js": "",
  "js/relay_signalling.js": "",
  "js/log.js": 'const sheet = "css/log.css";\nimport("./deep.js");',
  "js/deep.js": 'const FILE = new URL("../data.json", import.meta.url).href;',
  "data.json": "{}",
  "api.html": '<link rel="stylesheet" href="css/base.css"><script type="module" src="js/api.js"></script>',
  "js/api.js": 'export { dom } from "./dom.js";',
  "check.html": '<script type="module" src="js/check.js"></script>',
  "js/check.js": 'import("./steps.js");',
  "js/steps.js": "",
};

function measured(t, changes = {}) {
  const root = mkdtempSync(join(tmpdir(), "sizes-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries({ ...SITE, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return sizes(pathToFileURL(`${root}/`));
}

test("each part counts what it adds, and parts are found wherever something asks for them", (t) => {
  const parts = Object.fromEntries(measured(t).map(({ name, paths }) => [name, paths]));
  assert.deepEqual(parts, {
    opening: ["index.html", "css/base.css", "js/main.js", "js/voice_call.js", "js/dom.js", "css/call.css"],
    "call, token mode": ["js/call_page.js", "js/talk.js", "js/token_signalling.js"],
    "call, relay mode": ["js/call_page.js", "js/talk.js", "js/relay_signalling.js"],
    "log.js": ["js/log.js", "css/log.css"],
    "deep.js": ["js/deep.js", "data.json"],
    "voice_call.js, elsewhere": ["js/voice_call.js", "js/dom.js", "css/call.css"],
    "api.html": ["api.html", "js/api.js"],
    "check.html": ["check.html", "js/check.js"],
    "check.html: steps.js": ["js/steps.js"],
  });
});

test("only the part that has grown is over its budget, and it says by how much", (t) => {
  const noise = randomBytes(12 * 1024).toString("base64");
  const over = measured(t, { "js/deep.js": `// ${noise}` }).filter(isOver);
  assert.deepEqual(over.map(({ name }) => name), ["deep.js"]);
  assert.match(described(over[0]), /^deep\.js +\d+ of 10240 bytes +1\d\d %  \d+ bytes too many$/);
});
