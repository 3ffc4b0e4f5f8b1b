/**
 * What the model can do beside talking: end the call, and what the page around it gives. The persona on the server says
 * which tools the model may call; arguments come from a model, so they are an object and nothing more: each tool checks
 * its own. Loaded with the first call of one.
 */
import { farewell } from "./farewell.js";
import { learn, t } from "./words.js";

await learn();

const LONGEST = 12_000;
/** Of an output that a tool has made itself; one message of the data channel must hold it. */
const FULLEST = 50_000;

/**
 * @param {string} name
 * @param {string} json as the model wrote it
 * @param {Record<string, Voice.HostTool>} tools
 * @param {() => void} end ends the call because both have said goodbye
 * @returns {Promise<Voice.ToolResult>}
 */
export async function runHostTool(name, json, tools, end) {
  if (name === "end_call") return endCall(end);
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  const title = name.slice(0, 64);
  if (!tool) return told(false, "Tool not available", t("This page has no tool named {name}.", { name: title }));
  const given = parse(json);
  if (!given) return told(false, "Tool not run", "The arguments are not a JSON object.");
  try {
    const answer = /** @type {any} */ (await tool(given, json));
    if (typeof answer?.output === "string" && typeof answer.title === "string")
      return { ...answer, output: answer.output.slice(0, FULLEST) };
    return told(true, title, typeof answer === "string" ? answer : (JSON.stringify(answer) ?? "Done."));
  } catch (fault) {
    return told(false, title, fault instanceof Error ? fault.message : "It failed.");
  }
}

/** @param {() => void} end @returns {Voice.ToolResult} */
function endCall(end) {
  const detail = "The call ends when the goodbye has been heard.";
  return {
    ...told(true, "Ending the call", detail),
    leave: (conversation, call) => farewell(conversation, call, end),
  };
}

/**
 * @param {boolean} ok
 * @param {string} title
 * @param {string} words
 * @returns {Voice.ToolResult}
 */
function told(ok, title, words) {
  const result = words.slice(0, LONGEST);
  return { ok, title, detail: result.slice(0, 200), output: JSON.stringify({ ok, result }) };
}

/** @param {string} text @returns {Record<string, unknown> | null} */
function parse(text) {
  try {
    const given = JSON.parse(text || "{}");
    return given && typeof given === "object" && !Array.isArray(given) ? given : null;
  } catch {
    return null;
  }
}
