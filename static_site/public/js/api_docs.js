/**
 * The page of the API: reads the server's own OpenAPI document and shows it. Names and texts come from outside, so they
 * are only ever set as text.
 */
import { byId, make, part, setText } from "./dom.js";
import { curlOf, failuresOf, fetchOf, groupsOf } from "./openapi.js";
import { api, browser } from "./this_browser.js";

/** @typedef {import("./openapi.js").Operation} Operation */
/** @typedef {import("./openapi.js").Field} Field */
/** @typedef {import("./openapi.js").Reply} Reply */

const search = byId("search", HTMLInputElement);
/** Of the function, which may be another than the page's. */
const ORIGIN = new URL(api).origin;

async function open() {
  setText(part("status"), "Asking the server what it offers.");
  part("again").hidden = true;
  try {
    show(await ask());
  } catch (fault) {
    setText(part("status"), `The server did not describe its API. ${fault instanceof Error ? fault.message : ""}`);
    part("again").hidden = false;
  }
}

async function ask() {
  const reply = await browser.fetch("api/openapi.json").catch(() => {
    throw new Error("It cannot be reached.");
  });
  if (!reply.ok) throw new Error(`It answered with status ${reply.status}.`);
  return reply.json().catch(() => {
    throw new Error("It answered with something else.");
  });
}

/** @param {any} document_ an OpenAPI document, if the server is right */
function show(document_) {
  const groups = groupsOf(document_);
  if (!groups.length) throw new Error("Its description has no routes.");
  setText(part("version"), document_.info?.version ? `Version ${document_.info.version}` : "");
  part("about").replaceChildren(...prose(document_.info?.description));
  part("routes").replaceChildren(
    ...groups.map(({ name, about, operations }) => {
      const section = make("section", "group", make("h2", "", capital(name) || "Routes"), ...prose(about));
      section.append(...operations.map(article));
      return section;
    }),
  );
  part("index").replaceChildren(
    ...groups
      .flatMap(({ operations }) => operations)
      .map(({ id, method, path }) => entry(id, badge(method), code(path))),
    entry("errors", "Error codes"),
  );
  part("codes").replaceChildren(
    ...failuresOf(document_).map(({ code: name, status, title, hint }) => {
      const head = make("th", "", breakable(name), make("small", "", String(status)));
      head.scope = "row";
      const row = make("tr", "", head, make("td", "", make("strong", "", title), ...prose(hint)));
      row.id = `error-${name}`;
      return row;
    }),
  );
  part("loading").hidden = true;
  part("reference").hidden = false;
  part("index-box").hidden = false;
  goToHash();
}

/** @param {string} id @param {...(Node | string)} children */
function entry(id, ...children) {
  const link = make("a", "", ...children);
  link.href = `#${id}`;
  return make("li", "", link);
}

/** @param {Operation} operation */
function article(operation) {
  const { id, method, path, summary, about, mode, parameters, body, replies } = operation;
  const permanent = make("a", "permanent", "#");
  permanent.href = `#${id}`;
  permanent.setAttribute("aria-label", `Link to ${summary || id}`);
  const heading = make("h3", "", badge(method), code(path), permanent);
  if (mode) heading.append(make("small", "mode", `${mode} mode`));
  const whole = make("article", "route", heading, make("p", "lead", summary), ...prose(about));
  whole.id = id;
  if (parameters.length) whole.append(make("h4", "", "Parameters"), fields(parameters, "optional"));
  if (body.length) whole.append(make("h4", "", "Body"), fields(body, "optional"));
  whole.append(make("h4", "", "Answers"), ...replies.map(answer));
  whole.append(
    make("h4", "", "Try it"),
    sample("Shell", curlOf(operation, ORIGIN)),
    sample("JavaScript", fetchOf(operation, ORIGIN === location.origin ? "" : ORIGIN)),
  );
  return whole;
}

