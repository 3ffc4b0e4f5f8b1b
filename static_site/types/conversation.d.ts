declare namespace Voice {
  /**
   * an event of the realtime protocol. Its fields come from
   * outside: whoever reads one checks it.
   */
  type ServerEvent = {
    type: string;
    [field: string]: any;
  };

  type Activity = "listening" | "hearing" | "thinking" | "speaking";

  type Surroundings = {
    send: (event: {
      type: string;
      [field: string]: unknown;
    }) => void;
    runTool: (name: string, args: string) => Promise<ToolResult> | ToolResult;
    schedule: (work: () => void, ms: number) => () => void;
    /** milliseconds */
    now: () => number;
    /** at most 32 characters */
    newId: () => string;
    /** the transcript or the activity changed */
    onChange: () => void;
    /** the service refused something */
    onError: (error: {
      code?: string;
      message?: string;
    }) => void;
  };

  type QueueOptions = {
    send: (event: {
      type: "response.create";
      event_id: string;
    }) => void;
    /** returns a function that cancels */
    schedule: (work: () => void, ms: number) => () => void;
    newId: () => string;
    /** whether the service answers speech by itself (all turn detection but push-to-talk) */
    automatic: boolean;
    /**
     * whether response.created and .done do not arrive (private sessions), so that the beginning
     * and end of a response are inferred from its captions
     */
    infer: boolean;
  };

  type ToolCard = {
    name: string;
    callId: string;
    title?: string;
    detail?: string;
    colour?: string;
    ok?: boolean;
  };

  /** that the person showed; it lives in this page alone, and is never stored */
  type Picture = {
    /** of its data, as it is sent */
    url: string;
    /** for its caption */
    words: string;
    /** puts it, small, into a caption */
    show: (element: HTMLElement) => void;
  };

  type ShownPicture = Omit<Picture, "url">;

  type Turn = {
    id: string;
    role: "user" | "assistant" | "tool";
    text: string;
    /**
     * `waiting`: spoken, no text
     * yet. `missing`: no text will come
     */
    status: "listening" | "waiting" | "open" | "done" | "interrupted" | "missing";
    /** why a text is missing: a code of the service, or `no_words` if it understood none */
    reason: string;
    tool?: ToolCard;
    /** its place in the text is `[picture]` */
    picture?: ShownPicture;
  };

  type Item = {
    id: string;
    /** order of arrival, used only among items whose place is not known */
    seq: number;
    prev: string | null | undefined;
    role: "user" | "assistant" | "tool" | "hidden" | undefined;
    /** by content_index */
    parts: Map<number, {
      text: string;
      final: boolean;
    }>;
    listening: boolean;
    done: boolean;
    failed?: string;
    /** how much of the voice was heard before it was interrupted */
    heardMs?: number;
    response?: string;
    tool?: ToolCard;
    picture?: ShownPicture;
  };

  type Placed = {
    id: string;
    seq: number;
    prev: string | null | undefined;
  };

  /** milliseconds, the page's clock */
  type Span = {
    began: number;
    ended: number;
  };

  /** `output` goes to the model, the rest to the card */
  type ToolResult = {
    ok: boolean;
    title: string;
    detail: string;
    colour?: string;
    output: string;
    /** of a tool that ends the call: begins to wait for the goodbye, and no answer is asked for */
    leave?: (conversation: import("../public/js/conversation.js").Conversation, call: {
      call: string;
      response: unknown;
    }) => void;
  };

  /** what tools may touch */
  type Page = {
    html: () => string;
    /** of the whole page; made when the first tool is called, if it is not given */
    theme?: {
      setBackground(colour: string): string;
      setText(colour: string): string | null;
      reset?(): void;
    };
    /** told when the colours differ from the page's own, or do no more */
    tinted?: (changed: boolean) => void;
    supports: (property: string, value: string) => boolean;
  };

  type Themed = Page & {
    theme: NonNullable<Page["theme"]>;
  };

  type Tool = (given: Record<string, unknown>, page: Themed) => Omit<ToolResult, "output">;

  type HistoryItem = {
    id: string;
    type: "message";
    role: string;
    content: {
      type: string;
      text: string;
    }[];
  };

  type Fitted = {
    url: string;
    width: number;
    height: number;
  };

  /** `other`: the service told a sum, and not of what */
  type TokenKind = "text" | "audio" | "image" | "other";

  type Tokens = {
    in: Record<TokenKind, number>;
    cached: Record<TokenKind, number>;
    out: Record<TokenKind, number>;
  };

  type Usage = {
    /** of all answers */
    tokens: Tokens;
    /** by response id */
    answers: Map<unknown, Tokens>;
    /** answers of which nothing was told */
    untold: number;
    transcription: {
      seconds: number;
      tokens: number;
    };
  };

  /** dollars; NaN for one that is not known */
  type Prices = {
    textIn: number;
    textCached: number;
    textOut: number;
    audioIn: number;
    audioCached: number;
    audioOut: number;
    imageIn: number;
    transcriptionHour: number;
    transcriptionTokens: number;
  };

  type Priced = {
    prices: Partial<Prices>;
  };

  /** what is read of models.json */
  type Models = {
    /** the day on which somebody read them, such as 2026-10-02 */
    prices_read: string;
    default: {
      realtime: string;
    };
    /** by model */
    realtime: Record<string, Priced>;
    transcription: Record<string, Priced>;
  };

  /** the prices that are taken for a call */
  type Listed = Priced & {
    model: string;
    /** whether the deployment's name tells the model */
    sure: boolean;
    /** the day on which somebody read them */
    read: string;
  };
}
