/** What a private session turns off, in plain words (protocol sheet 2.2). Loaded only in one. */
import { make } from "./dom.js";
import { t } from "./words.js";

const OFF = [
  "Tools: the assistant cannot change this page, or end the call after a goodbye.",
  "Use and money: the service does not tell what answers use, so a limit of money cannot end the call.",
  "Your own words appear when you have finished, not while you speak, and not why if they are missing.",
  "If you cut in, where the answer’s caption ends is a guess.",
  "Errors of the service are not shown, and the Events panel shows eleven kinds of event.",
];

/** A line that opens to the list. */
export function privateNote() {
  const list = make("ul", "", ...OFF.map((one) => make("li", "", t(one))));
  const note = make("details", "private", make("summary", "quiet", t("Private session: what is off")), list);
  list.append(make("li", "", t("Talking, captions, typing, pictures and interrupting work as usual.")));
  return note;
}
