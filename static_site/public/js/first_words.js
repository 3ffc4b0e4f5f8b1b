/**
 * What is said between the microphone's opening and the live call is kept, in this browser's memory, and then sent in
 * order: the sound goes through a queue in the audio thread (kept_sound.js), which catches up in the first pauses. Then
 * the microphone itself takes its place, and stays. Where nothing was said, or a browser cannot do it, it does from the start.
 */

/** The same file for the audio thread; read here first, it is then at hand. */
const queueFile = import("./kept_sound.js");
queueFile.catch(() => {}); // told when it is used
const QUEUE = new URL("kept_sound.js", import.meta.url).href;

/**
 * @param {Pick<Voice.Listeners, "context" | "keeping">} on
 * @param {Promise<MediaStream>} listening the microphone, once it is open
 * @param {AbortSignal} signal the end of the attempt and of its call
 */
export const keepWords = ({ context, keeping }, listening, signal) =>
  context && !signal.aborted ? new FirstWords(context, listening, signal, keeping) : null;

export class FirstWords {
  #context;
  #signal;
  #keeping;
  /** @type {AudioWorkletNode | null} */
  #queue = null;
  /** @type {AudioNode[]} */
  #nodes = [];
  /** @type {MediaStreamTrack | null} what the queue gives out */
  #track = null;
  #spoken = false;
  #closed = false;
  #follow = () => this.#context.state !== "running" && this.#finish();
  #finish = () => this.close();

  /**
   * @param {AudioContext} context running, because it was made inside the tap
   * @param {Promise<MediaStream>} listening
   * @param {AbortSignal} signal
   * @param {(kept: boolean) => void} [keeping] told when what is said is kept, and when it is no more
   */
  constructor(context, listening, signal, keeping = () => {}) {
    this.#context = context;
    this.#signal = signal;
    this.#keeping = keeping;
    signal.addEventListener("abort", () => this.close(), { once: true });
    this.#open(listening).then(
      () => this.underWay && keeping(true),
      () => this.close(), // then they are not kept
    );
  }

  /** Whether the words are still on their way, so that the connection's track is not the microphone's own. */
  get underWay() {
    return this.#track !== null && !this.#closed;
  }

  /** @param {Promise<MediaStream>} listening */
  async #open(listening) {
    const context = this.#context;
    const loading = context.audioWorklet.addModule(QUEUE);
    const [stream, { NAME }] = await Promise.all([listening, queueFile, loading]);
    if (this.#closed) return;
    const source = context.createMediaStreamSource(new MediaStream(stream.getAudioTracks()));
    const queue = new AudioWorkletNode(context, NAME, {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: "explicit",
    });
    const out = context.createMediaStreamDestination();
    queue.port.onmessage = ({ data }) => {
      if (data === "speech") this.#spoken = true;
      else this.#finish();
    };
    queue.onprocessorerror = () => this.#finish();
    source.connect(queue).connect(out);
    this.#queue = queue;
    this.#nodes = [source, queue, out];
    this.#track = out.stream.getAudioTracks()[0] ?? null;
  }

  /**
   * The call is live: sends what was kept, and then the microphone.
   * @param {RTCRtpSender} sender
   * @param {Pick<MediaStream, "getAudioTracks">} microphone read again at the end: another may have taken over
   * @param {boolean} wanted false with push-to-talk: nobody has pressed yet
   */
  async send(sender, microphone, wanted) {
    const direct = () => sender.replaceTrack(microphone.getAudioTracks()[0] ?? null);
    const track = this.#track;
    if (!wanted || !track || !this.#spoken || this.#closed || this.#context.state !== "running") {
      this.close();
      return direct();
    }
    await sender.replaceTrack(track);
    this.#finish = () => {
      if (this.#closed) return;
      this.close();
      // Whoever has put in another microphone meanwhile came last, and after the call's end there is nothing to do.
      if (sender.track === track && !this.#signal.aborted) direct().catch(() => {});
    };
    this.#context.addEventListener("statechange", this.#follow);
    this.#queue?.port.postMessage("send");
  }

  /** Nothing that was kept is sent any more, as when someone presses Mute. */
  drop() {
    this.#finish();
  }

  /** Frees everything; what is kept is forgotten. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#context.removeEventListener("statechange", this.#follow);
    this.#queue?.port.postMessage("stop");
    for (const node of this.#nodes) node.disconnect();
    this.#track?.stop();
    if (this.#track) this.#keeping(false);
  }
}
