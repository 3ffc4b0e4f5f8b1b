/**
 * The SDK's own WebRTC transport, and the two things that Azure OpenAI and a session owned by the server need of it.
 */
import { OpenAIRealtimeWebRTC } from "./sdk/openai-realtime-agents.mjs";

/** What the SDK adds to the request with the offer. */
const SDK_HEADER = "X-OpenAI-Agents-SDK";

/**
 * As soon as it is connected the SDK sends a `session.update` with a whole session: the agent's instructions in place of
 * the persona's, a transcription model that is no deployment of yours, its own turn detection. Here it says nothing but
 * the session's type, which the service acknowledges and which changes nothing: the session stays as the server made it.
 */
export class AzureRealtimeWebRTC extends OpenAIRealtimeWebRTC {
  buildSessionPayload() {
    return { type: "realtime" };
  }
}

/**
 * Azure's answer to the browser's preflight was recorded as allowing `authorization` and `content-type` only: with one
 * header more the browser does not send the offer at all. The SDK has no switch for it, so `fetch` leaves it out.
 */
const send = globalThis.fetch;
globalThis.fetch = (resource, options) => send(resource, withoutSdkHeader(options));

/** @param {RequestInit} [options] */
function withoutSdkHeader(options) {
  const headers = new Headers(options?.headers);
  if (!headers.has(SDK_HEADER)) return options;
  headers.delete(SDK_HEADER);
  return { ...options, headers };
}
