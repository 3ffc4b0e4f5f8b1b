import assert from "node:assert/strict";
import test from "node:test";
import { keepScreenOn } from "../../static_site/public/js/screen_awake.js";
import { settle } from "./fakes.js";

/** A page, and a browser that gives locks; as browsers do, it takes them back when the page is hidden. */
function screen({ refuses = false } = {}) {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const locks = [];
  const over = new AbortController();
  const wakeLock = {
    refuses,
    asked: 0,
    request: async (type) => {
      wakeLock.asked += 1;
      if (wakeLock.refuses || page.hidden) throw new DOMException(type, "NotAllowedError");
      const lock = { released: false, release: async () => void (lock.released = true) };
      locks.push(lock);
      return lock;
    },
  };
  const show = async (shown) => {
    page.hidden = !shown;
    if (!shown) for (const lock of locks) lock.released = true;
    page.dispatchEvent(new Event("visibilitychange"));
    await settle();
  };
  const tap = async () => (page.dispatchEvent(new Event("click")), await settle());
  const held = () => locks.filter(({ released }) => !released).length;
  return { page, over, wakeLock, locks, show, tap, held };
}

test("the screen stays on from the start of the call to its end, and one lock is enough", async () => {
  const { page, over, wakeLock, locks, tap, held } = screen();
  keepScreenOn({ wakeLock, page }, over.signal);
  await settle();
  await tap();
  assert.deepEqual([held(), locks.length], [1, 1]);
  over.abort();
  assert.equal(held(), 0);
  await tap();
  assert.equal(wakeLock.asked, 1);
});

test("it is asked again when the page returns, and not while it is hidden", async () => {
  const { page, over, wakeLock, show, held } = screen();
  keepScreenOn({ wakeLock, page }, over.signal);
  await settle();
  await show(false);
  assert.deepEqual([held(), wakeLock.asked], [0, 1]);
  await show(true);
  assert.deepEqual([held(), wakeLock.asked], [1, 2]);
  over.abort();
  assert.equal(held(), 0);
});

test("a refusal is silent, and the next tap asks again", async () => {
  const { page, over, wakeLock, tap, held } = screen({ refuses: true });
  keepScreenOn({ wakeLock, page }, over.signal);
  await settle();
  assert.equal(held(), 0);
  wakeLock.refuses = false;
  await tap();
  assert.equal(held(), 1);
});

test("a lock that comes when the call is over is given back", async () => {
  const { page, over, wakeLock, locks, held } = screen();
  keepScreenOn({ wakeLock, page }, over.signal);
  over.abort();
  await settle();
  assert.deepEqual([locks.length, held()], [1, 0]);
});

test("a browser without it, or a call that is over, asks for nothing", async () => {
  const { page, over, wakeLock } = screen();
  keepScreenOn({ wakeLock: undefined, page }, over.signal);
  over.abort();
  keepScreenOn({ wakeLock, page }, over.signal);
  await settle();
  assert.equal(wakeLock.asked, 0);
});
