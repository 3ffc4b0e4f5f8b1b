import assert from "node:assert/strict";
import test from "node:test";
import { Volume } from "../../static_site/public/js/volume.js";

/** An audio element; on iOS its volume is always 1. */
class Player extends EventTarget {
  muted = false;
  srcObject = null;
  #volume = 1;
  constructor(ignores) {
    super();
    this.ignores = ignores;
  }
  get volume() {
    return this.ignores ? 1 : this.#volume;
  }
  set volume(level) {
    this.#volume = level;
  }
  start(stream) {
    this.srcObject = stream;
    this.dispatchEvent(new Event("playing"));
  }
}

class Context {
  state = "running";
  currentTime = 0;
  destination = {};
  gains = [];
  sources = [];
  createGain() {
    const node = {
      gain: { value: 1, setTargetAtTime: (level) => (node.gain.value = level) },
      connect: (to) => ((node.to = to), (node.began = node.gain.value)),
      disconnect: () => (node.to = null),
    };
    this.gains.push(node);
    return node;
  }
  createMediaStreamSource(stream) {
    this.sources.push(stream);
    return { connect: () => {} };
  }
}

function made({ ignores = false, context = new Context() } = {}) {
  const player = new Player(ignores);
  const told = [];
  const volume = new Volume(player, () => context, () => told.push("blocked"));
  return { player, context, volume, told };
}

test("the element's own volume does it where there is one", () => {
  const { player, context, volume } = made();
  player.start({});
  volume.set(0.35);
  assert.deepEqual([player.volume, player.muted, context.gains.length], [0.35, false, 0]);
  volume.set(0);
  assert.deepEqual([player.volume, player.muted], [0, false]);
});

test("where it is ignored the voice goes through Web Audio, and the element is silent but attached", () => {
  const { player, context, volume, told } = made({ ignores: true });
  volume.set(0.5);
  const stream = {};
  player.start(stream);
  const [gain] = context.gains;
  assert.deepEqual([context.sources[0], gain.gain.value, gain.to], [stream, 0.5, context.destination]);
  assert.equal(gain.began, 0.5, "it does not start loud");
  assert.deepEqual([player.muted, player.srcObject, told], [true, stream, []]);
  volume.set(0.2);
  assert.deepEqual([context.gains.length, gain.gain.value], [1, 0.2], "the same way is used on");
  volume.set(1);
  assert.deepEqual([player.muted, gain.to], [false, null], "at full volume the plain way is taken again");
});

test("each connection's voice finds the volume that was set", () => {
  const { player, context, volume } = made({ ignores: true });
  volume.set(0.5);
  player.start({ name: "first" });
  player.start({ name: "second" });
  player.dispatchEvent(new Event("playing"));
  assert.deepEqual(
    context.gains.map(({ to, gain }) => [to, gain.value]),
    [
      [null, 0.5],
      [context.destination, 0.5],
    ],
  );
});

test("without Web Audio there is still silence at 0", () => {
  const { player, volume } = made({ ignores: true, context: null });
  player.start({});
  volume.set(0.5);
  assert.equal(player.muted, false);
  volume.set(0);
  assert.equal(player.muted, true);
  volume.set(1);
  assert.equal(player.muted, false);
});

test("Web Audio that the browser holds back asks for a tap", () => {
  const { player, context, volume, told } = made({ ignores: true });
  context.state = "suspended";
  player.start({});
  volume.set(0.5);
  assert.deepEqual(told, ["blocked"]);
});
