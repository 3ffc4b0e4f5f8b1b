/** First step of the check: whether this browser can make calls at all. */
import { bad, failed, good, warning } from "./check_outcome.js";
import { CallFailure } from "./failures.js";

/** @param {Pick<Voice.Browser, "secure" | "PeerConnection" | "getUserMedia" | "storage">} browser */
export function checkBrowser({ secure, PeerConnection, getUserMedia, storage }) {
  if (!secure) return failed(new CallFailure("insecure_context"));
  if (!PeerConnection) return failed(new CallFailure("unsupported"));
  if (!getUserMedia) {
    return bad("This browser gives no page a microphone.", "Use a current Chrome, Edge, Firefox or Safari.");
  }
  if (!keeps(storage)) {
    return warning(
      "It can make calls, but may not store anything for this page.",
      "Calls work. What was said is lost when the page is reloaded: allow site data to keep it.",
    );
  }
  return good("It can make calls: secure address, WebRTC, microphone, storage.");
}

/** @param {() => Storage} storage */
function keeps(storage) {
  const key = "voicemint.check";
  try {
    storage().setItem(key, "1");
    storage().removeItem(key);
    return true;
  } catch {
    return false;
  }
}
