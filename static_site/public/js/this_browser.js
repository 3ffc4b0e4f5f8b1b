/** The parts of the browser that a call uses. Tests pass others. */

/** Where this module comes from. */
export const HERE = new URL("../", import.meta.url);
/** The base of paths such as `api/config`; a deployment may say another. */
export const api = document.documentElement.dataset.api ?? HERE;

/** @type {Voice.Browser & { newId: () => string, endpoint: string }} */
export const browser = {
  secure: isSecureContext,
  PeerConnection: window.RTCPeerConnection,
  getUserMedia: navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices),
  fetch: (path, init) => fetch(new URL(path, api), init),
  now: () => performance.now(),
  schedule: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  storage: () => localStorage,
  locks: navigator.locks,
  permissions: navigator.permissions,
  today: () => Date.now(),
  preconnect: (href) =>
    document.head.append(Object.assign(document.createElement("link"), { rel: "preconnect", crossOrigin: "", href })),
  newId: () => `page_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`,
  endpoint: "",
};

/** The same for a server elsewhere. @param {URL} base */
export const browserAt = (base) => ({
  ...browser,
  ...(new URL(".", document.baseURI).href !== base.href && {
    fetch: (/** @type {string} */ path, /** @type {RequestInit | undefined} */ init) => fetch(new URL(path, base), init),
    endpoint: base.href,
  }),
});
