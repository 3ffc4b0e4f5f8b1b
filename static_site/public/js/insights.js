/** Seeing the call: network, waiting, use and money, turn by turn. Loaded when its tab is opened. */
import { part } from "./dom.js";
import { InsightsView } from "./insights_view.js";
import { Network } from "./network.js";
import { sheet } from "./sheet.js";
import { waits } from "./turn_waits.js";

const POLL_MS = 2_000;
const DRAW_MS = 100;

/** @type {Insights | null} */
let insights = null;

/** @param {ConstructorParameters<typeof Insights>} parts */
export async function showInsights(...parts) {
  await sheet("/css/insights.css");
  insights ??= new Insights(...parts);
  insights.refresh();
}

class Insights {
  #around;
  #budget;
  #view;
  #network = new Network();
  /** @type {Voice.Reading | null} */
  #reading = null;
  #polling = false;
  #drawing = false;

  /**
   * @param {import("./budget.js").Around} around
   * @param {import("./budget.js").Budget} budget
   * @param {import("./money_view.js").MoneyView} money
   */
  constructor(around, budget, money) {
    this.#around = around;
    this.#budget = budget;
    this.#view = new InsightsView(part("insights"), money);
    budget.changed = () => this.refresh();
    document.addEventListener("visibilitychange", () => this.refresh());
  }

  refresh() {
    if (!this.#around.seen() || this.#drawing) return;
    this.#drawing = true;
    this.#around.browser.schedule(() => this.#draw(), DRAW_MS);
    if (!this.#polling && this.#watched()) void this.#poll();
  }

  /** Whether there is a connection to look at, and someone who looks. */
  #watched() {
    return this.#around.state.current === "live" && this.#around.seen() && document.visibilityState === "visible";
  }

  async #poll() {
    this.#polling = true;
    const report = await this.#around.talk.call?.link.peer.getStats().catch(() => null);
    if (report) this.#reading = this.#network.read(report.values());
    this.refresh();
    this.#around.browser.schedule(() => {
      this.#polling = false;
      if (this.#watched()) void this.#poll();
    }, POLL_MS);
  }

  #draw() {
    this.#drawing = false;
    const { record, talk, state } = this.#around;
    const live = state.current === "live";
    if (!live) this.#reading = null;
    const turns = waits(record.entries);
    this.#view.show({ turns, reading: this.#reading, live, talk, ...this.#budget.reckon() });
  }
}
