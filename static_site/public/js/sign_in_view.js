/** Where a visitor signs in: links of the platform, shown where a call needs them. */
import { make, part } from "./dom.js";

/** @typedef {import("./api.js").SignInLink} SignInLink */

/**
 * @param {import("./api.js").Config | null} config
 * @returns {boolean} whether it is certain that a call would be refused, because nobody is signed in
 */
export const needsSignIn = (config) => config?.sign_in?.required === true && config.sign_in.signed_in === false;

/**
 * Asks to sign in before the first call, where a call needs it.
 * @param {import("./api.js").Config | null} config
 * @param {boolean} atRest neither in a call nor in a failure, which asks by itself
 */
export function showSignIn(config, atRest) {
  const needed = atRest && needsSignIn(config);
  part("sign-in").hidden = !needed;
  part("sign-in").replaceChildren(...(needed ? signInLinks(config?.sign_in.links) : []));
}

/**
 * Any address but one of the platform's own is left out.
 * @param {SignInLink[] | undefined} links such as { title: "Microsoft", url: "/.auth/login/aad" }
 */
export function signInLinks(links) {
  const own = (links ?? []).filter((link) => /^\/\.auth\/login\/\w+$/.test(link?.url));
  return own.map(({ title, provider, url }) => linkTo(url, `Sign in with ${title || provider}`));
}

/** For whoever is signed in with an account that may not call: nothing else on the page leads out of it. */
export const signOutLink = () => linkTo("/.auth/logout?post_logout_redirect_uri=/", "Sign out");

/**
 * @param {string} url
 * @param {string} words
 */
function linkTo(url, words) {
  const element = make("a", "", words);
  element.href = url;
  return element;
}
