/**
 * Both voices of a call as one stereo stream: the person left, the assistant right. It has a sound of its own, beside
 * the call's, so that it survives a new connection and another microphone; a muted microphone is silent in it too.
 */

export class Stereo {
  #context;
  #both;
  #out;
  /** @type {(MediaStreamTrack | undefined)[]} */
  #tracks = [];
  /** @type {MediaStreamAudioSourceNode[]} */
  #sources = [];

  /** @param {AudioContext} context made inside a tap */
  constructor(context) {
    this.#context = context;
    this.#both = context.createChannelMerger(2); // makes each side mono
    this.#out = context.createMediaStreamDestination();
    this.#both.connect(this.#out);
  }

  get stream() {
    return this.#out.stream;
  }

  /**
   * Takes up what the call sends and hears now, if that has changed.
   * @param {Voice.StereoTalking} talk
   */
  follow({ call }) {
    if (!call) return;
    const { microphone, peer } = call.link;
    this.#put(0, microphone.getAudioTracks().findLast(({ readyState }) => readyState === "live"));
    this.#put(1, peer.getReceivers().find(({ track }) => track?.kind === "audio")?.track);
  }

  close() {
    this.#context.close().catch(() => {}); // closed already
  }

  /**
   * @param {0 | 1} side
   * @param {MediaStreamTrack | undefined} track
   */
  #put(side, track) {
    if (!track || track === this.#tracks[side]) return;
    this.#tracks[side] = track;
    this.#sources[side]?.disconnect();
    const source = this.#context.createMediaStreamSource(new MediaStream([track]));
    source.connect(this.#both, 0, side);
    this.#sources[side] = source;
  }
}
