import assert from "node:assert/strict";
import test from "node:test";
import { EventLog } from "../../static_site/public/js/event_log.js";
import { asJson, asLines, asText, asVtt, fileName } from "../../static_site/public/js/export.js";
import { random } from "./random.js";

const T = Date.UTC(2026, 10, 21, 15, 0, 0);
const line = (role, text, from, to, more = {}) => ({
  ...{ role, name: role === "user" ? "You" : "Assistant", text, status: "done", call: true },
  ...{ began: T + from, ended: T + to, ...more },
});

/** WebVTT as a browser reads it, as far as we write it: cues with their times in seconds, speaker and plain text. */
function parse(vtt) {
  const [head, ...blocks] = vtt.trimEnd().split(/\n{2,}/);
  assert.equal(head, "WEBVTT");
  const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  return blocks.map((block) => {
    const [id, timing, ...text] = block.split("\n");
    const [from, to] = timing.split(" --> ").map((time) => {
      const [, h, m, s, ms] = /^(\d\d+):([0-5]\d):([0-5]\d)\.(\d{3})$/.exec(time);
      return h * 3600 + m * 60 + s * 1 + ms / 1000;
    });
    const [, voice, words] = /^<v ([^<>]+)>([^<>]*)$/.exec(text.join("\n"));
    return { id: Number(id), from, to, voice: unescape(voice), text: unescape(words) };
  });
}

test("subtitles begin with the first word, in the order in which it was said", () => {
  const cues = parse(asVtt([line("assistant", "Paris.", 4_500, 5_700), line("user", "What is it?", 1_000, 2_500)]));
  assert.deepEqual(cues, [
    { id: 1, from: 0, to: 1.5, voice: "You", text: "What is it?" },
    { id: 2, from: 3.5, to: 4.7, voice: "Assistant", text: "Paris." },
  ]);
});

test("what would be markup in subtitles is text", () => {
  const odd = 'a < b && c > d --> "e"\n\nNOTE <v Eve>x</v> 00:01.000 --> 00:02.000\u0000';
  const [cue] = parse(asVtt([line("assistant", odd, 0, 900, { name: "R<&>D\n" })]));
  assert.equal(cue.text, odd.replace("\u0000", "").replace(/\n\n/, " "));
  assert.equal(cue.voice, "R<&>D");
});

test("whatever is said, subtitles are read back as they were written", () => {
  const alphabet = ["<", ">", "&", "--", "\n", " ", "a", "é", "漢", "🙂", ";", "amp", "\t", "\r"];
  for (let seed = 0; seed < 300; seed++) {
    const next = random(seed);
    const words = () => Array.from({ length: 12 }, () => alphabet[Math.floor(next() * alphabet.length)]).join("");
    const lines = Array.from({ length: 4 }, (_, n) => {
      const from = Math.floor(next() * 100_000);
      return line(n % 2 ? "user" : "assistant", `x${words()}`, from, from + Math.floor(next() * 4_000) - 500);
    });
    const cues = parse(asVtt(lines));
    const expected = [...lines].sort((a, b) => a.began - b.began).map(({ text }) => text.replace(/\s+/g, " ").trim());
    assert.deepEqual(
      cues.map(({ text }) => text),
      expected,
      `seed ${seed}`,
    );
    for (const [at, { from, to }] of cues.entries())
      assert.ok(to > from && from >= (cues[at - 1]?.from ?? 0), `seed ${seed}`);
  }
});

test("subtitles are of the latest call, and of words only", () => {
  const past = { role: "user", name: "You", text: "Earlier", status: "done", call: false, began: 1 };
  const untimed = { role: "user", name: "You", text: "When?", status: "done", call: true };
  assert.equal(asVtt([past, untimed, line("tool", "Colour set", 0, 1), line("user", " ", 0, 1)]), "");
  assert.equal(parse(asVtt([past, line("user", "Now", 7_200_000, 7_201_000)]))[0].from, 0);
  const long = parse(asVtt([line("user", "a", 0, 1), line("user", "b", 3_661_500, 3_662_600)]))[1];
  assert.deepEqual([long.from, long.to], [3_661.5, 3_662.6]);
});

test("a typed line stays long enough to be read, and no longer than until the next", () => {
  const [typed] = parse(asVtt([line("user", "x".repeat(40), 0, 0), line("assistant", "Yes.", 9_000, 9_500)]));
  assert.equal(typed.to, 2.6);
  const [hasty] = parse(asVtt([line("user", "x".repeat(40), 0, 0), line("assistant", "Yes.", 1_000, 1_500)]));
  assert.equal(hasty.to, 1);
});

test("text names who spoke, when, and what was cut short", () => {
  const text = asText([
    line("user", "Hello", 0, 1),
    line("assistant", "Good", 0, 1, { status: "interrupted" }),
    line("user", "", 0, 1),
  ]);
  assert.match(text, /^You \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\):\nHello\n\nAssistant \([^)]+\), interrupted:\nGood\n/);
  assert.match(text, /\(no words\)/);
  assert.equal(asText([{ role: "user", name: "You", text: "x", status: "done", call: false }]), "You:\nx\n");
});

test("JSON holds roles, times, status and persona, and nothing else", () => {
  const tool = line("tool", "Colour set: navy", 5, 6, { name: "set_colour" });
  const { turns, ...rest } = JSON.parse(
    asJson([line("user", "Hi", 0, 400), line("assistant", "Ho", 900, 1_000), tool], T),
  );
  assert.deepEqual(rest, { format: "voicemint.conversation/1", exported: "2026-11-21T15:00:00.000Z" });
  assert.deepEqual(turns, [
    {
      role: "user",
      speaker: "You",
      text: "Hi",
      status: "done",
      began: "2026-11-21T15:00:00.000Z",
      ended: "2026-11-21T15:00:00.400Z",
    },
    {
      role: "assistant",
      persona: "Assistant",
      text: "Ho",
      status: "done",
      began: "2026-11-21T15:00:00.900Z",
      ended: "2026-11-21T15:00:01.000Z",
    },
    {
      role: "tool",
      tool: "set_colour",
      text: "Colour set: navy",
      status: "done",
      began: "2026-11-21T15:00:00.005Z",
      ended: "2026-11-21T15:00:00.006Z",
    },
  ]);
  const [old] = JSON.parse(asJson([{ role: "user", name: "You", text: "x", status: "done", call: false }], T)).turns;
  assert.deepEqual([old.began, old.ended], [null, null]);
});

test("the log as JSON lines hides what the log hides", () => {
  const log = new EventLog();
  log.add("in", { type: "session.created", session: { instructions: "You are secret" } }, 5.4);
  log.add("out", { type: "response.create", list: Array(5_000).fill("y") }, 6);
  const lines = asLines(log.rows)
    .trimEnd()
    .split("\n")
    .map((text) => JSON.parse(text));
  assert.deepEqual([lines[0].at, lines[0].direction, lines[0].type, lines[0].count], [5, "in", "session.created", 1]);
  assert.match(lines[0].event.session.instructions, /not shown/);
  assert.equal(typeof lines[1].event, "string", "what was cut is text");
  assert.equal(asLines([]), "");
});

test("files are named by the person's own date", () => {
  assert.equal(fileName(new Date(2026, 0, 2, 3, 4, 5), ".vtt"), "voicemint-2026-01-02-0304.vtt");
});
