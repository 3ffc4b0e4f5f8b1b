import assert from "node:assert/strict";
import test from "node:test";
import { Network } from "../../static_site/public/js/network.js";

/** A report as Chromium gives it. `way` names the candidates. */
function report({ got = 0, lostIn = 0, sent = 0, lostOut = 0, roundTrip = 0.04, jitter = 0.004, way = {} } = {}) {
  const { protocol = "udp", type = "host", other = "host" } = way;
  return [
    { type: "codec", id: "c" },
    { type: "transport", id: "t", selectedCandidatePairId: "p2" },
    { type: "candidate-pair", id: "p1", currentRoundTripTime: 9, nominated: true, state: "succeeded" },
    {
      type: "candidate-pair",
      id: "p2",
      currentRoundTripTime: roundTrip,
      localCandidateId: "l",
      remoteCandidateId: "r",
    },
    { type: "local-candidate", id: "l", protocol, candidateType: type },
    { type: "remote-candidate", id: "r", protocol, candidateType: other },
    { type: "inbound-rtp", id: "i", kind: "audio", packetsReceived: got, packetsLost: lostIn, jitter },
    { type: "outbound-rtp", id: "o", kind: "audio", packetsSent: sent },
    { type: "remote-inbound-rtp", id: "ri", kind: "audio", packetsLost: lostOut, jitter: 0.001, roundTripTime: 0.05 },
  ];
}

test("round trip, jitter and the way are read from the pair in use", () => {
  const reading = new Network().read(report({ got: 100, sent: 100 }));
  assert.deepEqual([reading.roundTrip, reading.jitter, reading.way, reading.word], [40, 4, "UDP, direct", "good"]);
  assert.deepEqual([reading.lostIn, reading.lostOut], [null, null], "one report tells no loss");
});

test("loss is counted over the last ten seconds, each way for itself", () => {
  const network = new Network();
  network.read(report({ got: 1_000, lostIn: 500, sent: 1_000, lostOut: 500 }));
  let reading = network.read(report({ got: 1_090, lostIn: 510, sent: 1_100, lostOut: 505 }));
  assert.deepEqual([reading.lostIn, reading.lostOut, reading.word], [0.1, 0.05, "bad"]);
  for (let n = 1; n <= 6; n++)
    reading = network.read(report({ got: 1_090 + n * 100, lostIn: 510, sent: 1_100 + n * 100, lostOut: 505 }));
  assert.deepEqual([reading.lostIn, reading.lostOut, reading.word], [0, 0, "good"], "what is long ago is forgotten");
});

test("another connection counts from its own beginning", () => {
  const network = new Network();
  network.read(report({ got: 5_000, lostIn: 20, sent: 5_000 }));
  const fresh = network.read(report({ got: 10, lostIn: 0, sent: 10 }));
  assert.deepEqual([fresh.lostIn, fresh.lostOut], [null, null]);
  assert.equal(network.read(report({ got: 109, lostIn: 1, sent: 110 })).lostIn, 0.01);
});

test("a packet that counted as lost and came after all makes no negative loss", () => {
  const network = new Network();
  network.read(report({ got: 100, lostIn: 5, sent: 100, lostOut: 3 }));
  const { lostIn, lostOut } = network.read(report({ got: 105, lostIn: 2, sent: 150, lostOut: 1 }));
  assert.deepEqual([lostIn, lostOut], [0, 0]);
});

test("weak and bad, each by its own reason", () => {
  const word = (more) => new Network().read(report(more)).word;
  assert.deepEqual(
    [0.249, 0.25, 0.5].map((roundTrip) => word({ roundTrip })),
    ["good", "weak", "bad"],
  );
  assert.deepEqual(
    [0.029, 0.03, 0.06].map((jitter) => word({ jitter })),
    ["good", "weak", "bad"],
  );
});

test("TCP and relays are named", () => {
  const way = (given) => new Network().read(report({ way: given })).way;
  assert.equal(way({ protocol: "tcp" }), "TCP, direct");
  assert.equal(way({ type: "relay" }), "UDP, relayed");
  assert.equal(way({ other: "relay" }), "UDP, relayed");
});

test("browsers that say less: Firefox marks the pair, and some tell nothing", () => {
  const firefox = report()
    .filter(({ type }) => type !== "transport")
    .map((one) => (one.id === "p2" ? { ...one, selected: true } : one));
  assert.equal(new Network().read(firefox).roundTrip, 40);
  const nominated = report().filter(({ type }) => type !== "transport");
  assert.equal(new Network().read(nominated).roundTrip, 9_000);
  const { word, roundTrip, way } = new Network().read([]);
  assert.deepEqual([word, roundTrip, way], ["unknown", null, ""]);
  const odd = report({ roundTrip: "fast", jitter: NaN }).filter(({ type }) => type !== "remote-inbound-rtp");
  assert.equal(new Network().read(odd).word, "unknown");
});

test("the other side's reports may begin late", () => {
  const network = new Network();
  const early = report({ got: 100, sent: 100 }).filter(({ type }) => type !== "remote-inbound-rtp");
  assert.equal(network.read(early).lostOut, null);
  assert.equal(network.read(report({ got: 200, sent: 200, lostOut: 4 })).lostOut, 0.02);
});
