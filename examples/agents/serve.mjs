/**
 * Serves this folder on one address with the function, as a page of your own would have it: `/api/` is passed on to a
 * Voicemint that runs on this machine; the rest is this folder and the SDK, under the policy of Voicemint's own page.
 */
import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";

const FUNCTION = new URL(process.env.FUNCTION ?? "http://127.0.0.1:7071");
const PORT = Number(process.env.PORT ?? 7080);
const SDK = "node_modules/@openai/agents-realtime/dist/bundle/";
const PASSED_ON = /^api\/|^icon\.svg$/;
const OWN = /^[a-z_]+\.(html|css|js)$/;
const OF_THE_SDK = /^sdk\/([\w-]+\.mjs)$/;
const TYPES = { html: "text/html", css: "text/css", js: "text/javascript", mjs: "text/javascript" };
const KEPT = ["content-security-policy", "permissions-policy", "referrer-policy", "x-content-type-options"];

const server = createServer((asked, reply) => {
  const path = asked.url.slice(1).split("?")[0] || "index.html";
  const work = PASSED_ON.test(path) ? passOn(asked, reply) : serveFile(path, asked.headers, reply);
  work.catch(() => refuse(reply, 502, `No Voicemint answers at ${FUNCTION.origin}: start "python3 dev.py demo" first.`));
});

/** With the browser's own Host and Origin, so that the function judges the page that asks and not this program. */
async function passOn(asked, reply) {
  const answer = await forward(asked.method, asked.url, asked.headers, asked);
  reply.writeHead(answer.statusCode, answer.headers);
  answer.pipe(reply);
}

async function serveFile(path, headers, reply) {
  const file = OWN.test(path) ? path : OF_THE_SDK.test(path) ? path.replace("sdk/", SDK) : null;
  const body = file && (await readFile(new URL(file, import.meta.url)).catch(() => null));
  if (!body) return refuse(reply, 404, `There is no ${path} here. If it belongs to the SDK: run "npm ci" first.`);
  const page = (await forward("HEAD", "/", { host: headers.host })).resume();
  for (const name of KEPT) if (page.headers[name]) reply.setHeader(name, page.headers[name]);
  const type = TYPES[file.split(".").pop()];
  reply.writeHead(page.statusCode, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache" });
  reply.end(page.statusCode === 200 ? body : "");
}

function forward(method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const asking = request(new URL(path, FUNCTION), { method, headers }, resolve).on("error", reject);
    if (body) body.pipe(asking);
    else asking.end();
  });
}

function refuse(reply, status, words) {
  if (!reply.headersSent) reply.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  reply.end(`${words}\n`);
}

server.on("error", (fault) => {
  console.error(fault.code === "EADDRINUSE" ? `Port ${PORT} is in use. Choose another: PORT=7081 npm start` : fault.message);
  process.exitCode = 1;
});
server.listen(PORT, "127.0.0.1", () => console.log(`ready http://127.0.0.1:${server.address().port}`));
