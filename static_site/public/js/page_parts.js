/** What this page shows beside a call: the log, the Call tab, and what watches the money. */

/**
 * Loads what is looked at; and what watches the money, if the person has set a limit.
 * @param {import("./voice_call.js").VoiceCall} call
 * @param {boolean} limited
 */
export async function look(call, limited) {
  const { inner, browser } = call;
  if (!inner) return;
  const { talk, record, log } = inner;
  const state = {
    get current() {
      return call.state;
    },
  };
  const around = {
    ...{ record, talk, browser, state, root: document.documentElement.dataset },
    toast: (/** @type {string} */ text) => call.notify(text),
    seen: () => call.panel === "timings",
  };
  if (limited) (await import("./budget.js")).budgetOf(around);
  if (call.panel === "events") await (await import("./log_view.js")).showLog(log);
  if (call.panel !== "timings") return;
  const [{ budgetOf }, { moneyOf }, { showInsights }] = await Promise.all([
    import("./budget.js"),
    import("./money_view.js"),
    import("./insights.js"),
  ]);
  const budget = budgetOf(around);
  await showInsights(around, budget, moneyOf(budget));
}
