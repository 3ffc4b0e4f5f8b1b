/** What the model can do to the page. The tools themselves are loaded with the first call of one. */

/**
 * @param {string} name
 * @param {string} args JSON, as the model wrote it
 * @param {Voice.Page} page
 */
export const runTool = async (name, args, page) => (await import("./tool_set.js")).runTool(name, args, page);

/**
 * The page as the model may read it: what is shown, without scripts, drawings, the event log and what was said.
 * @param {HTMLElement} body
 */
export function readPage(body) {
  const copy = /** @type {HTMLElement} */ (body.cloneNode(true));
  for (const part of copy.querySelectorAll("script, svg, canvas, audio, #log, #captions, #said, #more")) part.remove();
  return copy.innerHTML.replace(/\s+/g, " ").trim();
}
