declare namespace Voice {
  type Persona = {
    name: string;
    title: string;
    description: string;
    greeting: string;
    voice: string;
    /** name of a preset */
    turn_detection: string;
    tools: string[];
  };

  type Preset = {
    name: string;
    title: string;
    description: string;
  };

  type SignInLink = {
    provider: string;
    title: string;
    url: string;
  };

  type Config = {
    /** who makes the call: the browser with a token, or the server */
    mode: "token" | "relay";
    default_persona: string;
    personas: Persona[];
    voices: string[];
    turn_detection: Preset[];
    event_filter: "open" | "private";
    allow_custom_instructions: boolean;
    limits: {
      max_instructions_characters?: number;
      max_call_seconds: number;
    };
    sign_in: {
      required: boolean;
      links: SignInLink[];
      signed_in: boolean;
    };
  };

  type Choices = {
    persona?: string;
    voice?: string;
    turn_detection?: string;
    instructions?: string;
  };

  /** what the rest of the page knows of its call, whoever made it */
  type Session = {
    id: string;
    model?: string;
    voice: string;
    /** null: push-to-talk */
    turn_detection: object | null;
    event_filter: "open" | "private";
    /** names */
    tools: string[];
    max_call_seconds: number;
    /** when the server hangs up, by Browser.now; only where it can */
    ends?: number;
  };

  /** times are unix seconds */
  type MintedSession = Session & {
    client_secret: {
      value: string;
      expires_at: number;
    };
    webrtc_url: string;
    server_time: number;
  };

  type MadeCall = {
    id: string;
    seconds: number;
    readAnswer: () => Promise<string>;
  };

  type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

  type Token = {
    session: MintedSession;
    /** the moment of its arrival, by Browser.now */
    received: number;
    /** the same by Browser.today, which goes on in sleep */
    seen: number;
  };

  type Ahead = {
    /**
     * someone is
     * about to start
     */
    prepare?: (choices: Choices, intent: "near" | "press") => Promise<void>;
    /** the line that was made for these choices */
    take?: (
      choices: Choices,
      signal: AbortSignal,
      timings: import("../public/js/timings.js").Timings,
      listening: Promise<unknown>,
    ) => OpenLine | null | undefined;
    /** closes what was made ahead, unless it is for these choices */
    drop?: (choices?: Choices) => void;
  };

  /** `retryAfter`: seconds after which trying again may help */
  type FailureWords = {
    title?: string;
    detail?: string;
    hint?: string;
    requestId?: string;
    status?: number;
    retryAfter?: number;
  };

  /** `name` is the persona's title, `at` when it began (Unix, milliseconds) */
  type SavedTurn = {
    role: "user" | "assistant";
    text: string;
    status: "done" | "interrupted";
    name?: string;
    at?: number;
  };

  type SavedChoices = {
    persona?: string;
    voice?: string;
    turn_detection?: string;
  };

  type Said = {
    id?: string;
    role: string;
    text: string;
    status: string;
    name?: string;
    at?: number;
  };

  type KeepAround = {
    now: () => number;
    today: () => number;
    schedule: (work: () => void, ms: number) => () => void;
    newId: () => string;
    /** tells `visibilitychange` */
    page?: (EventTarget & {
      hidden?: boolean;
    }) | undefined;
    /** tells `pagehide` */
    view?: EventTarget | undefined;
  };
}
