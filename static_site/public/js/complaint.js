/** What a call says when the service refuses something, which does not end the call. Loaded with the first refusal. */
import { t } from "./words.js";

/** @param {{ code?: string, message?: string }} error */
export function complaint({ code, message }) {
  if (code === "input_audio_buffer_commit_empty") return t("Too short. Hold the button while you speak.");
  const reason = (message || code || t("no reason given")).slice(0, 200);
  return t("The service refused something: {reason}", { reason });
}
