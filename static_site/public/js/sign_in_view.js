/** Where a visitor signs in: links of the platform, shown where a call needs them. */
import { make } from "./dom.js";
import { t } from "./words.js";

/**
 * Any address but one of the platform's own is left out. On a page of another site nobody can be signed in, because
 * that site's requests carry no cookie of the server's; there the way leads to the server's own page.
 * @param {Voice.SignInLink[] | undefined} links such as { title: "Microsoft", url: "/.auth/login/aad" }
 * @param {string} [elsewhere]
 */
export function signInLinks(links, elsewhere = "") {
  if (elsewhere) return [Object.assign(linkTo(elsewhere, t("Open the page for calls")), { target: "_blank" })];
  const own = (links ?? []).filter((link) => /^\/\.auth\/login\/\w+$/.test(link?.url));
  return own.map(({ title, provider, url }) => linkTo(url, t("Sign in with {name}", { name: title || provider })));
}

/** For whoever is signed in with an account that may not call: nothing else on the page leads out of it. */
export const signOutLink = () => linkTo("/.auth/logout?post_logout_redirect_uri=/", t("Sign out"));

/**
 * @param {string} url
 * @param {string} words
 */
function linkTo(url, words) {
  const element = make("a", "", words);
  element.href = url;
  return element;
}
