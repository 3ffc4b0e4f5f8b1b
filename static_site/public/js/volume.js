/**
 * How loud the assistant is. An audio element has a volume, but on iOS it ignores it; there the voice goes through Web
 * Audio instead, and the element, which must stay attached, is silent.
 */

/** @typedef {Pick<HTMLAudioElement, "volume" | "muted" | "srcObject" | "addEventListener">} Player */

export class Volume {
  /** 0 to 1 */
  level = 1;
  #player;
  #context;
  #onBlocked;
  /** @type {MediaProvider | null} */
  #routed = null;
  /** @type {GainNode | null} */
  #gain = null;

  /**
   * @param {Player} player
   * @param {() => AudioContext | null | undefined} context of the call, made inside the tap on Start
   * @param {() => void} onBlocked the browser wants another tap before Web Audio plays
   */
  constructor(player, context, onBlocked) {
    this.#player = player;
    this.#context = context;
    this.#onBlocked = onBlocked;
    // Each call, and each new connection of one, brings a stream of its own.
    player.addEventListener("playing", () => this.#apply());
  }

  /** @param {number} level 0 to 1 */
  set(level) {
    this.level = level;
    this.#apply();
  }

  #apply() {
    const player = this.#player;
    player.volume = this.level;
    if (Math.abs(player.volume - this.level) < 0.005) {
      player.muted = false;
      return this.#unroute();
    }
    const context = this.#context();
    const stream = player.srcObject;
    if (!context || context.state === "closed" || !stream) {
      player.muted = this.level === 0; // all that is left
      return;
    }
    if (this.#routed !== stream) this.#route(context, /** @type {MediaStream} */ (stream));
    this.#gain?.gain.setTargetAtTime(this.level, context.currentTime, 0.015); // a jump would click
    player.muted = true;
    if (context.state === "suspended") this.#onBlocked();
  }

  /**
   * @param {AudioContext} context
   * @param {MediaStream} stream
   */
  #route(context, stream) {
    this.#unroute();
    this.#gain = context.createGain();
    this.#gain.gain.value = this.level;
    context.createMediaStreamSource(stream).connect(this.#gain);
    this.#gain.connect(context.destination);
    this.#routed = stream;
  }

  #unroute() {
    this.#gain?.disconnect();
    this.#gain = this.#routed = null;
  }
}
