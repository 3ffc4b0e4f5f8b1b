/**
 * Tokens that a call used, from what `response.done` and finished transcriptions say (protocol sheet 4.4 and 4.5). Each
 * response and each item counts once, in whatever order the events come. What is not told is never taken as 0.
 */

/** @type {Voice.TokenKind[]} */
export const KINDS = ["text", "audio", "image", "other"];

/** @returns {Voice.Tokens} */
export const noTokens = () => ({ in: none(), cached: none(), out: none() });
const none = () => ({ text: 0, audio: 0, image: 0, other: 0 });

/**
 * @param {unknown} value
 * @returns {number} 0 for anything that is no count
 */
const count = (value) => (typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0);

/** @param {Record<Voice.TokenKind, number>} counts */
export const sum = (counts) => KINDS.reduce((all, kind) => all + counts[kind], 0);

/**
 * @param {any} details
 * @param {unknown} total
 */
function byKind(details, total) {
  const counts = {
    text: count(details?.text_tokens),
    audio: count(details?.audio_tokens),
    image: count(details?.image_tokens),
    other: 0,
  };
  return { ...counts, other: Math.max(0, count(total) - sum(counts)) };
}

/**
 * @param {any} usage of a `response.done`
 * @returns {Voice.Tokens | null} null if it tells nothing
 */
export function tokensOf(usage) {
  if (typeof usage !== "object" || usage === null) return null;
  const details = usage.input_token_details;
  const given = byKind(details, usage.input_tokens);
  // Cached tokens whose kind is not told count as the cheapest first, so that the sum of money is not too low.
  const cached = byKind(details?.cached_tokens_details, details?.cached_tokens);
  let rest = cached.other;
  cached.other = 0;
  for (const kind of KINDS) {
    const more = Math.min(rest, Math.max(0, given[kind] - cached[kind]));
    rest -= more;
    cached[kind] = Math.min(given[kind], cached[kind] + more);
  }
  const tokens = { in: given, cached, out: byKind(usage.output_token_details, usage.output_tokens) };
  return sum(tokens.in) + sum(tokens.out) ? tokens : null;
}

/**
 * @param {Voice.Tokens} all changed
 * @param {Voice.Tokens} more
 */
export function addTokens(all, more) {
  for (const side of /** @type {const} */ (["in", "cached", "out"]))
    for (const kind of KINDS) all[side][kind] += more[side][kind];
}

/**
 * @param {Voice.Entry[]} entries
 * @returns {Voice.Usage}
 */
export function usageOf(entries) {
  /** @type {Map<unknown, Voice.Tokens | null>} */
  const told = new Map();
  /** @type {Map<unknown, any>} */
  const heard = new Map();
  for (const [at, { type, response, item, usage }] of entries.entries()) {
    if (type === "response.done") {
      const id = response ?? `no id ${at}`;
      told.set(id, tokensOf(usage) ?? told.get(id) ?? null);
    } else if (type.endsWith("transcription.completed")) heard.set(item, usage ?? heard.get(item));
  }
  /** @type {Voice.Usage} */
  const all = { tokens: noTokens(), answers: new Map(), untold: 0, transcription: { seconds: 0, tokens: 0 } };
  for (const [id, tokens] of told) {
    if (!tokens) all.untold += 1;
    else (all.answers.set(id, tokens), addTokens(all.tokens, tokens));
  }
  for (const usage of heard.values()) {
    all.transcription.seconds += count(usage?.seconds);
    all.transcription.tokens += count(usage?.total_tokens) || count(usage?.input_tokens) + count(usage?.output_tokens);
  }
  return all;
}
