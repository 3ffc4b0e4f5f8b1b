// What Lighthouse says of some pages, printed as JSON: `node lighthouse.mjs CHROMIUM URL[#desktop]...`. It runs in this
// process with error reporting off, and the browser can resolve no name: nothing is sent anywhere.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../static_site/package.json", import.meta.url));
const { launch } = require("puppeteer-core");
const { default: lighthouse, desktopConfig } = await import(pathToFileURL(require.resolve("lighthouse")).href);
const [executablePath, ...wanted] = process.argv.slice(2);

const browser = await launch({
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const flags = {
  port: Number(new URL(browser.wsEndpoint()).port), // a page of Lighthouse's own: one of ours loses the trace's start
  logLevel: "silent",
  output: "json",
  enableErrorReporting: false,
  onlyCategories: ["accessibility", "best-practices", "seo", "performance"],
  // They carry no weight and cost half of the time.
  disableFullPageScreenshot: true,
  skipAudits: ["bf-cache", "screenshot-thumbnails", "final-screenshot", "unused-css-rules", "unused-javascript"],
};
const reports = [];
try {
  for (const asked of wanted) {
    const [url, form = "mobile"] = asked.split("#");
    const { lhr } = await lighthouse(url, flags, form === "desktop" ? desktopConfig : undefined);
    const { categories, audits } = lhr;
    const scores = Object.fromEntries(Object.values(categories).map((one) => [one.id, Math.round(one.score * 100)]));
    const faults = Object.values(categories).flatMap(({ id, auditRefs }) =>
      auditRefs
        .filter((ref) => ref.weight > 0 && audits[ref.id].score !== null && audits[ref.id].score < 1)
        .map((ref) => `${id}: ${audits[ref.id].title} ${audits[ref.id].displayValue ?? ""}`.trim()),
    );
    const hosts = [...new Set((audits["network-requests"]?.details?.items ?? []).map((one) => new URL(one.url).host))];
    reports.push({ url, form, scores, faults, hosts, error: lhr.runtimeError?.message ?? "" });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(reports));
