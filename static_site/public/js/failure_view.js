/** The card that says why there is no call, and what to do. */
import { make, part, setText } from "./dom.js";

/** @typedef {import("./failures.js").CallFailure} CallFailure */

/** What the check of microphone and network can tell more of. */
const CHECKED = /^(mic_|network|sdp_unreachable|ice_failed|connection_lost)/;

/**
 * @param {ShadowRoot} root
 * @param {CallFailure | null} failure
 * @param {Voice.SignInLink[]} [links] where to sign in, from the configuration
 * @param {string} [elsewhere] the server's address if it is not the page's own
 */
export function showFailure(root, failure, links = [], elsewhere = "") {
  const show = (/** @type {string} */ id, /** @type {string} */ text) => setText(part(id, root), text);
  part("failure", root).hidden = !failure;
  show("failure-title", failure?.title ?? "");
  const repeats = failure?.detail.replace(/\.$/, "") === failure?.title;
  show("failure-detail", repeats ? "" : (failure?.detail ?? ""));
  part("failure-hint", root).replaceChildren(...withNames(failure?.hint ?? ""));
  show("failure-code", [failure?.code, failure?.requestId].filter(Boolean).join(" · "));
  const place = part("failure-links", root);
  place.hidden = true;
  part("failure-check", root).hidden = !CHECKED.test(failure?.code ?? "");
  if (failure && ["sign_in_required", "role_required"].includes(failure.code))
    import("./sign_in_view.js").then(
      ({ signInLinks, signOutLink }) => {
        place.replaceChildren(...(failure.code === "role_required" ? [signOutLink()] : signInLinks(links, elsewhere)));
        place.hidden = !place.childElementCount;
      },
      () => {}, // the words say it as well
    );
  showWait(root, "");
}

/** How long until trying again may help. @param {ShadowRoot} root @param {string} words */
export const showWait = (root, words) => setText(part("failure-wait", root), words);

/** Names of settings and roles come between backticks; they are set as code. @param {string} text */
const withNames = (text) => text.split("`").map((piece, at) => (at % 2 ? make("code", "", piece) : piece));
