/** Shows the call: its state, what was said and done, and what was handed to the SDK. All of it only as text. */

export const byId = (id) => document.getElementById(id);

/** @param {string} words */
export function say(words) {
  byId("status").textContent = words;
}

/** @typedef {"idle" | "connecting" | "live" | "ended" | "failed"} State */

/**
 * @param {State} state
 * @param {string} words
 */
export function showState(state, words) {
  document.documentElement.dataset.state = state;
  say(words);
  const [open, live] = [state === "connecting" || state === "live", state === "live"];
  byId("start").hidden = open;
  byId("stop").hidden = !open;
  for (const id of ["mute", "message", "send"]) byId(id).disabled = !live;
  if (!open) byId("mute").setAttribute("aria-pressed", "false");
}

/** @type {Map<string, HTMLElement>} */
const rows = new Map();

/** The SDK hands over the whole history each time; a row is made once and only changed when its words change. */
export function showHistory(history) {
  const list = byId("conversation");
  if (!history.length) rows.clear();
  const wanted = history.map((item) => {
    const row = rows.get(item.itemId) ?? newRow(item);
    rows.set(item.itemId, row);
    const text = item.type === "function_call" ? callOf(item) : saidIn(item);
    row.dataset.status = item.status;
    row.hidden = !text;
    if (row.lastChild.textContent !== text) row.lastChild.textContent = text;
    return row;
  });
  if (wanted.some((row, place) => list.children[place] !== row) || list.children.length !== wanted.length)
    list.replaceChildren(...wanted);
  list.lastElementChild?.scrollIntoView({ block: "nearest" });
}

function newRow(item) {
  const [row, who, text] = ["li", "span", "p"].map((name) => document.createElement(name));
  row.dataset.role = item.type === "function_call" ? "tool" : item.role;
  who.textContent = { user: "You", assistant: "Assistant", tool: "Tool" }[row.dataset.role] ?? "";
  row.append(who, text);
  return row;
}

const saidIn = ({ content }) => content.map((part) => part.transcript ?? part.text ?? "").join(" ").trim();

function callOf({ name, arguments: given, output }) {
  const call = `${name}(${given.replace(/\s+/g, " ")})`;
  return output === null ? call : `${call}\n→ ${output.length > 200 ? `${output.slice(0, 200)}…` : output}`;
}

/** What the function's reply held for the SDK. Not the token itself: a tool of this page lets the model read the page. */
export function showReply(reply) {
  const seconds = reply.client_secret.expires_at - reply.server_time;
  const facts = {
    "client_secret.value": `${reply.client_secret.value.slice(0, 3)}…, opens calls for ${seconds} s`,
    webrtc_url: reply.webrtc_url,
    model: reply.model,
    tools: reply.tools.join(", ") || "none",
  };
  byId("reply").replaceChildren(
    ...Object.entries(facts).flatMap(([name, value]) => {
      const [term, fact] = [document.createElement("dt"), document.createElement("dd")];
      [term.textContent, fact.textContent] = [name, value];
      return [term, fact];
    }),
  );
  byId("handed").hidden = false;
}
