/**
 * Signalling in token mode: the function mints a short-lived token, ahead of the offer, and with it the browser itself
 * takes its offer to the service.
 */
import { mintSession } from "./api.js";
import { CallFailure } from "./failures.js";

/** @typedef {import("./api.js").MintedSession} MintedSession */
/** @typedef {import("./connect.js").Browser} Browser */
/** @typedef {{ session: MintedSession, received: number }} Token with the moment of its arrival, by Browser.now */

/** A token this close to its end is not used: the exchange itself takes time. */
const TOKEN_MARGIN_MS = 2_000;

/**
 * @param {Browser} browser
 * @returns {import("./connect.js").Signalling}
 */
export const signalling = (browser) => (choices, signal, timings) => {
  const mint = async () => ({ session: await mintSession(browser.fetch, choices, signal), received: browser.now() });
  const minting = timings.measure("Token", mint());
  return {
    ready: minting,
    async exchange(offer) {
      let token = await minting;
      if (expired(token, browser.now() + TOKEN_MARGIN_MS)) token = await timings.measure("Token again", mint());
      const answer = await timings.measure("SDP exchange", post(browser, token, offer, signal));
      return { answer, session: token.session };
    },
  };
};

/**
 * Whether a token is past its end at a moment. Counted from its arrival, because this machine's clock may be wrong.
 * @param {Token} token
 * @param {number} at
 */
function expired({ session, received }, at) {
  const life = (session.client_secret.expires_at - session.server_time) * 1000;
  return at - received >= life;
}

/**
 * Posts the offer. Only these two headers: any other may fail the service's preflight (protocol sheet 2.1).
 * @param {Browser} browser
 * @param {Token} token
 * @param {string} sdp
 * @param {AbortSignal} signal
 */
async function post(browser, token, sdp, signal) {
  const { client_secret, webrtc_url } = token.session;
  const headers = { Authorization: `Bearer ${client_secret.value}`, "Content-Type": "application/sdp" };
  const response = await browser.fetch(webrtc_url, { method: "POST", headers, body: sdp, signal }).catch((fault) => {
    if (signal.aborted) throw fault;
    throw new CallFailure("sdp_unreachable");
  });
  if (!response.ok) throw await refusal(response, expired(token, browser.now()));
  return response.text();
}

/** @type {Record<number, string>} */
const PLAIN = {
  400: "It could not use the offer that this browser made.",
  401: "It did not accept the token.",
  403: "It does not allow calls from here.",
  404: "It does not know this address, or the model is not deployed there.",
  429: "It has too many calls at the moment.",
};

/**
 * The service's refusal in plain words. Its own text is not shown; its status and code are.
 * @param {Response} response
 * @param {boolean} late whether the token was past its end
 */
async function refusal(response, late) {
  const { status } = response;
  const { error } = (await response.json().catch(() => null)) ?? {};
  const code = typeof error?.code === "string" ? error.code.slice(0, 60) : "";
  if (status === 401 && (late || /expired/.test(`${code} ${error?.message}`))) {
    return new CallFailure("token_expired", { status });
  }
  const reason = PLAIN[status] ?? (status >= 500 ? "It has a fault of its own." : "It gave no reason that is known.");
  return new CallFailure("sdp_refused", { detail: `${reason} (status ${status}${code ? `, ${code}` : ""})`, status });
}
