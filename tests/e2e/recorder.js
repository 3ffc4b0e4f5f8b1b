// Runs in the page before its own scripts: records what the microphone hears (left) and what the assistant says (right)
// in one stereo recording, so that the two can be compared sample by sample. The page itself knows nothing of it.
// It records 24 000 samples a second; Firefox brings no stream into a context of another rate than its own, so there some
// are left out.
(() => {
  const connections = [];
  const microphones = [];
  const recordings = [];
  window.__recorder = { connections, microphones, take };

  const NativeConnection = window.RTCPeerConnection;
  if (NativeConnection) {
    window.RTCPeerConnection = class extends NativeConnection {
      constructor(...settings) {
        super(...settings);
        connections.push(this);
        this.addEventListener("track", (event) => record(event.streams[0] ?? new MediaStream([event.track]), 1));
      }
    };
  }

  const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (ask) {
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await ask(constraints);
      microphones.push(stream);
      // A clone, so that muting the page's own track would show here as it shows to nobody else: not at all.
      record(new MediaStream(stream.getAudioTracks().map((track) => track.clone())), 0);
      return stream;
    };
  }

  let context;
  let merger;
  function record(stream, channel) {
    if (!context) {
      context = new AudioContext(navigator.userAgent.includes("Firefox") ? {} : { sampleRate: 24000 });
      const step = context.sampleRate / 24000;
      let next = 0;
      merger = context.createChannelMerger(2);
      const tap = context.createScriptProcessor(4096, 2, 2);
      tap.onaudioprocess = ({ inputBuffer }) => {
        const sides = [inputBuffer.getChannelData(0), inputBuffer.getChannelData(1)];
        const both = [];
        for (; next < inputBuffer.length; next += step) {
          for (const samples of sides) both.push(Math.max(-1, Math.min(1, samples[Math.floor(next)])) * 32767);
        }
        next -= inputBuffer.length;
        recordings.push(Int16Array.from(both));
      };
      merger.connect(tap);
      tap.connect(context.destination);
    }
    context.createMediaStreamSource(stream).connect(merger, 0, channel);
  }

  // Everything recorded so far as base64 of interleaved 16-bit samples, 24 000 a second.
  function take() {
    const length = recordings.reduce((sum, part) => sum + part.byteLength, 0);
    const bytes = new Uint8Array(length);
    let offset = 0;
    for (const part of recordings) {
      bytes.set(new Uint8Array(part.buffer), offset);
      offset += part.byteLength;
    }
    let text = "";
    for (let index = 0; index < bytes.length; index += 0x8000) {
      text += String.fromCharCode(...bytes.subarray(index, index + 0x8000));
    }
    return btoa(text);
  }
})();
