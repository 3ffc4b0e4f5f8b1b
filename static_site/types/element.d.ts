declare namespace Voice {
  /** what it returns is told to the model */
  type HostTool = (given: Record<string, unknown>, json: string) => unknown;

  /** the element */
  type Host = {
    emit: (name: string, detail: object) => void;
    wishes: () => Choices;
    keeps: () => boolean;
    choosing: () => boolean;
    tools: () => Record<string, HostTool>;
    ready: () => Promise<unknown> | null;
  };

  /** with its persona and its beginning */
  type KeptTurn = Turn & {
    name: string;
    at: number;
  };

  /** what the element has made already */
  type Shared = {
    root: ShadowRoot;
    state: import("../public/js/call_state.js").CallState;
    browser: Browser & {
      newId: () => string;
    };
    captions: () => Promise<import("../public/js/captions_view.js").CaptionsView>;
    store: import("../public/js/store.js").Store;
    fail: (failure: import("../public/js/failures.js").CallFailure) => void;
    emit: (name: string, detail: object) => void;
    tools: () => Record<string, HostTool>;
    notify: (text: string) => void;
    askForTap: () => void;
  };

  /** `prepare` is told that someone reaches for Start */
  type Way = Signalling & {
    prepare?: (choices: Choices, intent: "near" | "press") => void;
  };

  /** 0 to 1 */
  type Levels = {
    user: number;
    assistant: number;
  };

  /** 0 to 255 */
  type Rgb = [red: number, green: number, blue: number];

  /** a turn of an earlier call, with the persona who had it */
  type NamedTurn = Turn & {
    name?: string;
  };

  type BesideAround = {
    talk: import("../public/js/talk.js").Talk;
    /** which they are in */
    shadow: ShadowRoot;
    /** whose `data-state` follows the call */
    root: HTMLElement;
    /** of typed messages */
    form: HTMLFormElement;
    /** its text */
    input: HTMLInputElement | HTMLTextAreaElement;
    /** what the button to record stands before */
    before: Element;
    /** where the mark of a recording stands, always in sight */
    top: HTMLElement;
    browser: Pick<Browser, "now" | "schedule">;
    toast: (text: string) => void;
  };

  type Chosen = Fitted & {
    preview: HTMLCanvasElement;
  };

  /** what is pasted or dropped */
  type Carried = Pick<DataTransfer, "files" | "getData">;

  type PictureAround = {
    talk: import("../public/js/talk.js").Talk;
    /** pictures that are pasted or dropped on its host are taken */
    shadow: ShadowRoot;
    /** of typed messages */
    form: HTMLFormElement;
    /** its text */
    input: HTMLInputElement | HTMLTextAreaElement;
    toast: (text: string) => void;
  };

  type RecordingAround = {
    talk: import("../public/js/talk.js").Talk;
    /** where the mark stands, always in sight */
    top: HTMLElement;
    /** that asked for it */
    button: HTMLButtonElement;
    browser: Pick<Browser, "now" | "schedule">;
    toast: (text: string) => void;
  };

  type Recorded = {
    blob: Blob;
    ending: string;
    ms: number;
  };

  type RecorderKind = typeof MediaRecorder;

  type StereoTalking = {
    call: import("../public/js/call.js").Call | null;
  };
}
