import assert from "node:assert/strict";
import test from "node:test";
import { EventLog, ROW_LIMIT } from "../../static_site/public/js/event_log.js";
import { LogWindow } from "../../static_site/public/js/log_window.js";

function shown(before = 0) {
  const log = new EventLog();
  const add = (type) => log.add("in", { type }, 0);
  for (let n = 0; n < before; n++) add(`early ${n}`);
  const list = [];
  const said = [];
  const view = new LogWindow(log, {
    append: ({ id, type, count }) => list.push({ id, type, count }),
    grow: ({ id, count }) => (list.find((one) => one.id === id).count = count),
    remove: (id) =>
      list.splice(
        list.findIndex((one) => one.id === id),
        1,
      ),
    say: (paused, missed) => said.push([paused, missed]),
  });
  return { log, view, add, list, said, types: () => list.map(({ type }) => type) };
}

test("what came before anyone looked is shown", () => {
  assert.deepEqual(shown(2).types(), ["early 0", "early 1"]);
});

test("paused, the list stands still and counts what comes; then it catches up", () => {
  const { view, add, list, said, types } = shown();
  add("a");
  add("x.delta");
  view.pause(true);
  add("x.delta");
  add("b");
  add("y.delta");
  add("y.delta");
  assert.deepEqual([types(), list[1].count, said.at(-1)], [["a", "x.delta"], 1, [true, 2]]);
  assert.deepEqual(
    view.rows.map(({ type }) => type),
    ["a", "x.delta"],
    "what is copied is what is seen",
  );
  view.pause(false);
  assert.deepEqual([types(), list[1].count, list[3].count], [["a", "x.delta", "b", "y.delta"], 2, 2]);
  assert.deepEqual([said.at(-1), view.rows.length], [[false, 0], 4]);
  view.pause(true);
  add("c");
  assert.deepEqual(said.at(-1), [true, 1], "each pause counts for itself");
});

test("a long pause: rows that the log has dropped leave, the newest come, in order", () => {
  const { log, view, add, list } = shown();
  for (let n = 0; n < 10; n++) add(`old ${n}`);
  view.pause(true);
  for (let n = 0; n < ROW_LIMIT + 5; n++) add(`new ${n}`);
  assert.equal(list.length, 10);
  view.pause(false);
  assert.deepEqual(
    list.map(({ id }) => id),
    log.rows.map(({ id }) => id),
  );
});

test("clearing empties the list, paused or not", () => {
  const { log, view, add, list, said, types } = shown();
  add("a");
  view.pause(true);
  add("b");
  log.clear();
  assert.deepEqual([list, said.at(-1)], [[], [true, 0]]);
  add("c");
  view.pause(false);
  assert.deepEqual(types(), ["c"]);
});
