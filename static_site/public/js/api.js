/** The function's HTTP contract, as the page uses it. Every refusal becomes a CallFailure: see refusals.js. */
import { CallFailure } from "./failures.js";

/**
 * @param {Voice.Fetch} fetch
 * @param {AbortSignal} [signal]
 * @returns {Promise<Voice.Config>}
 */
export async function getConfig(fetch, signal) {
  const config = await request(fetch, "api/config", { signal: signal ?? null });
  if (!Array.isArray(config?.personas) || !config.personas.length) throw new CallFailure("bad_reply");
  return config;
}

/** @param {object} body @returns {RequestInit} */
export const post = (body) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

/**
 * @param {Voice.Fetch} fetch
 * @param {string} path
 * @param {RequestInit} init
 * @returns {Promise<any>}
 */
export async function request(fetch, path, init) {
  const response = await send(fetch, path, init);
  return response.json().catch(() => {
    throw new CallFailure("bad_reply");
  });
}

/**
 * @param {Voice.Fetch} fetch
 * @param {string} path
 * @param {RequestInit} init
 */
export async function send(fetch, path, init) {
  const response = await fetch(path, init).catch((fault) => {
    if (init.signal?.aborted) throw fault;
    throw new CallFailure("network");
  });
  if (!response.ok) {
    const words = await import("./refusals.js").catch(() => null);
    throw (await words?.readProblem(response)) ?? new CallFailure("mint_failed", { status: response.status });
  }
  return response;
}
