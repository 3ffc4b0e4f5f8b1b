/**
 * OpenAI's realtime SDK with a session of Voicemint. `start` is all that it takes: ask the function for a session, and
 * hand `client_secret.value` and `webrtc_url` to the SDK. The rest shows what happens.
 */
import { AzureRealtimeWebRTC } from "./azure_transport.js";
import { pageTools } from "./page_tools.js";
import { RealtimeAgent, RealtimeSession } from "./sdk/openai-realtime-agents.mjs";
import { byId, say, showHistory, showReply, showState } from "./view.js";

const PERSONA = "designer";

/** The call that is open or being opened. */
let session = null;

async function start() {
  const reply = await askForSession();
  const agent = new RealtimeAgent({ name: reply.persona, tools: pageTools(reply.tools, leave) });
  session = new RealtimeSession(agent, {
    transport: new AzureRealtimeWebRTC({ audioElement: byId("voice") }),
    model: reply.model,
    tracingDisabled: true,
  });
  session.on("history_updated", showHistory);
  session.on("error", ({ error }) => say(wordsOf(error)));
  endWithTheConnection(session, reply.max_call_seconds);
  await session.connect({ apiKey: reply.client_secret.value, url: reply.webrtc_url });
  showReply(reply);
}

/** The function's reply. A refusal is a problem document, and its words are for people. */
async function askForSession() {
  const response = await fetch("/api/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ persona: PERSONA }),
  });
  const body = await response.json();
  if (!response.ok) throw new Error([body.detail ?? body.title, body.hint].filter(Boolean).join(" "));
  return body;
}

function endWithTheConnection(call, seconds) {
  const limit = setTimeout(() => call.close(), seconds * 1000);
  call.transport.on("connection_change", (status) => {
    if (status !== "disconnected") return;
    clearTimeout(limit);
    session = null;
    showState("ended", "The call has ended.");
  });
}

/** Ends the call when what the assistant is saying has been played, unless the person goes on before that. */
function leave() {
  const call = session;
  const watch = ({ type }) => {
    if (type !== "output_audio_buffer.stopped" && type !== "input_audio_buffer.speech_started") return;
    call.off("transport_event", watch);
    if (type === "output_audio_buffer.stopped") call.close();
  };
  call.on("transport_event", watch);
}

/** An Error, the service's `error` event, or something that holds either. */
const wordsOf = (fault) => String(fault?.error?.message ?? fault?.message ?? "Something went wrong.");

byId("start").addEventListener("click", async () => {
  showState("connecting", "Connecting…");
  try {
    await start();
    showState("live", "Say or type: make the background a deep purple.");
  } catch (fault) {
    session = null;
    showState("failed", `The call did not start: ${wordsOf(fault)}`);
  }
});
byId("stop").addEventListener("click", () => session?.close());
byId("mute").addEventListener("click", () => {
  session.mute(!session.muted);
  byId("mute").setAttribute("aria-pressed", String(session.muted));
});
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("message").value.trim();
  if (text) session?.sendMessage(text);
  byId("message").value = "";
});
