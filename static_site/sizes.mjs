/**
 * What the page weighs, gzipped, held against its budgets: the one list of them, and the one way to measure.
 *
 * `node sizes.mjs` prints a table, `--over` only what is too large; the exit code is 1 if anything is. A file counts with
 * all that it needs before it runs, or fetches then: the modules that it imports, the style sheets that it names, and data
 * by its address. What `import()` asks for is a part of its own, found here by itself.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const KB = 1024;
const PUBLIC = new URL("public/", import.meta.url);

/** What everyone pays, what a call costs on top, and what each other part or page may add to that. */
const OPENING = 30 * KB;
const CALL = 30 * KB;
const PART = 10 * KB;

const VISIT = ["index.html"];
/** What `<voice-call>` costs a page of another site, until someone reaches for Start. */
const EMBED = 24 * KB;
/** A visitor loads one of the two; parts come on top of the first. */
const MODES = ["token", "relay"];
const callIn = (/** @type {string} */ mode) => ["js/call_page.js", `js/${mode}_signalling.js`];

/** @type {string[]} */
const noFiles = [];

/** @typedef {{ name: string, limit: number, paths: string[], bytes: number }} Size `paths` is what it adds, no more */

/**
 * @param {URL} [root] the folder that is served
 * @returns {Size[]} in the order in which a visitor may meet them
 */
export function sizes(root = PUBLIC) {
  const site = filesOf(root);
  /** @type {Size[]} */
  const found = [];
  /** Note what `starts` add to what a visitor has, and return both together. */
  function weigh(/** @type {string} */ name, /** @type {number} */ limit, /** @type {string[]} */ starts, had = noFiles) {
    const paths = [...site.needs(starts)].filter((path) => !had.includes(path));
    found.push({ name, limit, paths, bytes: paths.reduce((sum, path) => sum + site.weight(path), 0) });
    return [...had, ...paths];
  }
  const parts = (/** @type {string[]} */ starts) => {
    const known = new Set(found.flatMap(({ paths }) => paths));
    return [...site.later(starts)].filter((path) => !known.has(path));
  };
  const plain = (/** @type {string} */ path) => path.replace("js/", "");

  const opened = weigh("opening", OPENING, VISIT);
  const [called] = MODES.map((mode) => weigh(`call, ${mode} mode`, CALL, callIn(mode), opened));
  for (const path of parts(VISIT)) weigh(plain(path), PART, [path], called);
  weigh("voice_call.js, elsewhere", EMBED, ["js/voice_call.js"]);
  weigh("api.html", PART, ["api.html"], opened);
  const checked = weigh("check.html", PART, ["check.html"], called);
  for (const path of parts(["check.html"])) weigh(`check.html: ${plain(path)}`, PART, [path], checked);
  return found;
}

/**
 * All that these load, sooner or later.
 * @param {string[]} starts
 * @param {URL} [root]
 */
export function reached(starts, root = PUBLIC) {
  const site = filesOf(root);
  return [...site.needs([...starts, ...site.later(starts)])];
}

/** @param {Size} size */
export const isOver = ({ bytes, limit }) => bytes > limit;

/** @param {URL} root */
function filesOf(root) {
  const text = (/** @type {string} */ path) => readFileSync(new URL(path, root), "utf8");
  const code = (/** @type {string} */ path) => text(path).replace(/\/\*[^]*?\*\//g, "");
  const names = (/** @type {string} */ source, /** @type {RegExp} */ form) =>
    [...source.matchAll(form)].map(([, name]) => String(name));

  function needed(/** @type {string} */ path) {
    if (path.endsWith(".html")) return names(text(path), /<(?:link rel="(?:stylesheet|preload" as="style)" href|script[^>]* src)="\/?([^":]+)"/g);
    if (!path.endsWith(".js")) return [];
    const modules = names(code(path), /^(?:import|export)\s(?:[^;]*?from )?"\.\/([^"]+)";/gm).map((name) => `js/${name}`);
    const dressed = names(code(path), /\bdress\([^,()]*, "(\w+)"\)/g).map((name) => `css/${name}.css`);
    const data = names(code(path), /new URL\("\.\.\/(\w+\.json)", import\.meta\.url\)/g);
    return [...modules, ...names(code(path), /"(?:\.\.)?\/?(css\/\w+\.css)"/g), ...dressed, ...data];
  }
  function needs(/** @type {string[]} */ starts, seen = new Set(noFiles)) {
    for (const path of starts.filter((one) => !seen.has(one))) needs(needed(path), seen.add(path));
    return seen;
  }
  /** What these and their parts ask for by `import()`. */
  function later(/** @type {string[]} */ starts, found = new Set(noFiles)) {
    const modules = [...needs(starts)].filter((path) => path.endsWith(".js"));
    const asked = modules.flatMap((path) => names(code(path), /import\(\s*"\.\/([^"]+)"\s*\)/g));
    for (const path of asked.map((name) => `js/${name}`).filter((one) => !found.has(one))) later([path], found.add(path));
    return found;
  }
  const weight = (/** @type {string} */ path) => gzipSync(text(path), { level: 9 }).length;
  return { needs, later, weight };
}

/** @param {Size} size */
export function described(size) {
  const { name, bytes, limit } = size;
  const share = `${Math.round((100 * bytes) / limit)} %`;
  const verdict = isOver(size) ? `  ${bytes - limit} bytes too many` : "";
  return `${name.padEnd(26)}${String(bytes).padStart(7)} of ${limit} bytes${share.padStart(7)}${verdict}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = sizes();
  const over = found.filter(isOver);
  const shown = process.argv.includes("--over") ? over : found;
  for (const size of shown) console.log(described(size));
  process.exitCode = over.length ? 1 : 0;
}
