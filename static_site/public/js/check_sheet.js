/**
 * The sheet for whoever looks after a network: what must be open, what was found, when and with what. Made of this
 * deployment's own names; nothing in it is secret, and no device is named.
 */
import { verdict } from "./check_outcome.js";

/** @typedef {import("./check_outcome.js").Results} Results */
/** @typedef {{ to: string, ports: string, why: string }} Need */
/** @typedef {{ needs: Need[], remarks: string[], findings: [step: string, state: string, text: string][],
 * facts: [name: string, value: string][] }} Sheet */

/** @type {Record<import("./check_outcome.js").Step, string>} */
export const STEPS = {
  browser: "Browser",
  microphone: "Microphone",
  speaker: "Speaker",
  server: "Server",
  route: "Test call",
};
/** @type {Record<import("./check_outcome.js").Outcome["state"], string>} */
export const STATES = { good: "Good", warning: "Note", bad: "Problem", skipped: "Not checked" };

/**
 * @param {import("./check_run.js").Report} report
 * @param {{ page: URL | Location, browser: string, time: Date }} place
 * @returns {Sheet}
 */
export function sheetOf({ results, config, facts }, { page, browser, time }) {
  const needs = [{ to: page.host, ports: tcp(page.host, page.protocol), why: "This page." }];
  if (config?.mode !== "relay") {
    const to = facts.host || "Azure OpenAI resource, such as name.openai.azure.com";
    needs.push({ to, ports: tcp(facts.host), why: "Begins each call." });
  }
  const to = "Azure service tag AzureCloud.<region>, the region of the Azure OpenAI resource";
  needs.push({ to, ports: "UDP 3478 and TCP 3478", why: "Carries the voice, by WebRTC, straight from the browser." });
  const remarks = [
    "All connections are opened from inside. No STUN or TURN server is used.",
    "The service offers no other port for the voice: a network that lets out nothing but port 443 cannot carry these calls.",
  ];
  if (config?.mode === "relay") {
    remarks.push("Calls are begun by this page's server, so the browser needs no HTTPS connection to Azure OpenAI.");
  }
  return {
    needs,
    remarks,
    findings: Object.entries(results).map(([step, { state, text }]) => {
      return [STEPS[/** @type {keyof Results} */ (step)], STATES[state], text];
    }),
    facts: [
      ["Result", verdict(results).title],
      ["Page", page.origin],
      ["Offered by the service", facts.addresses.join(", ") || "no address: no test call got that far"],
      ["Browser", browser],
      ["Time", `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`],
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
    "Voice calls from this network",
    "",
    ...facts.map(([name, value]) => `${name}: ${value}`),
    "",
    "What must be open, outbound",
    ...needs.map(({ to, ports, why }) => `- ${ports} to ${to}. ${why}`),
    ...remarks.map((remark) => `  ${remark}`),
    "",
    "What the check found",
    ...findings.map(([step, state, text]) => `- ${step}: ${state}. ${text}`),
    "",
  ].join("\n");
}
