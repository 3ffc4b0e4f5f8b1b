/**
 * Microphones and speakers: which there are, which one is wished for, and how another microphone takes over in mid-call.
 * Browsers tell names and true ids only to a page that may use the microphone.
 */
import { CONSTRAINTS, stopTracks } from "./microphone.js";

/** Doubles that Chromium lists of what the system has set; the first choice, "System default", is the same. */
const DOUBLES = new Set(["", "default", "communications"]);
/** Faults that may mean that a browser opens only one microphone at a time, as Firefox and iOS do. */
const ONE_AT_A_TIME = new Set(["NotReadableError", "AbortError"]);
const GONE = new Set(["OverconstrainedError", "NotFoundError"]);
const WIRELESS = /bluetooth|hands-?free|airpods|\bbuds|earbuds|\bbeats\b|\bw[hf]-\d/i;

/**
 * @param {Voice.Media} media
 * @returns {Promise<{ microphones: Voice.Device[], speakers: Voice.Device[], named: boolean }>} `named`: the browser tells names
 */
export async function listDevices(media) {
  const all = await media.enumerateDevices().catch(() => []);
  /** @param {MediaDeviceKind} kind */
  const of = (kind) =>
    all
      .filter((one) => one.kind === kind && one.label && !DOUBLES.has(one.deviceId))
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  const named = all.some((one) => one.kind === "audioinput" && one.label !== "");
  return { microphones: of("audioinput"), speakers: of("audiooutput"), named };
}

/**
 * A wish among what is there: by its id, or by its name where the browser has given out new ids.
 * @param {Voice.Device[]} there
 * @param {Voice.Device | undefined} wish
 */
export const find = (there, wish) =>
  wish && (there.find(({ id }) => id === wish.id) ?? there.find(({ label }) => label === wish.label));

/**
 * While a Bluetooth headset's microphone is open, the headset falls back to a telephone's quality, in both directions.
 * @param {string} label names are all that a browser tells, so this is a guess
 */
export const isWireless = (label) => WIRELESS.test(label);

/**
 * Asks for the microphone as usual, but for the one that is wished for; if that is gone the browser gives another.
 * @param {Voice.Media} media
 * @param {() => Voice.Device | undefined} wish
 * @param {() => void} opened
 * @returns {(constraints: MediaStreamConstraints) => Promise<MediaStream>} in the place of getUserMedia
 */
export const askWith = (media, wish, opened) => async (constraints) => {
  const wished = wish();
  const found = wished && (find((await listDevices(media)).microphones, wished) ?? wished);
  // As a mere preference Chromium would weigh it against the other wishes, and may give another although it is there.
  const stream = await media.getUserMedia(found ? withDevice(constraints, found.id) : constraints).catch((fault) => {
    if (found && GONE.has(fault?.name)) return media.getUserMedia(constraints);
    throw fault;
  });
  opened();
  return stream;
};

/**
 * Another microphone takes over: as open or shut as the last one was, and without a gap in the connection. Its track
 * moves into the stream that the call knows, so that muting, the meter, a new connection and the end all find it.
 * @param {Pick<Voice.Media, "getUserMedia">} media
 * @param {Voice.Talking} talk
 * @param {string} id empty: the system's default
 * @returns {Promise<string>} the name of the one that listens now
 * @throws the browser's fault; the old microphone then still listens
 */
export async function switchMicrophone(media, talk, id) {
  const microphone = talk.call?.link.microphone;
  if (!microphone) throw new DOMException("no call", "InvalidStateError");
  const [old] = microphone.getAudioTracks();
  const opened = await open(media, id, old);
  const [track] = opened.getAudioTracks();
  const call = talk.call; // the connection may have been made anew meanwhile, or the call may be over
  if (!track || !call || call.link.microphone !== microphone) {
    stopTracks(opened);
    throw new DOMException("the call is over", "AbortError");
  }
  track.enabled = old?.enabled ?? false; // read now: someone may have pressed Mute meanwhile
  microphone.addTrack(track);
  call.watch(track);
  if (old) microphone.removeTrack(old); // at once: a connection that is just being made takes what is in the stream
  const sender = call.link.peer.getSenders().find((one) => one.track === old || one.track?.kind === "audio");
  await sender?.replaceTrack(track).catch(() => {});
  old?.stop();
  talk.sound?.hear(microphone);
  return track.label;
}

/**
 * @param {Pick<Voice.Media, "getUserMedia">} media
 * @param {string} id
 * @param {MediaStreamTrack | undefined} old closed first where a browser opens only one; opened again if that is in vain
 */
async function open(media, id, old) {
  const wanted = id ? withDevice(CONSTRAINTS, id) : CONSTRAINTS;
  try {
    return await media.getUserMedia(wanted);
  } catch (fault) {
    if (!old || old.readyState === "ended" || !ONE_AT_A_TIME.has(/** @type {any} */ (fault)?.name)) throw fault;
    const before = old.getSettings().deviceId;
    old.stop();
    return media
      .getUserMedia(wanted)
      .catch(() => media.getUserMedia(before ? withDevice(CONSTRAINTS, before) : CONSTRAINTS))
      .catch((none) => {
        old.dispatchEvent(new Event("ended")); // stop() tells nobody, and now nothing listens
        throw none;
      });
  }
}

/**
 * @param {MediaStreamConstraints} constraints
 * @param {string} id
 * @returns {MediaStreamConstraints}
 */
const withDevice = (constraints, id) => ({
  audio: { .../** @type {MediaTrackConstraints} */ (constraints.audio), deviceId: { exact: id } },
});

/**
 * @param {Voice.Loudspeaker} element
 * @param {string} id empty: the system's default
 * @returns {Promise<boolean>} whether it plays there now
 */
export async function playOn(element, id) {
  if (!element.setSinkId) return false;
  if ((element.sinkId ?? "") === id) return true;
  return element.setSinkId(id).then(
    () => true,
    () => false,
  );
}
