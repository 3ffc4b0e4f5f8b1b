/**
 * The tools that run in this page. The persona on the server says which the model may call and what they take; here is
 * what they do. Arguments come from a model: each is checked, and a refusal tells the model why. Loaded with the first
 * call of one.
 */
import { acceptColour } from "./colours.js";
import { Theme, colourReader } from "./theme.js";
import { t } from "./words.js";

/** Longest HTML that is sent: one message of the data channel must hold it. */
export const HTML_LIMIT = 12_000;

const NOT_A_COLOUR = "That is not a CSS colour. A name (rebeccapurple) or a hex value (#663399) is.";
const UNREADABLE = "It could not be read on this background. Another colour can, or another background first.";

/** @type {Record<string, Voice.Tool>} */
const TOOLS = {
  get_page_html: (_, page) => {
    const html = page.html();
    return {
      ok: true,
      title: "Read the page",
      detail: html.length > HTML_LIMIT ? `${html.slice(0, HTML_LIMIT)}…` : html,
    };
  },
  set_background_color: ({ color }, page) => {
    const colour = acceptColour(color, page.supports);
    if (!colour) return { ok: false, title: "Background not changed", detail: NOT_A_COLOUR };
    return { ok: true, title: "Changed the background", detail: page.theme.setBackground(colour), colour };
  },
  set_text_color: ({ color }, page) => {
    const colour = acceptColour(color, page.supports);
    if (!colour) return { ok: false, title: "Text colour not changed", detail: NOT_A_COLOUR };
    const done = page.theme.setText(colour);
    if (!done) return { ok: false, title: "Text colour not changed", detail: UNREADABLE, colour };
    return { ok: true, title: "Changed the text colour", detail: done, colour };
  },
};

/**
 * @param {string} name
 * @param {string} args JSON, as the model wrote it
 * @param {Voice.Page} page
 * @returns {Voice.ToolResult}
 */
export function runTool(name, args, page) {
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  /** @type {Omit<Voice.ToolResult, "output">} */
  let result = { ok: false, title: "Tool not available", detail: t("This page has no tool named {name}.", { name: name.slice(0, 64) }) };
  if (tool) {
    const given = parseArguments(args);
    page.theme ??= new Theme(document.documentElement, colourReader(document), page.tinted ?? (() => {}));
    result = given
      ? tool(given, /** @type {Voice.Themed} */ (page))
      : { ok: false, title: "Tool not run", detail: "The arguments are not a JSON object." };
  }
  const output = JSON.stringify({ ok: result.ok, result: result.detail });
  return {
    ...result,
    detail: name === "get_page_html" && result.ok ? t("{number} characters of HTML", { number: result.detail.length }) : result.detail,
    output,
  };
}

/**
 * @param {string} text
 * @returns {Record<string, unknown> | null}
 */
function parseArguments(text) {
  try {
    const given = JSON.parse(text || "{}");
    return given && typeof given === "object" && !Array.isArray(given) ? given : null;
  } catch {
    return null;
  }
}
