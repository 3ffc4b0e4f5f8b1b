/**
 * The sheet for whoever looks after a network: what must be open, what was found, when and with what. Made of this
 * deployment's own names; nothing in it is secret, and no device is named.
 */
import { STATES, STEPS, verdict } from "./check_outcome.js";
import { t } from "./words.js";

/** @typedef {import("./check_outcome.js").Results} Results */
/** @typedef {{ to: string, ports: string, why: string }} Need */
/** @typedef {{ needs: Need[], remarks: string[], findings: [step: string, state: string, text: string][],
 * facts: [name: string, value: string][] }} Sheet */

/**
 * @param {import("./check_run.js").Report} report
 * @param {{ page: URL | Location, browser: string, time: Date }} place
 * @returns {Sheet}
 */
export function sheetOf({ results, config, facts }, { page, browser, time }) {
  const needs = [{ to: page.host, ports: tcp(page.host, page.protocol), why: t("This page.") }];
  if (config?.mode !== "relay") {
    const to = facts.host || t("Azure OpenAI resource, such as name.openai.azure.com");
    needs.push({ to, ports: tcp(facts.host), why: t("Begins each call.") });
  }
  const to = t("Azure service tag AzureCloud.<region>, the region of the Azure OpenAI resource");
  needs.push({ to, ports: t("UDP 3478 and TCP 3478"), why: t("Carries the voice, by WebRTC, straight from the browser.") });
  const remarks = [
    t("All connections are opened from inside. No STUN or TURN server is used."),
    t("The service offers no other port for the voice: a network that lets out nothing but port 443 cannot carry these calls."),
  ];
  if (config?.mode === "relay") {
    remarks.push(t("Calls are begun by this page's server, so the browser needs no HTTPS connection to Azure OpenAI."));
  }
  return {
    needs,
    remarks,
    findings: Object.entries(results).map(([step, { state, text }]) => {
      return [t(STEPS[/** @type {keyof Results} */ (step)]), t(STATES[state]), text];
    }),
    facts: [
      [t("Result"), verdict(results).title],
      [t("Page"), page.origin],
      [t("Offered by the service"), facts.addresses.join(", ") || t("no address: no test call got that far")],
      [t("Browser"), browser],
      [t("Time"), `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`],
    ],
  };
}
/** @param {string} host @param {string} [protocol] */
function tcp(host, protocol = "https:") {
  const [, port] = /:(\d+)$/.exec(host) ?? [];
  return `TCP ${port ?? (protocol === "https:" ? "443 (HTTPS)" : "80 (HTTP)")}`;
}

/** The same as plain text. @param {Sheet} sheet */
export function asText({ needs, remarks, findings, facts }) {
  return [
    t("Voice calls from this network"),
    "",
    ...facts.map(([name, value]) => `${name}: ${value}`),
    "",
    t("What must be open, outbound"),
    ...needs.map(({ to, ports, why }) => t("- {ports} to {to}. {why}", { ports, to, why })),
    ...remarks.map((remark) => `  ${remark}`),
    "",
    t("What the check found"),
    ...findings.map(([step, state, text]) => `- ${step}: ${state}. ${text}`),
    "",
  ].join("\n");
}
