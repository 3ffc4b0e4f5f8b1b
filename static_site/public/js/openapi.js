/**
 * Reads an OpenAPI 3.1 document and says what it holds as plain rows and texts. It knows no element of the page.
 */

/** @typedef {any} Schema a JSON schema; its fields come from outside, so whoever reads one checks it */
/** @typedef {{ name: string, type: string, required: boolean, limits: string, about: string }} Field */
/**
 * @typedef {{ status: string, about: string, type: string, headers: Field[], fields: Field[], codes: string[] }} Reply
 */
/**
 * @typedef {object} Operation
 * @property {string} id
 * @property {string} method in capitals
 * @property {string} path
 * @property {string} summary
 * @property {string} about
 * @property {string} mode the value of CALL_MODE that has it; "" if both do
 * @property {Field[]} parameters
 * @property {Field[]} body fields of the request
 * @property {string} request an example of the request's body, or ""
 * @property {string} target the path of an example
 * @property {Reply[]} replies
 */
/** @typedef {{ name: string, about: string, operations: Operation[] }} Group */
/** @typedef {{ code: string, status: number, title: string, hint: string }} Failure */

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];
/** Objects in objects are followed so far. */
const DEEPEST = 4;

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : "");
/** @param {any} value @returns {[string, any][]} */
const entries = (value) => (value && typeof value === "object" ? Object.entries(value) : []);

/**
 * Follows references within the document. One that leads nowhere, or in a circle, gives an empty object.
 * @param {any} document
 * @param {any} node
 */
export function resolve(document, node) {
  let found = node;
  for (let step = 0; typeof found?.$ref === "string"; step++) {
    if (step > 8 || !found.$ref.startsWith("#/")) return {};
    const names = found.$ref.slice(2).split("/");
    found = names.reduce((/** @type {any} */ at, /** @type {string} */ name) => at?.[name], document);
  }
  return found ?? {};
}

/**
 * Routes by their tag, in the document's order.
 * @param {any} document
 * @returns {Group[]}
 */
export function groupsOf(document) {
  const operations = entries(document?.paths).flatMap(([path, methods]) =>
    entries(methods)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, it]) => ({ tag: text(it?.tags?.[0]), operation: operationOf(document, path, method, it) })),
  );
  /** @type {Map<string, string>} */
  const about = new Map();
  for (const tag of document?.tags ?? []) about.set(text(tag?.name), text(tag?.description));
  for (const { tag } of operations) if (!about.has(tag)) about.set(tag, "");
  return [...about]
    .map(([name, words]) => ({
      name,
      about: words,
      operations: operations.filter(({ tag }) => tag === name).map(({ operation }) => operation),
    }))
    .filter((group) => group.operations.length > 0);
}

/**
 * @param {any} document
 * @param {string} path
 * @param {string} method
 * @param {any} it
 * @returns {Operation}
 */
function operationOf(document, path, method, it) {
  const parameters = (it.parameters ?? []).map((/** @type {any} */ one) => resolve(document, one));
  const content = resolve(document, it.requestBody).content?.["application/json"];
  const examples = new Map(parameters.map((/** @type {any} */ one) => [one.name, one.example]));
  return {
    id: text(it.operationId) || `${method}${path.replaceAll(/\W+/g, "_")}`,
    method: method.toUpperCase(),
    path,
    summary: text(it.summary),
    about: text(it.description),
    mode: text(it["x-voicemint-mode"]),
    parameters: parameters.map((/** @type {any} */ one) => valueOf(document, one.name, one)),
    body: fieldsOf(document, content?.schema),
    request: content?.example === undefined ? "" : JSON.stringify(content.example, null, 2),
    target: path.replaceAll(/\{(\w+)\}/g, (whole, name) => String(examples.get(name) ?? whole)),
    replies: entries(it.responses).map(([status, reply]) => replyOf(document, status, resolve(document, reply))),
  };
}

/**
 * @param {any} document
 * @param {string} status
 * @param {any} reply
 * @returns {Reply}
 */
function replyOf(document, status, reply) {
  const [type = "", content] = entries(reply.content)[0] ?? [];
  const codes = type === "application/problem+json" ? Object.keys(content?.examples ?? {}) : [];
  return {
    status,
    about: text(reply.description),
    type,
    headers: entries(reply.headers).map(([name, header]) => valueOf(document, name, resolve(document, header))),
    fields: codes.length ? [] : fieldsOf(document, content?.schema),
    codes,
  };
}

/**
 * A parameter or a header.
 * @param {any} document
 * @param {string} name
 * @param {any} it
 * @returns {Field}
 */
const valueOf = (document, name, it) => ({
  name: text(name),
  type: typeOf(document, it.schema),
  required: it.required === true,
  limits: limitsOf(resolve(document, it.schema)),
  about: text(it.description),
});

