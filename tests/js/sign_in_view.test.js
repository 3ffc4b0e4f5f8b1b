import assert from "node:assert/strict";
import test from "node:test";
import { needsSignIn } from "../../static_site/public/js/call_stage.js";
import { signInLinks, signOutLink } from "../../static_site/public/js/sign_in_view.js";
import { config } from "./fakes.js";

/** Just enough of a document to make an element. */
globalThis.document = { createElement: (tag) => ({ tag, text: "", append() {} }) };

test("a sign-in is asked for only where it is certain that it is missing", () => {
  const signIn = (required, signed_in) => needsSignIn(config({ sign_in: { required, signed_in, links: [] } }));
  assert.deepEqual([signIn(true, false), signIn(true, true), signIn(false, false)], [true, false, false]);
  assert.deepEqual([signIn(true, undefined), needsSignIn(null), needsSignIn({})], [false, false, false]);
});

test("only the platform's own addresses become links", () => {
  const good = { provider: "aad", title: "Microsoft", url: "/.auth/login/aad" };
  const bad = ["https://elsewhere.example/.auth/login/aad", "//x/.auth/login/aad", "/.auth/login/aad?to=//x", "", null];
  const links = signInLinks([good, ...bad.map((url) => ({ provider: "x", title: "X", url })), null]);
  assert.deepEqual(
    links.map(({ tag, href }) => [tag, href]),
    [["a", "/.auth/login/aad"]],
  );
  assert.deepEqual(signInLinks(undefined), []);
});

test("signing out is the platform's, and leads back here", () => {
  assert.equal(signOutLink().href, "/.auth/logout?post_logout_redirect_uri=/");
});
