/**
 * The function's HTTP contract, as the page uses it: the configuration, the mint, and the call that the server makes.
 * Every refusal becomes a CallFailure: in the page's words where a person meets it (refusals.js), else in those of the
 * problem document (RFC 9457).
 */
import { CallFailure } from "./failures.js";
import { REFUSALS } from "./refusals.js";

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
/** @typedef {{ provider: string, title: string, url: string }} SignInLink */
/**
 * @typedef {object} Config
 * @property {"token" | "relay"} mode who makes the call: the browser with a token, or the server
 * @property {string} default_persona
 * @property {Persona[]} personas
 * @property {string[]} voices
 * @property {Preset[]} turn_detection
 * @property {"open" | "private"} event_filter
 * @property {boolean} allow_custom_instructions
 * @property {{ max_instructions_characters?: number, max_call_seconds: number }} limits
 * @property {{ required: boolean, links: SignInLink[], signed_in: boolean }} sign_in
 */
/** @typedef {{ persona?: string, voice?: string, turn_detection?: string, instructions?: string }} Choices */
/**
 * @typedef {object} Session what the rest of the page knows of its call, whoever made it
 * @property {string} id
 * @property {string} [model]
 * @property {string} voice
 * @property {object | null} turn_detection null: push-to-talk
 * @property {"open" | "private"} event_filter
 * @property {string[]} tools names
 * @property {number} max_call_seconds
 * @property {number} [ends] when the server hangs up, by Browser.now; only where it can
 */
/**
 * @typedef {Session & { client_secret: { value: string, expires_at: number }, webrtc_url: string,
 * server_time: number }} MintedSession times are unix seconds
 */
/** @typedef {{ id: string, seconds: number, readAnswer: () => Promise<string> }} MadeCall what the server allows it */
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
 * @returns {Promise<MintedSession>}
 */
export async function mintSession(fetch, choices, signal) {
  const session = await request(fetch, "api/session", { ...post(choices), signal });
  if (typeof session?.client_secret?.value !== "string" || typeof session.webrtc_url !== "string") {
    throw new CallFailure("bad_reply");
  }
  return session;
}

/**
 * Has the server make the call. The reply holds the service's answer and how long the call may last, by two readings of
 * the server's clock, because this machine's may be wrong. It takes no signal: only its reply names the call that
 * must be hung up, so it is awaited even by an attempt that was given up.
 * @param {Fetch} fetch
 * @param {string} sdp the offer
 * @param {Choices} choices
 * @returns {Promise<MadeCall>}
 */
export async function makeCall(fetch, sdp, choices) {
  const response = await send(fetch, "api/call", post({ sdp, ...choices }));
  const { headers, status } = response;
  const [, id] = /\/api\/call\/(\w{1,64})$/.exec(headers.get("Location") ?? "") ?? [];
  if (status !== 201 || !id) throw new CallFailure("bad_reply");
  const ends = Number(headers.get("X-Voicemint-Expires-At"));
  const seconds = ends - (Number(headers.get("X-Voicemint-Server-Time")) || NaN);
  const readAnswer = async () => {
    if (!headers.get("Content-Type")?.startsWith("application/sdp")) throw new CallFailure("bad_reply");
    return response.text().catch(() => {
      throw new CallFailure("network");
    });
  };
  return { id, seconds, readAnswer };
}

/** @param {object} body @returns {RequestInit} */
const post = (body) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

/**
 * @param {Fetch} fetch
 * @param {string} path
 * @param {RequestInit} init
 * @returns {Promise<any>}
 */
async function request(fetch, path, init) {
  const response = await send(fetch, path, init);
  return response.json().catch(() => {
    throw new CallFailure("bad_reply");
  });
}

/**
 * @param {Fetch} fetch
 * @param {string} path
 * @param {RequestInit} init
 */
async function send(fetch, path, init) {
  const response = await fetch(path, init).catch((fault) => {
    if (init.signal?.aborted) throw fault;
    throw new CallFailure("network");
  });
  if (!response.ok) throw await readProblem(response);
  return response;
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
  const code = /^[a-z_]{1,60}$/.test(text("code")) ? text("code") : "mint_failed";
  const words = !Object.hasOwn(REFUSALS, code) && {
    title: text("title") || "The call was refused",
    detail: text("detail") || `The server answered with status ${response.status}.`,
    hint: text("hint") || "Try again in a moment.",
  };
  return new CallFailure(code, {
    ...words,
    requestId: text("request_id") || response.headers.get("X-Request-Id") || "",
    status: response.status,
    retryAfter: wait > 0 && wait <= 86400 ? wait : 0,
  });
}
