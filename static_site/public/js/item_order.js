/** Conversation order from what each item says of the one before it. */

/**
 * Items whose previous item is known follow it; the first (`prev` null) comes first; items whose place is not known yet
 * (`prev` undefined, or an item that was never seen) come last, as they arrived. Whatever the order of arrival, a
 * complete chain comes out the same.
 * @template {Voice.Placed} T
 * @param {T[]} items
 * @returns {T[]}
 */
export function inOrder(items) {
  const byId = new Map(items.map((item) => [item.id, item]));
  /** @type {Map<string, T[]>} */
  const after = new Map();
  /** @type {T[]} */
  const roots = [];
  for (const item of [...items].sort((a, b) => a.seq - b.seq)) {
    if (typeof item.prev === "string" && byId.has(item.prev) && item.prev !== item.id) {
      after.set(item.prev, [...(after.get(item.prev) ?? []), item]);
    } else roots.push(item);
  }
  roots.sort((a, b) => Number(b.prev === null) - Number(a.prev === null));
  /** @type {Set<T>} */
  const ordered = new Set();
  const stack = roots.reverse();
  for (let item = stack.pop(); item; item = stack.pop()) {
    ordered.add(item);
    stack.push(...(after.get(item.id) ?? []).reverse());
  }
  for (const item of items) ordered.add(item); // a ring of items, which only a faulty service could send
  return [...ordered];
}
