/** What a call says of itself while it lasts. */

/**
 * What goes on in a live call: one word to read at arm's length, and what the person may do now.
 * @param {string} activity
 * @param {boolean} muted
 * @param {boolean} pushToTalk
 * @returns {[doing: string, hint: string]}
 */
export function inWords(activity, muted, pushToTalk) {
  const cutIn = pushToTalk ? "Hold the button to cut in." : "Cut in whenever you like.";
  if (activity === "speaking") return ["Speaking", cutIn];
  if (activity === "thinking") return ["Thinking", "The answer is on its way."];
  if (muted) return ["Muted", "It cannot hear you."];
  if (activity === "hearing") return ["Hearing you", pushToTalk ? "Let go when you have finished." : "Take your time."];
  return pushToTalk ? ["Ready", "Hold the button while you speak."] : ["Listening", "Speak whenever you like."];
}

/**
 * Why a call is over, and what that means for the microphone. "" if the person ended it: they know.
 * @param {"limit" | "remote" | "person" | "budget" | "goodbye"} why
 */
export function whyEnded(why) {
  if (why === "limit") return "The call reached its time limit. The microphone is off.";
  if (why === "budget") return "The call reached the limit of money that you set. The microphone is off.";
  if (why === "goodbye") return "You said goodbye, so the call is over and the microphone is off.";
  return why === "remote" ? "The service ended the call. The microphone is off." : "";
}

/** @param {number} seconds */
export const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/**
 * Tells the page only what is new.
 * @param {Voice.Shared["emit"]} emit
 * @returns {Voice.Shared["emit"]}
 */
export function telling(emit) {
  /** @type {Map<string, string>} */
  const told = new Map();
  return (name, detail) => {
    const text = JSON.stringify(detail);
    if (text === told.get(name)) return;
    told.set(name, text);
    emit(name, detail);
  };
}
