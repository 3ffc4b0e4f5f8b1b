// Runs before the page's own scripts: lets whoever walks along the states say what the browser answers about the
// microphone, and drop a connection. `#no-webrtc` in the address is a browser without WebRTC.
(() => {
  const parts = { microphone: "real", connections: [], drop };
  window.__parts = parts;
  if (location.hash === "#no-webrtc") delete window.RTCPeerConnection;

  const Native = window.RTCPeerConnection;
  if (Native) {
    window.RTCPeerConnection = class extends Native {
      constructor(...settings) {
        super(...settings);
        parts.connections.push(this);
      }
    };
  }

  // What a browser says when the network under a call is gone.
  function drop() {
    const peer = parts.connections.at(-1);
    Object.defineProperty(peer, "connectionState", { value: "disconnected" });
    peer.dispatchEvent(new Event("connectionstatechange"));
  }

  const devices = navigator.mediaDevices;
  if (!devices) return; // about:blank
  const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (constraints) => {
    if (parts.microphone === "real") return ask(constraints);
    if (parts.microphone === "silent") return Promise.resolve(silence());
    if (parts.microphone === "asking") return new Promise(() => {}); // the person has not answered yet
    return Promise.reject(new DOMException("as the walk wants it", parts.microphone));
  };

  function silence() {
    const { stream } = new AudioContext().createMediaStreamDestination();
    Object.defineProperty(stream.getAudioTracks()[0], "label", { value: "Built-in microphone" });
    return stream;
  }
})();
