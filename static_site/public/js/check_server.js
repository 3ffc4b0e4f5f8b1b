/** Fourth step: the page's own server. Is it there, what does it offer, and could a call start now? */
import { getConfig } from "./api.js";
import { bad, causeOf, failed, good, warning } from "./check_outcome.js";
import { CallFailure } from "./failures.js";
import { t } from "./words.js";

/** @typedef {import("./check_outcome.js").Outcome & { config?: Voice.Config }} Found */

/**
 * @param {Pick<Voice.Browser, "fetch" | "now">} browser
 * @param {AbortSignal} signal
 * @returns {Promise<Found>}
 */
export async function checkServer({ fetch, now }, signal) {
  try {
    const began = now();
    const health = await ask(fetch, "api/health", signal);
    const took = Math.round(now() - began);
    if (health?.status !== "ok") return stranger();
    const config = await getConfig(fetch, signal);
    await ask(fetch, "api/ready", signal);
    if (config.sign_in?.required && !config.sign_in.signed_in) {
      const text = "It is ready, but calls are for people who are signed in, and you are not.";
      return { ...warning(text, "Sign in on the call's page, then check again."), config };
    }
    return { ...good(t("It answered in {number} ms and is ready for a call.", { number: took })), config };
  } catch (fault) {
    signal.throwIfAborted();
    return failed(fault, { cause: causeOf(fault) });
  }
}

/**
 * @param {Voice.Fetch} fetch
 * @param {string} path
 * @param {AbortSignal} signal
 * @returns {Promise<any>} null if the answer is not JSON
 */
async function ask(fetch, path, signal) {
  const reply = await fetch(path, { signal, cache: "no-store" }).catch(() => {
    const detail = "Either it is down, or this network does not let you through to it.";
    throw new CallFailure("network", { detail });
  });
  if (!reply.ok) {
    const { readProblem } = await import("./refusals.js");
    const problem = await readProblem(reply);
    if (problem.code !== "mint_failed") throw problem;
    throw new CallFailure(problem.code, { title: "The server does not answer as it should", detail: problem.detail });
  }
  return reply.json().catch(() => null);
}

/** Hotels and trains answer for every server until one has signed in to their network. */
const stranger = () =>
  bad(
    "Something else answers in the server's place.",
    "If this network wants a sign-in of its own, open any other page and sign in there. Then check again.",
    { cause: "network" },
  );
