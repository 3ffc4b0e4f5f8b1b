/**
 * The sound of one call: plays the assistant's voice, and measures how loud each side is. Made inside the tap on Start,
 * because browsers let sound begin only there.
 */

export class Sound {
  #element;
  /** volume.js plays through it where it must */
  context;
  #onBlocked;
  /** @type {Partial<Record<Voice.Side, AnalyserNode>>} */
  #analysers = {};
  #samples = new Float32Array(512);

  /**
   * @param {HTMLAudioElement} element
   * @param {typeof AudioContext | undefined} Context without one the voice is heard, and the picture stays still
   * @param {() => void} onBlocked the browser wants another tap before it plays
   */
  constructor(element, Context, onBlocked) {
    this.#element = element;
    this.context = Context ? new Context() : null;
    this.#onBlocked = onBlocked;
    this.#wake();
  }

  /** Whether anything is still held open. */
  get open() {
    return (this.context !== null && this.context.state !== "closed") || this.#element.srcObject !== null;
  }

  /** @param {MediaStream} stream */
  hear(stream) {
    this.#measure("user", stream);
  }

  /**
   * Chromium gives silence to an analyser unless the stream is attached to an audio element too, so it is both.
   * @param {MediaStream} stream
   */
  speak(stream) {
    this.#element.srcObject = stream;
    this.play();
    this.#measure("assistant", stream);
  }

  /** Starts to play; called again from the "Tap for sound" button. */
  play() {
    this.#wake();
    this.#element.play().catch((fault) => {
      if (fault?.name === "NotAllowedError") this.#onBlocked();
    });
  }

  /**
   * @param {Voice.Side} side
   * @returns {number} loudness, 0 to 1
   */
  level(side) {
    const analyser = this.#analysers[side];
    if (!analyser) return 0;
    analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, value) => sum + value * value, 0) / this.#samples.length;
    return Math.min(1, Math.sqrt(power) * 5);
  }

  close() {
    this.#analysers = {};
    this.#element.pause();
    this.#element.srcObject = null;
    this.context?.close().catch(() => {}); // closed already: nothing is left to free
  }

  /** Not awaited: Firefox never answers where there is no audio device. Safari's may also be "interrupted". */
  #wake() {
    const { context } = this;
    if (context && context.state !== "running" && context.state !== "closed") context.resume().catch(() => {});
  }

  /**
   * @param {Voice.Side} side
   * @param {MediaStream} stream
   */
  #measure(side, stream) {
    if (!this.context || this.context.state === "closed") return;
    const analyser = this.context.createAnalyser();
    analyser.fftSize = this.#samples.length;
    this.context.createMediaStreamSource(stream).connect(analyser);
    this.#analysers[side] = analyser;
  }
}
