// One call in Firefox, printed as JSON: `node firefox_call.mjs FIREFOX URL`. Firefox's fake microphone hums, so the
// question is typed; what counts is that the answer is heard.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../static_site/package.json", import.meta.url));
const { launch } = require("puppeteer-core");
const [executablePath, url] = process.argv.slice(2);

const browser = await launch({
  browser: "firefox",
  executablePath,
  headless: true,
  extraPrefsFirefox: {
    "media.navigator.streams.fake": true,
    "media.navigator.permission.disabled": true,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": true,
    "app.update.enabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "browser.safebrowsing.malware.enabled": false,
    "browser.safebrowsing.phishing.enabled": false,
    "extensions.getAddons.cache.enabled": false,
    "services.settings.server": "http://127.0.0.1:9/",
  },
});
const complaints = [];
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  page.on("pageerror", (fault) => complaints.push(String(fault)));
  await page.evaluateOnNewDocument(() => {
    const Native = window.RTCPeerConnection;
    window.connections = [];
    window.RTCPeerConnection = class extends Native {
      constructor(...settings) {
        super(...settings);
        window.connections.push(this);
      }
    };
  });
  await page.goto(url);
  await page.waitForSelector("#primary:not([disabled])");
  await page.click("#primary");
  await page.waitForSelector('html[data-state="live"]');
  await page.type("#typed", "What is the capital of Italy?");
  await page.keyboard.press("Enter");
  await page.waitForSelector('#captions [data-role="assistant"][data-status="done"]');
  await page.waitForFunction(async () => {
    const reports = [...(await window.connections[0].getStats()).values()];
    const voice = reports.find((one) => one.type === "inbound-rtp" && one.kind === "audio");
    window.heard = { packets: voice?.packetsReceived ?? 0, energy: voice?.totalAudioEnergy ?? 0 };
    return window.heard.energy > 0.001;
  });
  const { heard, caption } = await page.evaluate(() => ({
    heard: window.heard,
    caption: document.querySelector('#captions [data-role="assistant"] .text').textContent,
  }));
  await page.click("#tab-timings");
  await page.waitForFunction(() => /(Good|Weak|Bad)(UDP|TCP)/.test(document.querySelector("#insights").textContent));
  const seen = await page.evaluate(() => document.querySelector("#insights").textContent);
  await page.click("#primary");
  await page.waitForSelector('html[data-state="ended"]');
  console.log(JSON.stringify({ heard, caption, seen, complaints }));
} finally {
  await browser.close();
}
