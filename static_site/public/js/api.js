/**
 * The function's HTTP contract, as the page uses it: the configuration and the mint.
 * Every refusal becomes a CallFailure, with the words of the problem document (RFC 9457) where there is one.
 */
import { CallFailure } from "./failures.js";

/**
 * @typedef {object} Persona
 * @property {string} name
 * @property {string} title
 * @property {string} description
 * @property {string} greeting
 * @property {string} voice
 * @property {string} turn_detection name of a preset
 * @property {string[]} tools
 */
/** @typedef {{ name: string, title: string, description: string }} Preset */
/**
 * @typedef {object} Config
 * @property {string} default_persona
 * @property {Persona[]} personas
 * @property {string[]} voices
 * @property {Preset[]} turn_detection
 * @property {"open" | "private"} event_filter
 * @property {boolean} allow_custom_instructions
 * @property {{ max_instructions_characters?: number }} limits
 * @property {{ required: boolean, links: string[] }} sign_in
 */
/** @typedef {{ persona?: string, voice?: string, turn_detection?: string, instructions?: string }} Choices */
/**
 * @typedef {object} Session
 * @property {string} id
 * @property {string} model
 * @property {{ value: string, expires_at: number }} client_secret
 * @property {string} webrtc_url
 * @property {string} voice
 * @property {object | null} turn_detection null: push-to-talk
 * @property {"open" | "private"} event_filter
 * @property {number} max_call_seconds
 * @property {number} server_time unix seconds
 */
/** @typedef {(input: string, init?: RequestInit) => Promise<Response>} Fetch */

/**
 * @param {Fetch} fetch
 * @param {AbortSignal} [signal]
 * @returns {Promise<Config>}
 */
export async function getConfig(fetch, signal) {
  const config = await request(fetch, "api/config", { signal: signal ?? null });
  if (!Array.isArray(config?.personas) || !config.personas.length) throw new CallFailure("bad_reply");
  return config;
}

/**
 * Asks for a session. The reply holds a short-lived token, never a key.
 * @param {Fetch} fetch
 * @param {Choices} choices
 * @param {AbortSignal} signal
 * @returns {Promise<Session>}
 */
export async function mintSession(fetch, choices, signal) {
  const session = await request(fetch, "api/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(choices),
    signal,
  });
  if (typeof session?.client_secret?.value !== "string" || typeof session.webrtc_url !== "string") {
    throw new CallFailure("bad_reply");
  }
  return session;
}

/**
 * @param {Fetch} fetch
 * @param {string} path
 * @param {RequestInit} init
 * @returns {Promise<any>}
 */
async function request(fetch, path, init) {
  const response = await fetch(path, init).catch((fault) => {
    if (init.signal?.aborted) throw fault;
    throw new CallFailure("network");
  });
  if (!response.ok) throw await readProblem(response);
  return response.json().catch(() => {
    throw new CallFailure("bad_reply");
  });
}

/**
 * Reads a refusal. A body that is not a problem document (a proxy's HTML page, nothing at all) still gives a failure
 * that names the status.
 * @param {Response} response
 * @returns {Promise<CallFailure>}
 */
export async function readProblem(response) {
  const body = await response.json().catch(() => null);
  /** @param {string} key */
  const text = (key) => (typeof body?.[key] === "string" ? body[key].slice(0, 600) : "");
  const wait = Number(response.headers.get("Retry-After"));
  const later = wait > 0 && wait <= 86400 ? `Wait ${wait} s before you try again.` : "";
  const code = /^[a-z_]{1,60}$/.test(text("code")) ? text("code") : "mint_failed";
  return new CallFailure(code, {
    title: text("title") || "The call was refused",
    detail: text("detail") || `The server answered with status ${response.status}.`,
    hint: [text("hint"), later].filter(Boolean).join(" ") || "Try again in a moment.",
    requestId: text("request_id") || response.headers.get("X-Request-Id") || "",
    status: response.status,
  });
}
