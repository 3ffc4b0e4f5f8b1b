/** The choices before a call: persona, voice, turn taking, and instructions where the server allows them. */
import { byId, make, part, setText } from "./dom.js";
import { t } from "./words.js";

export class SetupView {
  #personas = part("personas");
  #about = part("persona-about");
  #turnsAbout = part("turns-about");
  #voice = byId("voice", HTMLSelectElement);
  #turns = byId("turns", HTMLSelectElement);
  #instructions = byId("instructions", HTMLTextAreaElement);
  /** @type {Voice.Config | null} */
  #config = null;
  /** From more_choices.js */
  more = {};
  changed;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.changed = onChange;
    byId("setup", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
    this.#personas.addEventListener("change", () => this.#followPersona());
    for (const control of [this.#personas, this.#voice, this.#turns]) {
      control.addEventListener("change", () => (this.#describe(), onChange()));
    }
    this.#instructions.addEventListener("input", onChange);
  }

  /**
   * @param {Voice.Config} config
   * @param {Voice.Choices} last what was chosen the last time; a name that is no longer offered is passed over
   */
  show(config, last) {
    this.#config = config;
    const names = config.personas.map((persona) => persona.name);
    const chosen = [last.persona, config.default_persona, names[0]].find((name) => name && names.includes(name));
    this.#personas.replaceChildren(
      ...config.personas.map(({ name, title }) => {
        const radio = Object.assign(make("input"), {
          type: "radio",
          name: "persona",
          value: name,
          checked: name === chosen,
        });
        return make("label", "", radio, t(title));
      }),
    );
    this.#voice.replaceChildren(...(config.voices ?? []).map((voice) => new Option(capital(voice), voice)));
    this.#turns.replaceChildren(...(config.turn_detection ?? []).map(({ name, title }) => new Option(t(title), name)));
    this.#followPersona();
    if (last.voice && config.voices?.includes(last.voice)) this.#voice.value = last.voice;
    if (config.turn_detection?.some(({ name }) => name === last.turn_detection))
      this.#turns.value = last.turn_detection ?? "";
    this.#instructions.maxLength = config.limits?.max_instructions_characters ?? 4000;
    part("instructions-field").hidden = !config.allow_custom_instructions;
    byId("choices", HTMLFieldSetElement).disabled = false;
    this.#describe();
  }

  /** @returns {Voice.Persona | undefined} */
  get persona() {
    const chosen = /** @type {HTMLInputElement | null} */ (this.#personas.querySelector(":checked"));
    return this.#config?.personas.find((persona) => persona.name === chosen?.value);
  }

  /** Only what was chosen. @returns {Voice.Choices} */
  choices() {
    /** @type {Voice.Choices} */
    const choices = { ...this.more };
    if (this.persona) choices.persona = this.persona.name;
    if (this.#voice.value) choices.voice = this.#voice.value;
    if (this.#turns.value) choices.turn_detection = this.#turns.value;
    const own = this.#instructions.value.trim();
    if (own && this.#config?.allow_custom_instructions) choices.instructions = own;
    return choices;
  }

  /** One line about the choices, shown during a call. */
  summary() {
    const turns = this.#turns.selectedOptions[0]?.text;
    return [t(this.persona?.title ?? ""), capital(this.#voice.value), turns].filter(Boolean).join(" · ");
  }

  /** A persona brings its own voice and turn taking. */
  #followPersona() {
    if (this.persona?.voice) this.#voice.value = this.persona.voice;
    if (this.persona?.turn_detection) this.#turns.value = this.persona.turn_detection;
  }

  #describe() {
    const preset = this.#config?.turn_detection?.find(({ name }) => name === this.#turns.value);
    setText(this.#about, t(this.persona?.description ?? ""));
    setText(this.#turnsAbout, t(preset?.description ?? ""));
  }
}

/** @param {string} word */
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
