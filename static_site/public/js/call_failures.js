/** The words for what only a call can meet, from the microphone to the network. They join those of failures.js. */
import { WORDS } from "./failures.js";

/** @type {typeof WORDS} */
const OF_A_CALL = {
  unsupported: [
    "This browser cannot make calls",
    "It has no WebRTC, the technology that carries the voice.",
    "Use a current Chrome, Edge, Firefox or Safari.",
  ],
  insecure_context: [
    "This page needs a secure address",
    "Browsers give the microphone only to https:// pages and to localhost.",
    "Open the page with https://, or on this machine as http://localhost.",
  ],
  mic_denied: [
    "The microphone is blocked",
    "The browser was told not to let this page listen.",
    "Allow the microphone in the address bar's site settings, then try again.",
  ],
  mic_missing: ["No microphone found", "This device has none, or it is switched off.", "Plug one in, then try again."],
  mic_busy: [
    "The microphone is in use",
    "Another program or page holds it, or the system does not release it.",
    "Close the other program, then try again.",
  ],
  mic_failed: [
    "The microphone did not start",
    "The browser gave a reason that this page does not know.",
    "Try again, or choose another microphone in the browser's settings.",
  ],
  mic_lost: [
    "The microphone went away",
    "It was unplugged, or its permission was taken back.",
    "Check it, then try again.",
  ],
  offer_failed: [
    "The browser could not prepare the call",
    "It failed while it described its side of the connection.",
    "Reload the page, then try again.",
  ],
  sdp_unreachable: [
    "The voice service cannot be reached",
    "The session was made, but the connection to the service did not get through.",
    "A firewall or the page's security policy may block its address.",
  ],
  sdp_refused: ["The voice service refused the call", "", "Try again. If it stays, tell whoever runs this page."],
  token_expired: [
    "The one-time token had expired",
    "Connecting took longer than the token lives.",
    "Try again: a new one is fetched each time.",
  ],
  answer_invalid: [
    "The voice service's answer is not usable",
    "This browser could not read the connection that it describes.",
    "Try again, or use another browser.",
  ],
  ice_failed: [
    "No way through for the voice",
    "The service answered, but no audio connection came about.",
    "Often a firewall: it must let out UDP or TCP port 3478. Another network, such as a phone's, usually works.",
  ],
  connection_lost: [
    "The connection was lost",
    "The network dropped and did not come back in time.",
    "Check your connection, then try again.",
  ],
};

Object.assign(WORDS, OF_A_CALL);
