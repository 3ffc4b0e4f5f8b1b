/** Stand-ins for the parts of a browser that a call uses. Time moves only when a test says so. */

/** A clock with timers that are run by hand. */
export class Clock {
  now = 0;
  #timers = new Set();

  schedule = (work, ms) => {
    const timer = { work, at: this.now + ms };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** How many timers still wait. */
  get waiting() {
    return this.#timers.size;
  }

  pass(ms) {
    this.now += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (timer.at > this.now || !this.#timers.delete(timer)) continue;
      timer.work();
    }
  }
}

export class FakeTrack extends EventTarget {
  enabled = true;
  readyState = "live";
  stop() {
    this.readyState = "ended";
  }
}

export class FakeStream {
  tracks = [new FakeTrack()];
  getTracks = () => this.tracks;
  getAudioTracks = () => this.tracks;
}

export class FakeChannel extends EventTarget {
  readyState = "connecting";
  sent = [];
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  open() {
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }
  receive(event) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(event) }));
  }
  close() {
    this.readyState = "closed";
  }
}

export class FakePeer extends EventTarget {
  static made = [];
  connectionState = "new";
  localDescription = null;
  steps = [];
  channel = new FakeChannel();
  sender = { track: null, replaceTrack: async (track) => void (this.sender.track = track) };

  constructor() {
    super();
    FakePeer.made.push(this);
  }
  getSenders = () => [this.sender];
  addTransceiver(kind, { direction }) {
    this.steps.push(`transceiver ${kind} ${direction}`);
    return { sender: this.sender };
  }
  createDataChannel(label) {
    this.steps.push("channel");
    this.channel.label = label;
    return this.channel;
  }
  async createOffer() {
    this.steps.push("offer");
    return { type: "offer", sdp: "the offer" };
  }
  async setLocalDescription(description) {
    this.localDescription = description;
  }
  async setRemoteDescription(description) {
    this.steps.push("answer");
    this.remoteDescription = description;
    this.onAnswer?.();
  }
  getStats = async () => new Map();
  become(state) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
  close() {
    this.connectionState = "closed";
  }
}

export const TOKEN = "ek_canary";

/** A mint's reply; `life` is the token's, in seconds. */
export function session({ life = 60, ...fields } = {}) {
  return {
    id: "sess_1",
    model: "gpt-realtime",
    client_secret: { value: TOKEN, expires_at: 1000 + life },
    webrtc_url: "https://res.openai.azure.com/openai/v1/realtime/calls",
    voice: "marin",
    turn_detection: { type: "server_vad" },
    event_filter: "open",
    max_call_seconds: 600,
    server_time: 1000,
    tools: [],
    ...fields,
  };
}

/** What the page is told of a deployment. */
export function config(fields = {}) {
  return {
    mode: "token",
    default_persona: "assistant",
    personas: [
      { name: "assistant", voice: "marin", turn_detection: "office", tools: ["set_colour"] },
      { name: "tutor", voice: "coral", turn_detection: "push_to_talk", tools: [] },
    ],
    event_filter: "open",
    limits: { max_call_seconds: 600 },
    sign_in: { required: false, links: [], signed_in: false },
    ...fields,
  };
}

export const CALL_ID = "0123456789abcdef0123456789abcdef";

/** The server's reply when it has made a call that may last `seconds`; its clock is not the browser's. */
export const made = ({ seconds = 600, id = CALL_ID, body = "the answer", status = 201, ...headers } = {}) =>
  new Response(body, {
    status,
    headers: {
      "Content-Type": "application/sdp",
      Location: `/api/call/${id}`,
      "X-Voicemint-Server-Time": "5000",
      "X-Voicemint-Expires-At": String(5000 + seconds),
      ...headers,
    },
  });

/** The storage that the tabs of a browser share. */
export class FakeStorage {
  values = new Map();
  get length() {
    return this.values.size;
  }
  key = (at) => [...this.values.keys()][at] ?? null;
  getItem = (key) => this.values.get(key) ?? null;
  setItem = (key, value) => void this.values.set(key, value);
  removeItem = (key) => void this.values.delete(key);
}

/** The locks that the tabs of a browser share. Each tab asks through its own `tab()`, and frees them when it dies. */
export class FakeLocks {
  held = new Map();

  tab() {
    const tab = {
      request: async (name, ...more) => {
        const [options, work] = more.length > 1 ? more : [{}, more[0]];
        await null;
        if (this.held.has(name)) return options.ifAvailable ? work(null) : new Promise(() => {});
        this.held.set(name, tab);
        try {
          return await work({ name });
        } finally {
          if (this.held.get(name) === tab) this.held.delete(name);
        }
      },
      die: () => {
        for (const [name, owner] of this.held) if (owner === tab) this.held.delete(name);
      },
    };
    return tab;
  }
}

/** A reply of JSON, as fetch gives it. */
export const json = (body, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers });

/** A DOMException by name, as getUserMedia rejects with. */
export const mediaFault = (name) => new DOMException("told by the browser", name);

/**
 * A browser in which everything works; each part can be replaced.
 * `browser.requests` holds every request, `browser.clock` the time.
 */
export function fakeBrowser({ mint, sdp, call, hangUp, getUserMedia, storage, locks, ...parts } = {}) {
  const clock = new Clock();
  const requests = [];
  const stream = new FakeStream();
  FakePeer.made = [];
  const fetch = async (url, init = {}) => {
    requests.push({ url, ...init });
    if (url === "api/session") return (mint ?? (() => json(session())))(init);
    if (url === "api/call") return (call ?? (() => made()))(init);
    if (init.method === "DELETE") return (hangUp ?? (() => new Response(null, { status: 204 })))(init);
    return (sdp ?? (() => new Response("the answer", { status: 201 })))(init);
  };
  const shared = storage ?? new FakeStorage();
  return {
    secure: true,
    PeerConnection: FakePeer,
    getUserMedia: getUserMedia ?? (async (constraints) => ((stream.constraints = constraints), stream)),
    fetch,
    storage: () => shared,
    locks: locks ?? new FakeLocks().tab(),
    today: () => clock.now,
    now: () => clock.now,
    schedule: clock.schedule,
    newId: () => `id_${clock.now}_${requests.length}_${Math.random()}`,
    online: () => true,
    network: new EventTarget(),
    page: new EventTarget(),
    clock,
    requests,
    stream,
    ...parts,
  };
}

/** Lets everything that waits for nothing but promises happen. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