/**
 * The fields of an object, and of the objects in it: `client_secret.value`, `personas[].name`.
 * @param {any} document
 * @param {Schema} schema
 * @param {string} [before]
 * @param {number} [depth]
 * @returns {Field[]}
 */
export function fieldsOf(document, schema, before = "", depth = 0) {
  const whole = resolve(document, schema);
  if (depth > DEEPEST) return [];
  return entries(whole.properties).flatMap(([name, field]) => {
    const one = bare(document, field);
    const inner = one.type === "array" ? bare(document, one.items) : one;
    const path = `${before}${name}`;
    /** @type {Field} */
    const row = {
      name: path,
      type: typeOf(document, field),
      required: whole.required?.includes(name) === true,
      limits: limitsOf(one, field),
      about: text(field?.description) || text(one.description),
    };
    return [row, ...fieldsOf(document, inner, `${path}${one.type === "array" ? "[]" : ""}.`, depth + 1)];
  });
}

/**
 * What a value is besides null.
 * @param {any} document
 * @param {Schema} schema
 */
function bare(document, schema) {
  const whole = resolve(document, schema);
  const kinds = (whole.anyOf ?? []).map((/** @type {any} */ one) => resolve(document, one));
  return kinds.find((/** @type {any} */ one) => one.type !== "null") ?? whole;
}

/**
 * @param {any} document
 * @param {Schema} schema
 * @returns {string} such as "string", "list of string", "number or null"
 */
export function typeOf(document, schema) {
  const whole = resolve(document, schema);
  if (Array.isArray(whole.anyOf)) {
    return [...new Set(whole.anyOf.map((/** @type {any} */ one) => typeOf(document, one)))].join(" or ");
  }
  if (whole.type === "array") return `list of ${typeOf(document, whole.items)}`;
  if (Array.isArray(whole.type)) return whole.type.join(" or ");
  const sample = whole.enum?.[0] ?? whole.const;
  return text(whole.type) || (sample === undefined ? "any" : typeof sample);
}

/**
 * What a value must keep to, in words.
 * @param {Schema} schema
 * @param {Schema} [field] where its default stands
 */
export function limitsOf(schema, field = schema) {
  /** @param {string} least @param {string} most @param {string} unit */
  const range = (least, most, unit) => {
    const [from, to] = [schema[least], schema[most]];
    if (from === undefined && to === undefined) return "";
    if (from === undefined) return `up to ${to}${unit}`;
    return to === undefined ? `at least ${from}${unit}` : `${from} to ${to}${unit}`;
  };
  const initial = field?.default ?? undefined;
  return [
    schema.enum && schema.enum.map(String).join(", "),
    schema.const !== undefined && `always ${schema.const}`,
    range("minLength", "maxLength", " characters"),
    range("minimum", "maximum", ""),
    range("minItems", "maxItems", " entries"),
    text(schema.pattern) && `fits ${schema.pattern}`,
    initial !== undefined && `default ${JSON.stringify(initial)}`,
  ]
    .filter(Boolean)
    .join("; ");
}

/**
 * Every code with which a route can fail, from the document's examples of problems.
 * @param {any} document
 * @returns {Failure[]}
 */
export function failuresOf(document) {
  const problems = entries(document?.components?.examples).map(([, example]) => example?.value);
  return problems
    .filter((problem) => typeof problem?.code === "string" && typeof problem.status === "number")
    .map(({ code, status, title, hint }) => ({ code, status, title: text(title), hint: text(hint) }));
}

/**
 * @param {Operation} operation
 * @param {string} origin such as https://voice.example
 */
export function curlOf({ method, target, request }, origin) {
  const quoted = (/** @type {string} */ words) => `'${words.replaceAll("'", "'\\''")}'`;
  const parts = [`curl -i${method === "GET" ? "" : ` -X ${method}`} ${quoted(origin + target)}`];
  if (request) parts.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(JSON.parse(request)))}`);
  return parts.join(" \\\n  ");
}

/** @param {Operation} operation @param {string} [origin] if it is not the page's own */
export function fetchOf({ method, target, request, replies }, origin = "") {
  const options = [
    method !== "GET" && `method: "${method}",`,
    request && `headers: { "Content-Type": "application/json" },`,
    request && `body: JSON.stringify(${request.replaceAll("\n", "\n  ")}),`,
  ].filter(Boolean);
  const call = `fetch(${JSON.stringify(origin + target)}${options.length ? `, {\n  ${options.join("\n  ")}\n}` : ""})`;
  const { type = "" } = replies.find(({ status }) => status.startsWith("2")) ?? {};
  const read = type && `\nconst body = await reply.${type.includes("json") ? "json" : "text"}();`;
  return `const reply = await ${call};${read}`;
}
