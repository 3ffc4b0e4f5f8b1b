import assert from "node:assert/strict";
import test from "node:test";
import { ResponseQueue } from "../../static_site/public/js/response_queue.js";
import { PRIVATE, spokenTurn } from "./events_of_a_call.js";
import { Clock } from "./fakes.js";
import { random } from "./random.js";

function queue({ automatic = true, infer = false } = {}) {
  const clock = new Clock();
  const sent = [];
  let ids = 0;
  const made = new ResponseQueue({
    send: (event) => sent.push(event),
    schedule: clock.schedule,
    newId: () => `ask_${++ids}`,
    automatic,
    infer,
  });
  return { made, sent, clock, tell: (type, fields = {}) => made.observe({ type, ...fields }) };
}

test("an idle queue asks at once, and once", () => {
  const { made, sent } = queue();
  made.request();
  made.request();
  assert.deepEqual(sent, [{ type: "response.create", event_id: "ask_1" }]);
});

test("wishes during a response become one, after response.done", () => {
  const { made, sent, tell } = queue();
  tell("response.created");
  made.request();
  made.request();
  assert.equal(sent.length, 0);
  tell("response.output_audio_transcript.delta");
  assert.equal(sent.length, 0);
  tell("response.done");
  assert.equal(sent.length, 1);
});

test("a wish waits while a person speaks, and for the answer that the service gives by itself", () => {
  const { made, sent, tell } = queue();
  tell("input_audio_buffer.speech_started");
  made.request();
  tell("input_audio_buffer.speech_stopped");
  assert.equal(sent.length, 0);
  tell("response.created");
  assert.equal(sent.length, 0);
  tell("response.done");
  assert.equal(sent.length, 1);
});

test("an interruption's response.done does not let a wish into the person's turn", () => {
  const { made, sent, tell } = queue();
  tell("response.created");
  tell("input_audio_buffer.speech_started");
  made.request();
  tell("response.done");
  assert.equal(sent.length, 0);
  tell("input_audio_buffer.speech_stopped");
  tell("response.created");
  tell("response.done");
  assert.equal(sent.length, 1);
});

test("with push-to-talk nothing is answered by itself, so nothing is waited for", () => {
  const { made, sent, tell } = queue({ automatic: false });
  tell("input_audio_buffer.speech_started");
  made.request();
  assert.equal(sent.length, 1);
});

test("refused because another response was faster: it is asked again after that one", () => {
  const { made, sent, tell } = queue();
  made.request();
  tell("error", { error: { code: "conversation_already_has_active_response", event_id: "ask_1" } });
  assert.equal(sent.length, 1);
  tell("response.done");
  assert.deepEqual(
    sent.map((event) => event.event_id),
    ["ask_1", "ask_2"],
  );
});

test("refused for another reason: it is not asked again, and the next wish goes out", () => {
  const { made, sent, tell } = queue();
  made.request();
  tell("error", { error: { code: "invalid_value", event_id: "somebody_else" } });
  assert.ok(made.active);
  tell("error", { error: { code: "invalid_value", event_id: "ask_1" } });
  assert.ok(!made.active);
  made.request();
  assert.equal(sent.length, 2);
});

test("a response that never ends does not block for ever", () => {
  const { made, sent, tell, clock } = queue();
  tell("response.created");
  made.request();
  clock.pass(15_000);
  tell("response.output_audio_transcript.delta");
  clock.pass(15_000);
  assert.equal(sent.length, 0, "it was heard from in between");
  clock.pass(10_000);
  assert.equal(sent.length, 1);
});

test("a private session is followed by its captions", () => {
  const { made, sent, clock } = queue({ infer: true });
  for (const event of spokenTurn(0, null, "Hello", "Hello, how are you?")) {
    if (!PRIVATE.has(event.type) || event.type === "output_audio_buffer.stopped") continue;
    made.observe(event);
    made.request();
    assert.equal(sent.length, 0, event.type);
  }
  clock.pass(1_000);
  assert.equal(sent.length, 1, "a moment after the last caption");
});

test("in a private session the end of the voice ends the response", () => {
  const { made, sent, tell } = queue({ infer: true });
  tell("conversation.item.added", { item: { role: "assistant" } });
  made.request();
  assert.equal(sent.length, 0);
  tell("output_audio_buffer.stopped");
  assert.equal(sent.length, 1);
});

test("after close nothing is sent and nothing waits", () => {
  const { made, sent, tell, clock } = queue();
  tell("response.created");
  made.request();
  made.close();
  tell("response.done");
  made.request();
  clock.pass(60_000);
  assert.deepEqual([sent.length, clock.waiting], [0, 0]);
});

test("whatever happens, nothing is asked while a response is known to be active, and no wish is lost", () => {
  const kinds = [
    "response.created",
    "response.done",
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
  ];
  for (let seed = 1; seed <= 500; seed++) {
    const next = random(seed);
    const { made, sent, tell, clock } = queue();
    let active = false;
    for (let step = 0; step < 60; step++) {
      const before = sent.length;
      if (next() < 0.3) made.request();
      else {
        const type = kinds[Math.floor(next() * kinds.length)];
        if (type === "response.created") active = true;
        if (type === "response.done") active = false;
        tell(type);
      }
      if (active) assert.equal(sent.length, before, `seed ${seed}, step ${step}`);
    }
    const before = sent.length;
    made.request();
    clock.pass(200_000);
    clock.pass(200_000);
    assert.ok(sent.length > before || before > 0, `seed ${seed}`);
    assert.equal(clock.waiting <= 1, true);
  }
});

test("work holds back what it will be answered with, but neither the person's own wish nor all that follows", async () => {
  const { made, sent, tell, clock } = queue();
  let done = (_wants) => {};
  const slow = made.cover(new Promise((resolve) => (done = resolve)));
  made.cover(new Promise(() => {}));
  tell("response.created");
  made.request();
  tell("response.done");
  assert.deepEqual([sent.length, made.idle], [0, false], "a tool's result belongs into the answer");
  made.request();
  assert.equal(sent.length, 1, "who asks meanwhile is answered");
  tell("response.created");
  tell("response.done");
  clock.pass(21_000);
  assert.ok(made.idle, "nobody waits for it for ever");
  done(true);
  await slow;
  assert.equal(sent.length, 2, "what comes late is answered all the same");
});

test("work that fails is over", async () => {
  const { made, sent, clock } = queue();
  await made.cover(Promise.reject(new TypeError("too large")));
  assert.deepEqual([made.idle, sent.length, clock.waiting], [true, 0, 0]);
});
