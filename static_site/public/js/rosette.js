/**
 * The picture: two bands of fine waves, the person outside, the assistant inside; each swells with its voice. It moves in
 * a call only, if motion is welcome.
 */

/** Where each band lies (shares of the radius), waves around it, lines woven together. */
const BANDS = {
  user: { middle: 0.86, swing: 0.075, waves: 30, lines: 8 },
  assistant: { middle: 0.66, swing: 0.085, waves: 20, lines: 8 },
};
const STEPS = 360;
/** Share of the way to a new loudness in each frame: quick up, slow down. */
const RISE = 0.35;
const FALL = 0.08;

export class Rosette {
  #canvas;
  #context;
  #still;
  #frame = 0;
  #phase = 0;
  /** @type {Voice.Levels} */
  #shown = { user: 0, assistant: 0 };

  /**
   * @param {HTMLCanvasElement} canvas its `color` draws the assistant, its `outline-color` the person
   * @param {{ readonly matches: boolean }} still whether less motion is asked for
   */
  constructor(canvas, still) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#still = still;
    new ResizeObserver(() => this.draw()).observe(canvas);
    // The style sheet changes colours in a moment, not at once: told here.
    canvas.addEventListener("transitionend", () => this.draw());
  }

  /** @param {() => Voice.Levels} levels */
  start(levels) {
    this.stop();
    const step = () => {
      this.#follow(levels());
      this.draw();
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#shown = { user: 0, assistant: 0 };
    this.draw();
  }

  draw() {
    const context = this.#context;
    if (!context) return;
    const size = Math.round(this.#canvas.clientWidth * devicePixelRatio); // as a canvas has it
    if (this.#canvas.width !== size) this.#canvas.width = this.#canvas.height = size;
    const { color, outlineColor } = getComputedStyle(this.#canvas);
    context.clearRect(0, 0, size, size);
    context.lineWidth = 0.8 * devicePixelRatio;
    this.#band(context, size / 2, BANDS.user, outlineColor, this.#shown.user, -this.#phase);
    this.#band(context, size / 2, BANDS.assistant, color, this.#shown.assistant, this.#phase);
  }

  /** @param {Voice.Levels} levels */
  #follow(levels) {
    for (const side of /** @type {const} */ (["user", "assistant"])) {
      const step = levels[side] - this.#shown[side];
      this.#shown[side] += step * (step > 0 ? RISE : FALL);
    }
    if (!this.#still.matches) this.#phase += 0.004;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} radius half of the canvas
   * @param {typeof BANDS["user"]} band
   * @param {string} colour @param {number} level @param {number} phase
   */
  #band(context, radius, { middle, swing, waves, lines }, colour, level, phase) {
    context.strokeStyle = colour;
    context.globalAlpha = 0.7 + level * 0.3;
    const size = this.#still.matches ? 1 : 0.75 + level * 1.2;
    for (let line = 0; line < lines; line++) {
      const shift = (line / lines) * Math.PI * 2;
      context.beginPath();
      for (let step = 0; step <= STEPS; step++) {
        const angle = (step / STEPS) * Math.PI * 2;
        const breath = 0.85 + 0.15 * Math.cos(angle * 6 - phase * 6);
        const distance = radius * (middle + swing * size * breath * Math.sin(angle * waves + shift + phase * 8));
        context.lineTo(radius + Math.cos(angle + phase) * distance, radius + Math.sin(angle + phase) * distance);
      }
      context.stroke();
    }
  }
}
