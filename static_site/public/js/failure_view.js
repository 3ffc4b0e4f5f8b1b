/** The card that says why there is no call, and what to do. */
import { make, part, setText } from "./dom.js";

/** @typedef {import("./failures.js").CallFailure} CallFailure */

/**
 * @param {CallFailure | null} failure
 * @param {string[]} [links] where to sign in, from the configuration
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
  const anchors = failure?.code === "sign_in_required" ? links.flatMap(anchor) : [];
  part("failure-links").hidden = !anchors.length;
  part("failure-links").replaceChildren(...anchors);
}

/**
 * Names of settings and roles come between backticks; they are set as code.
 * @param {string} text
 */
const withNames = (text) => text.split("`").map((piece, at) => (at % 2 ? make("code", "", piece) : piece));

/**
 * A sign-in link of the platform. Any other address is left out.
 * @param {string} href such as /.auth/login/github
 */
function anchor(href) {
  const provider = /^\/\.auth\/login\/(\w+)$/.exec(href)?.[1];
  if (!provider) return [];
  const element = make("a", "", `Sign in with ${provider === "aad" ? "Microsoft" : provider}`);
  element.href = href;
  return [element];
}
