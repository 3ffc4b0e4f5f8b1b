/** The parts of the browser that a call uses, as they really are. Tests pass others in their place. */

/** @type {import("./call_page.js").Shared["browser"]} */
export const browser = {
  secure: isSecureContext,
  PeerConnection: window.RTCPeerConnection,
  getUserMedia: navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices),
  fetch: fetch.bind(window),
  now: () => performance.now(),
  schedule: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  storage: () => localStorage,
  locks: navigator.locks,
  today: () => Date.now(),
  newId: () => `page_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`,
};
