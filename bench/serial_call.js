// How most voice pages connect, as a yardstick for bench/tap.py: each step waits for the one before. On the click a token
// is asked for; then the microphone; then the connection and its offer; then the exchange; then the channel has to open
// and the session has to say that it is there. It does not wait for ICE, though some pages do, and does nothing else.
// It makes its own button in an empty document of our page's address, so that it asks the same function; the root element
// says what is going on in the words of our own page.
addEventListener("DOMContentLoaded", () => {
  const { dataset } = document.documentElement;
  const button = Object.assign(document.createElement("button"), { id: "primary", textContent: "Start" });
  const voice = Object.assign(document.createElement("audio"), { autoplay: true });
  document.body.replaceChildren(button, voice);
  button.addEventListener("click", () => start(dataset, button, voice), { once: true });
});

async function start(dataset, button, voice) {
  dataset.state = "asking-mic";
  const reply = await fetch("/api/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  const session = await reply.json();

  const microphone = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, sampleRate: 24000, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });
  dataset.state = "connecting";

  const peer = new RTCPeerConnection();
  peer.addEventListener("track", ({ streams }) => {
    voice.srcObject = streams[0];
  });
  for (const track of microphone.getTracks()) peer.addTrack(track, microphone);
  const channel = peer.createDataChannel("realtime-channel");
  const created = new Promise((resolve) => {
    channel.addEventListener("message", ({ data }) => JSON.parse(data).type === "session.created" && resolve());
  });
  await peer.setLocalDescription(await peer.createOffer());

  const answer = await fetch(session.webrtc_url, {
    method: "POST",
    headers: { Authorization: `Bearer ${session.client_secret.value}`, "Content-Type": "application/sdp" },
    body: peer.localDescription.sdp,
  });
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  await created;
  dataset.activity = "listening";
  dataset.state = "live";

  button.addEventListener("click", () => {
    for (const track of microphone.getTracks()) track.stop();
    peer.close();
    dataset.state = "ended";
  });
}
