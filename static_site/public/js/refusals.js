/**
 * The function's refusals that a visitor meets when all is well with the server, in words for a visitor. The problem
 * document's own words speak to whoever writes a program or runs the server.
 */
import { CallFailure } from "./failures.js";
import { t } from "./words.js";

/** @type {Record<string, [title: string, detail: string, hint: string]>} by the code of the problem document */
export const REFUSALS = {
  sign_in_required: [
    "Please sign in first",
    "Calls on this site are for people who are signed in, and you are not, or not any more.",
    "It takes a moment, and brings you back here.",
  ],
  role_required: [
    "Your account may not call here",
    "You are signed in, but the owner of this site has not let this account make calls.",
    "Ask the owner to let you in, then sign out and in again.",
  ],
  rate_limited: [
    "Too soon for another call",
    "Only so many calls may be started in a minute.",
    "Take a short break.",
  ],
  too_many_calls: [
    "Too many calls are open",
    "You, or others on your network, have as many calls open as this site allows.",
    "End one in another tab or on another device. A call that was cut off frees its place by itself.",
  ],
  minutes_used_up: [
    "Your minutes for today are used up",
    "This site gives everybody the same time to talk each day.",
    "They start afresh once a day.",
  ],
  daily_limit_reached: [
    "No more calls today",
    "This site has had as many calls as its owner allows for one day.",
    "The count starts afresh once a day.",
  ],
  storage_unavailable: [
    "No calls for the moment",
    "The server cannot look up its limits just now, and without them it starts no call.",
    "This usually passes by itself. If it stays, tell whoever runs this page.",
  ],
  unknown_call: ["This call is over", "The server has no such call of yours.", "Start a new one."],
  wrong_call_mode: [
    "The server calls in another way now",
    "Its settings were changed after you opened this page.",
    "Press Try again, and the page asks how.",
  ],
};

/** Refusals that nothing but time can change: trying earlier is of no use. */
export const ONLY_TIME_HELPS = new Set(["rate_limited", "minutes_used_up", "daily_limit_reached"]);

/** What Static Web Apps refuses at its edge never reaches the function, and carries no code.
 * @type {Record<number, string>} */
const AT_THE_EDGE = { 401: "sign_in_required", 403: "role_required" };

/**
 * Reads a refusal; also one whose body is no problem document, such as a proxy's page.
 * @param {Response} response
 * @returns {Promise<CallFailure>}
 */
export async function readProblem(response) {
  const body = await response.json().catch(() => null);
  /** @param {string} key */
  const text = (key) => (typeof body?.[key] === "string" ? body[key].slice(0, 600) : "");
  const wait = Number(response.headers.get("Retry-After") ?? body?.retry_after); // another origin may hide the header
  const code = /^[a-z_]{1,60}$/.test(text("code")) ? text("code") : (AT_THE_EDGE[response.status] ?? "mint_failed");
  const [title, detail, hint] = Object.entries(REFUSALS).find(([name]) => name === code)?.[1] ?? [];
  const words = {
    title: title || text("title") || "The call was refused",
    detail: detail || text("detail") || t("The server answered with status {status}.", { status: response.status }),
    hint: hint || text("hint") || "Try again in a moment.",
  };
  return new CallFailure(code, {
    ...words,
    requestId: text("request_id") || response.headers.get("X-Request-Id") || "",
    status: response.status,
    retryAfter: wait > 0 && wait <= 86400 ? wait : 0,
  });
}
