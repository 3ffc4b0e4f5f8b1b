/** The card that says why there is no call, and what to do. */
import { make, part, setText } from "./dom.js";
import { signInLinks, signOutLink } from "./sign_in_view.js";

/** @typedef {import("./failures.js").CallFailure} CallFailure */

/**
 * @param {CallFailure | null} failure
 * @param {import("./api.js").SignInLink[]} [links] where to sign in, from the configuration
 */
export function showFailure(failure, links = []) {
  part("failure").hidden = !failure;
  if (failure) document.documentElement.dataset.failure = failure.code;
  else delete document.documentElement.dataset.failure;
  setText(part("failure-title"), failure?.title ?? "");
  const repeats = failure?.detail.replace(/\.$/, "") === failure?.title;
  setText(part("failure-detail"), repeats ? "" : (failure?.detail ?? ""));
  part("failure-hint").replaceChildren(...withNames(failure?.hint ?? ""));
  setText(part("failure-code"), [failure?.code, failure?.requestId].filter(Boolean).join(" · "));
  const anchors = failure?.code === "sign_in_required" ? signInLinks(links) : [];
  if (failure?.code === "role_required") anchors.push(signOutLink());
  part("failure-links").hidden = !anchors.length;
  part("failure-links").replaceChildren(...anchors);
  showWait("");
}

/** @param {string} words how long until trying again may help */
export const showWait = (words) => setText(part("failure-wait"), words);

/**
 * Names of settings and roles come between backticks; they are set as code.
 * @param {string} text
 */
const withNames = (text) => text.split("`").map((piece, at) => (at % 2 ? make("code", "", piece) : piece));
