/** The person's choice of a language, noted on the root. */
import { Store } from "./store.js";

export const INTERFACE = "voicemint.interface";
document.documentElement.lang = String(new Store(() => localStorage).read(INTERFACE) ?? "");
