/**
 * What the tools of the persona do to this page. The persona on the server says what they are called and what they take;
 * the SDK finds each by its name. Arguments come from a model, so they are checked.
 */
import { tool } from "./sdk/openai-realtime-agents.mjs";

const HTML_LIMIT = 12_000;
const ANY_OBJECT = { type: "object", properties: {}, required: [], additionalProperties: true };

/** @type {Record<string, (given: Record<string, unknown>, leave: () => void) => string>} */
const ACTIONS = {
  get_page_html: () => document.body.innerHTML.replace(/\s+/g, " ").slice(0, HTML_LIMIT),
  set_background_color: ({ color }) => {
    if (!isColour(color)) return "That is not a CSS colour.";
    setColour("--paper", color);
    setColour("--ink", isLight(color) ? "#000" : "#fff");
    return `The background is ${color} now.`;
  },
  set_text_color: ({ color }) => {
    if (!isColour(color)) return "That is not a CSS colour.";
    setColour("--ink", color);
    return `The text is ${color} now.`;
  },
  end_call: (_, leave) => {
    leave();
    return "The call ends when your goodbye has been heard.";
  },
};

/**
 * @param {string[]} names the tools of the session, from the server's reply
 * @param {() => void} leave ends the call after what is being said
 */
export function pageTools(names, leave) {
  return names
    .filter((name) => Object.hasOwn(ACTIONS, name))
    .map((name) =>
      tool({
        name,
        description: "The server's persona describes it to the model.",
        parameters: ANY_OBJECT,
        strict: false,
        execute: (given) => ACTIONS[name](Object(given), leave),
      }),
    );
}

const isColour = (value) => typeof value === "string" && value.length < 100 && CSS.supports("color", value);
const setColour = (name, value) => document.documentElement.style.setProperty(name, value);

/** @param {string} colour */
function isLight(colour) {
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}
