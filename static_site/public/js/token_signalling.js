/**
 * Signalling in token mode: the function mints a short-lived token, ahead of the offer, and with it the browser itself
 * takes its offer to the service.
 */
import { post, request } from "./api.js";
import { CallFailure } from "./failures.js";
import { permission } from "./microphone.js";
import { t } from "./words.js";

/** Loaded beside this module; a call does not need it. */
const ahead = import("./lines_ahead.js").catch(() => null);

/** A token this close to its end is not used: the exchange itself takes time. */
const TOKEN_MARGIN_MS = 2_000;

/**
 * Made once a page: it may hold a line that was made ahead.
 * @param {Voice.Browser} browser
 * @returns {Voice.Signalling}
 */
export function signalling(browser) {
  const { now, today } = browser;
  /** @type {import("./lines_ahead.js").LinesAhead | null} */
  let lines = null;
  /** @param {Voice.Choices} choices @param {AbortSignal} signal @returns {Promise<Voice.Token>} */
  const mint = async (choices, signal) => {
    const session = await mintSession(browser.fetch, choices, signal).catch((fault) => {
      if (!signal.aborted) lines?.failed(fault);
      throw fault;
    });
    return { session, received: now(), seen: today() };
  };

  /** @type {Voice.Signalling} */
  const way = (choices, signal, timings) => {
    const minting = timings.measure("Token", mint(choices, signal));
    return {
      ready: minting,
      async exchange(offer) {
        let token = await minting;
        if (expired(token, browser, TOKEN_MARGIN_MS))
          token = await timings.measure("Token again", mint(choices, signal));
        const answer = await timings.measure("SDP exchange", exchange(browser, token, offer, signal));
        return { answer, session: token.session };
      },
    };
  };
  const loading = Promise.all([ahead, permission(browser)]).then(([part, may]) => {
    lines = part && new part.LinesAhead(way, browser, may);
  });
  let wanted = 0; // Start, or the end of the page, comes before what still loads
  way.prepare = async (choices, intent) => {
    const mine = wanted;
    await loading;
    if (mine === wanted) lines?.prepare(choices, intent);
  };
  way.take = (...call) => (wanted++, lines?.take(...call));
  way.drop = (choices) => {
    if (!choices) wanted++;
    lines?.drop(choices && JSON.stringify(choices));
  };
  return way;
}

/**
 * Whether a token is past its end, or will be soon. Counted from its arrival, because this machine's clock may be wrong.
 * @param {Voice.Token} token
 * @param {Pick<Voice.Browser, "now" | "today">} browser
 * @param {number} [ahead] milliseconds
 */
function expired({ session, received, seen }, { now, today }, ahead = 0) {
  const life = (session.client_secret.expires_at - session.server_time) * 1000;
  return Math.max(now() - received, today() - seen) + ahead >= life;
}

/**
 * Posts the offer. Only these two headers: any other may fail the service's preflight (protocol sheet 2.1).
 * @param {Voice.Browser} browser
 * @param {Voice.Token} token
 * @param {string} sdp
 * @param {AbortSignal} signal
 */
async function exchange(browser, token, sdp, signal) {
  const { client_secret, webrtc_url } = token.session;
  const headers = { Authorization: `Bearer ${client_secret.value}`, "Content-Type": "application/sdp" };
  const response = await browser.fetch(webrtc_url, { method: "POST", headers, body: sdp, signal }).catch((fault) => {
    if (signal.aborted) throw fault;
    throw new CallFailure("sdp_unreachable");
  });
  if (!response.ok) throw await refusal(response, expired(token, browser));
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
  const gaps = { reason: t(reason), status: code && code !== String(status) ? `${status}, ${code}` : status };
  return new CallFailure("sdp_refused", { detail: t("{reason} (status {status})", gaps), status });
}

/**
 * The reply holds a short-lived token, never a key.
 * @param {Voice.Fetch} fetch
 * @param {Voice.Choices} choices
 * @param {AbortSignal} signal
 * @returns {Promise<Voice.MintedSession>}
 */
async function mintSession(fetch, choices, signal) {
  const session = await request(fetch, "api/session", { ...post(choices), signal });
  if (typeof session?.client_secret?.value !== "string" || typeof session.webrtc_url !== "string") {
    throw new CallFailure("bad_reply");
  }
  return session;
}
