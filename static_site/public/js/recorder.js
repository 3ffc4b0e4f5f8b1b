/**
 * Records a stream in this browser's memory, up to an hour. Nothing of it leaves the device. Pure but for the browser's
 * own recorder, which is passed in.
 */

/** In this order: what plays almost everywhere, then what Safari writes. */
const KINDS = [
  { type: "audio/webm;codecs=opus", ending: ".webm" },
  { type: "audio/mp4;codecs=mp4a.40.2", ending: ".m4a" },
  { type: "audio/mp4", ending: ".m4a" },
  { type: "audio/ogg;codecs=opus", ending: ".ogg" },
  { type: "audio/webm", ending: ".webm" },
];
/** Two voices sound good at that, and an hour of it is 29 MB. */
const BITS_PER_SECOND = 64_000;
export const LIMIT_MS = 60 * 60_000;
/** What is lost at most if the browser's recorder breaks. */
const PIECE_MS = 5_000;

/** @param {Pick<Voice.RecorderKind, "isTypeSupported"> | undefined} recorder */
export const kindOf = (recorder) => KINDS.find(({ type }) => recorder?.isTypeSupported(type));

export class Recorder {
  #now;
  #began;
  #recorder;
  #kind;
  /** @type {Blob[]} */
  #pieces = [];
  #cancelLimit;
  #ended = 0;

  /**
   * @param {MediaStream} stream
   * @param {{ Recorder: Voice.RecorderKind, now: () => number, schedule: (work: () => void, ms: number) => () => void }} browser
   * @param {(recorded: Voice.Recorded) => void} done called once: at stop, at the limit, or when the browser cannot go on
   */
  constructor(stream, { Recorder: Made, now, schedule }, done) {
    const kind = kindOf(Made);
    if (!kind) throw new DOMException("nothing to record with", "NotSupportedError");
    this.#kind = kind;
    this.#now = now;
    this.#began = now();
    this.#recorder = new Made(stream, { mimeType: kind.type, audioBitsPerSecond: BITS_PER_SECOND });
    this.#recorder.addEventListener("dataavailable", ({ data }) => void (data.size && this.#pieces.push(data)));
    this.#recorder.addEventListener("stop", () => {
      this.#cancelLimit();
      const blob = new Blob(this.#pieces, { type: kind.type });
      this.#pieces = [];
      done({ blob, ending: this.#kind.ending, ms: this.ms });
    });
    this.#recorder.addEventListener("error", () => this.stop());
    this.#cancelLimit = schedule(() => this.stop(), LIMIT_MS);
    this.#recorder.start(PIECE_MS);
  }

  /** How long it has recorded. */
  get ms() {
    return (this.#ended || this.#now()) - this.#began;
  }

  stop() {
    if (this.#ended) return;
    this.#ended = this.#now();
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
  }
}
