/** The tools of this page that the model may call. Loaded when a call is about to start. */
import { sheet } from "./sheet.js";
import { readPage, runTool } from "./tools.js";

const NAMES = ["get_page_html", "set_background_color", "set_text_color"];

/** @param {(changed: boolean) => void} tinted told when the colours differ from the page's own, or do no more */
export function pageTools(tinted) {
  void sheet("/css/tinted.css");
  const inert = document.implementation.createHTMLDocument(""); // where a copy of an element does not come alive
  /** @type {Voice.Page} */
  const page = {
    html: () => readPage(inert.importNode(document.body, true)),
    supports: CSS.supports.bind(CSS),
    tinted,
  };
  /** @type {Record<string, Voice.HostTool>} */
  const tools = {};
  for (const name of NAMES) tools[name] = (_, json) => runTool(name, json, page);
  return { tools, reset: () => page.theme?.reset?.() };
}
