/** What the check does with sound, on one audio context: measures a microphone, plays a tone, makes a silent track. */

/** Two notes, in hertz, and how long each sounds. */
const NOTES = [523.25, 659.25];
const NOTE_SECONDS = 0.4;

/**
 * @param {AudioContext} context
 * @param {MediaStream} stream
 * @returns {import("./check_microphone.js").Meter}
 */
export function meterOf(context, stream) {
  const began = context.currentTime;
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  return {
    read() {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
      return { rms: Math.sqrt(power), peak: samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
    },
    running: () => context.currentTime > began,
  };
}

/** @param {AudioContext} context */
export function playTone(context) {
  NOTES.forEach((hertz, at) => {
    const from = context.currentTime + 0.05 + at * NOTE_SECONDS;
    const note = new OscillatorNode(context, { frequency: hertz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setTargetAtTime(0.25, from, 0.01);
    volume.gain.setTargetAtTime(0, from + NOTE_SECONDS * 0.7, 0.04);
    note.connect(volume).connect(context.destination);
    note.start(from);
    note.stop(from + NOTE_SECONDS);
  });
}