/** @param {Reply} reply */
function answer({ status, about, type, headers, fields: rows, codes }) {
  const good = status.startsWith("2");
  const said = codes.length ? codes.flatMap((name) => [codeLink(name), " "]) : [about];
  const number = make("span", good ? "status good" : "status", status);
  const line = make("p", "answer", number, make("span", "", ...said));
  if (!good || (!rows.length && !headers.length)) return line;
  const what = [rows.length && `${rows.length} fields`, headers.length && `${headers.length} headers`].filter(Boolean);
  const details = make("details", "", make("summary", "", `${type || "No body"}: ${what.join(", ")}`));
  details.append(...(rows.length ? [fields(rows, "")] : []));
  if (headers.length) details.append(make("h5", "", "Headers"), fields(headers, ""));
  return make("div", "", line, details);
}

/** @param {string} name */
function codeLink(name) {
  const link = make("a", "chip", name);
  link.href = `#error-${name}`;
  return link;
}

/**
 * @param {Field[]} rows
 * @param {string} otherwise what is said of a field that is not required
 */
function fields(rows, otherwise) {
  const list = make("dl", "fields");
  for (const { name, type, required, limits, about } of rows) {
    const need = otherwise && (required ? "required" : otherwise);
    const kind = make("span", "kind", [type, need].filter(Boolean).join(", "));
    const said = make("dd", "", ...prose(about));
    if (limits) said.append(make("p", "limits", limits));
    list.append(make("dt", "", code(name), " ", kind), said);
  }
  return list;
}

/** @param {string} title @param {string} words */
function sample(title, words) {
  const copy = make("button", "quiet", "Copy");
  copy.type = "button";
  copy.setAttribute("aria-label", `Copy the ${title} example`);
  copy.addEventListener("click", async () => {
    const done = await navigator.clipboard.writeText(words).then(
      () => true,
      () => false,
    );
    setText(copy, done ? "Copied" : "Not allowed");
    setText(part("said"), done ? `${title} example copied.` : "The browser does not allow copying.");
    setTimeout(() => setText(copy, "Copy"), 2000);
  });
  const text = make("pre", "", code(words));
  text.tabIndex = 0;
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", `${title} example`);
  return make("figure", "sample", make("figcaption", "", title, copy), text);
}

/** @param {string} words */
const code = (words) => make("code", "", words);
/** A long name may be broken where its words end. @param {string} name */
const breakable = (name) => make("code", "", ...name.split(/(?<=_)/).flatMap((word) => [word, make("wbr")]));
/** @param {string} method */
const badge = (method) => make("span", `method ${method.toLowerCase()}`, method);
/** @param {string} word */
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * Paragraphs, with names between backticks set as code.
 * @param {unknown} text
 */
function prose(text) {
  const paragraphs = typeof text === "string" && text ? text.split(/\n\s*\n/) : [];
  return paragraphs.map((words) =>
    make("p", "", ...words.split("`").map((piece, at) => (at % 2 ? code(piece) : piece))),
  );
}

/** Shows only what holds every word that was typed, in the index as well: on a phone that is what one sees. */
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  /** @param {Element} element */
  const fits = (element) => words.every((word) => element.textContent.toLowerCase().includes(word));
  const found = [...document.querySelectorAll(".route, #codes tr")].filter((element) => {
    const shown = fits(element);
    /** @type {HTMLElement} */ (element).hidden = !shown;
    return shown;
  });
  for (const box of document.querySelectorAll(".group, #errors")) {
    /** @type {HTMLElement} */ (box).hidden = !box.querySelector(".route:not([hidden]), tr[id]:not([hidden])");
  }
  for (const link of document.querySelectorAll("#index a")) {
    const target = document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
    /** @type {HTMLElement} */ (link).hidden = target?.hidden === true;
  }
  part("about").hidden = words.length > 0;
  setText(part("said"), words.length ? `${found.length} found` : "");
  part("none").hidden = found.length > 0;
}

/** What a link points at is there only now, and may have been filtered away. */
function goToHash() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  if (target.closest("[hidden]")) {
    search.value = "";
    filter();
  }
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView();
}

byId("find", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
search.addEventListener("input", filter);
part("again").addEventListener("click", open);
addEventListener("hashchange", goToHash);
open();
