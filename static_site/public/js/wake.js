/** After a sleep of the device a connection may be dead and not know it yet. Here it is asked. */

/** Between two looks at the clock. */
const BEAT_MS = 5_000;
/** So much too late is a sleep. */
const ASLEEP_MS = 10_000;
/** In this time a living connection is heard of: the browser checks it every two or three seconds. */
const PROOF_MS = 5_000;

/**
 * Watches for the moments after which a connection may be dead: a sleep, the page's return, another network.
 * @param {Pick<RTCPeerConnection, "getStats" | "connectionState">} peer
 * @param {() => void} dead called when nothing has been heard of the other side
 * @param {Voice.Awake} awake
 * @param {AbortSignal} signal ends the watch
 */
export function watchSleep(peer, dead, { schedule, today, network = globalThis, page = document }, signal) {
  if (signal.aborted) return;
  let cancelBeat = () => {};
  let cancelProof = () => {};
  let asking = false;
  const beat = () => {
    const due = today() + BEAT_MS;
    cancelBeat = schedule(() => {
      if (today() - due > ASLEEP_MS) ask();
      beat();
    }, BEAT_MS);
  };
  const ask = async () => {
    if (asking || peer.connectionState !== "connected") return; // else the browser has noticed by itself
    asking = true;
    const before = await heard(peer);
    if (!signal.aborted && before !== null) {
      await new Promise((/** @type {(_: void) => void} */ resolve) => (cancelProof = schedule(resolve, PROOF_MS)));
      const after = await heard(peer);
      if (!signal.aborted && peer.connectionState === "connected" && after !== null && after <= before) dead();
    }
    asking = false;
  };
  const until = { signal };
  network.addEventListener("online", ask, until);
  page.addEventListener("visibilitychange", () => page.hidden || ask(), until);
  signal.addEventListener("abort", () => (cancelBeat(), cancelProof()), { once: true });
  beat();
}

/**
 * How much has come from the other side so far, in numbers that only grow.
 * @param {Pick<RTCPeerConnection, "getStats">} peer
 * @returns {Promise<number | null>} null if this browser does not tell
 */
async function heard(peer) {
  const report = await peer.getStats().catch(() => null);
  /** @type {number[]} */
  const numbers = [];
  report?.forEach((one) => {
    if (one.type === "candidate-pair" || one.type === "transport" || one.type === "inbound-rtp")
      numbers.push(one.responsesReceived, one.bytesReceived, one.packetsReceived);
  });
  const told = numbers.filter((number) => typeof number === "number");
  return told.length ? told.reduce((sum, number) => sum + number, 0) : null;
}
