declare namespace Voice {
  /** the parts of the browser that a call uses */
  type Browser = {
    /** whether the page may ask for a microphone */
    secure: boolean;
    PeerConnection: typeof RTCPeerConnection | undefined;
    getUserMedia: ((constraints: MediaStreamConstraints) => Promise<MediaStream>) | undefined;
    fetch: Fetch;
    /** milliseconds, monotonic */
    now: () => number;
    /** runs `work` later; returns what cancels it */
    schedule: (work: () => void, ms: number) => () => void;
    /** what all tabs share; reading `localStorage` may itself throw */
    storage: () => Storage;
    /** what the tabs keep from each other */
    locks: Pick<LockManager, "request"> | undefined;
    /** not everywhere, and not of every device */
    permissions?: Pick<Permissions, "query"> | undefined;
    /** milliseconds, the same clock in all tabs */
    today: () => number;
    /** opens a connection ahead */
    preconnect?: (origin: string) => void;
  };

  type Signalling = Exchange & Ahead;

  /** gets an offer to the service and its answer back: token_signalling.js or relay_signalling.js */
  type Exchange = (choices: Choices, signal: AbortSignal, timings: import("../public/js/timings.js").Timings) => {
    /** the token, where there is one */
    ready: Promise<Token | void>;
    exchange: (offer: string) => Promise<{
      answer: string;
      session: Session;
    }>;
  };

  /** what comes over a line */
  type Heard = {
    /** the assistant's voice */
    voice: (stream: MediaStream) => void;
    /** a frame of the data channel */
    message: (data: string) => void;
  };

  /** a connection, at first without a microphone */
  type OpenLine = {
    peer: RTCPeerConnection;
    sender: RTCRtpSender;
    channel: RTCDataChannel;
    ready: Promise<Token | void>;
    /** the session is there */
    live: Promise<Session>;
    up: boolean;
    /** what was heard so far comes at once */
    follow: (on: Heard) => void;
  };

  /** a line that waits for the tap */
  type LineAhead = {
    /** of its choices */
    key: string;
    line: OpenLine;
    attempt: AbortController;
    timings: import("../public/js/timings.js").Timings;
    /** lets it go to the service, when the microphone is there */
    allow: (listening: unknown) => void;
    /** by Browser.now */
    began: number;
    /** the same by Browser.today, which goes on in sleep */
    seen: number;
    cancel: () => void;
  };

  type Listeners = Heard & {
    /** the person allowed it */
    microphone: (stream: MediaStream) => void;
    /** to keep what is said until the call is live */
    context?: AudioContext | null;
    /** whether it is kept */
    keeping?: (kept: boolean) => void;
  };

  /** a live connection */
  type Link = {
    peer: RTCPeerConnection;
    channel: RTCDataChannel;
    microphone: MediaStream;
    session: Session;
    words?: import("../public/js/first_words.js").FirstWords | null | undefined;
  };

  type CallEvents = {
    lost: (why: "connection_lost" | "mic_lost") => void;
    /** the time is up, or the service ended the call */
    over: (why: "limit" | "remote") => void;
  };

  type State = "idle" | "asking-mic" | "connecting" | "live" | "reconnecting" | "ended" | "failed";

  /** what Talk tells the page */
  type Face = {
    /** shows it, and moves the state */
    failed: (failure: import("../public/js/failures.js").CallFailure) => void;
    ended: (why: "limit" | "remote" | "person" | "budget" | "goodbye") => void;
    /** transcript or activity */
    changed: () => void;
    log: (...entry: Parameters<import("../public/js/event_log.js").EventLog["add"]>) => void;
    /** the service refused an event */
    complaint: (error: {
      code?: string;
      message?: string;
    }) => void;
    runTool: Surroundings["runTool"];
    /** whether another microphone has taken over */
    micLost: () => Promise<boolean>;
  };

  type PageBrowser = Browser & {
    newId: () => string;
  };

  /** a connection of a talk */
  type Line = {
    talk: import("../public/js/talk.js").Talk;
    face: Face;
    browser: PageBrowser & Partial<Awake & World>;
    /** aborted when this connection is to be freed, also at the server */
    attempt: AbortController;
    /** the end of the talk */
    over: AbortSignal;
    dial: Dial;
  };

  /** makes a connection of the talk, from the offer to a live call */
  type Dial = (attempt: AbortController, again?: {
    browser: PageBrowser;
    microphone?: MediaStream;
    recall?: Recall;
    successor?: Successor;
  } | undefined) => Promise<void>;

  /** tells a new session what was said before */
  type Recall = (conversation: import("../public/js/conversation.js").Conversation, send: (event: {
    type: string;
    item: object;
  }) => void) => any;

  /** of a connection that is still up */
  type Successor = {
    /** takes the assistant's voice, which is not to be heard yet */
    speak: (voice: MediaStream) => void;
    /** waits for its turn to take over */
    turn: (link: Link) => Promise<void>;
  };

  type World = {
    /** milliseconds */
    now: () => number;
    schedule: (work: () => void, ms: number) => () => void;
    /** false only if there is surely no network */
    online?: () => boolean;
    /** tells `online` */
    network?: EventTarget;
  };

  type Awake = {
    schedule: (work: () => void, ms: number) => () => void;
    /** a clock that goes on in sleep */
    today: () => number;
    /** tells `online` */
    network?: EventTarget;
    /** tells `visibilitychange` */
    page?: EventTarget & {
      hidden?: boolean;
    };
  };

  /** milliseconds; what began below zero was done ahead of the tap */
  type Timing = {
    step: string;
    began: number;
    took: number;
  };

  type Side = "user" | "assistant";

  type Direction = "in" | "out" | "page";

  /** its fields come from outside: whoever reads one checks it */
  type Entry = {
    /** milliseconds, the page's clock */
    at: number;
    /** of an event; `out` stands before those that the page sent. `heard`: a voice was heard */
    type: string;
    /** id */
    item?: any;
    /** id */
    response?: any;
    /** of the item */
    role?: any;
    usage?: any;
  };

  /** `at` in milliseconds since Start */
  type Row = {
    id: number;
    at: number;
    direction: "in" | "out" | "page";
    type: string;
    kind: "" | "error" | "unknown";
    count: number;
    body: string;
  };

  /** what is not known is null */
  type Reading = {
    word: "good" | "weak" | "bad" | "unknown";
    /** milliseconds */
    roundTrip: number | null;
    /** milliseconds, of the two directions the worse */
    jitter: number | null;
    /** share of the assistant's voice that was lost lately, 0 to 1 */
    lostIn: number | null;
    /** share of the person's voice */
    lostOut: number | null;
    /** such as "UDP, direct" */
    way: string;
  };

  /** since the connection began */
  type Counters = {
    got: number;
    lostIn: number;
    sent: number;
    lostOut: number;
  };

  type Media = Pick<MediaDevices, "enumerateDevices" | "getUserMedia">;

  /** an audio element */
  type Loudspeaker = {
    setSinkId?: (id: string) => Promise<void>;
    sinkId?: string;
  };

  type Talking = {
    call: import("../public/js/call.js").Call | null;
    sound: import("../public/js/sound.js").Sound | null;
  };

  /** ids change when a browser is cleared; the label may find it again */
  type Device = {
    id: string;
    label: string;
  };

  /** a wish that was never made is missing */
  type Wishes = {
    speed?: number;
    /** a BCP 47 tag */
    language?: string;
    microphone?: Device;
    speaker?: Device;
    /** 0 to 1 */
    volume?: number;
    /** when the page is left in a call */
    away?: import("../public/js/when_hidden.js").Away;
  };
}
