import assert from "node:assert/strict";
import test from "node:test";
import { acceptColour, contrast, schemeFor } from "../../static_site/public/js/colours.js";
import { HTML_LIMIT, runTool } from "../../static_site/public/js/tool_set.js";

/** CSS.supports, for these tests: it takes anything, as it does with var() and the like. */
const anything = () => true;

function page(fields = {}) {
  const done = [];
  const theme = {
    setBackground: (colour) => (done.push(["background", colour]), "done"),
    setText: (colour) => (done.push(["text", colour]), fields.unreadable ? null : "done"),
  };
  return { done, html: () => fields.html ?? "<main></main>", theme, supports: fields.supports ?? anything };
}

test("colours are taken as CSS writes them, and as people say them", () => {
  const given = [
    "purple",
    "Light Blue",
    " #1b2a41 ",
    "#fff",
    "rgb(1, 2, 3)",
    "hsl(30 60% 90%)",
    "oklch(0.7 0.1 200 / 50%)",
  ];
  assert.deepEqual(
    given.map((colour) => acceptColour(colour, anything)),
    ["purple", "lightblue", "#1b2a41", "#fff", "rgb(1, 2, 3)", "hsl(30 60% 90%)", "oklch(0.7 0.1 200 / 50%)"],
  );
});

const REFUSED = [
  "",
  " ",
  7,
  null,
  undefined,
  {},
  "inherit",
  "currentColor",
  "transparent",
  "unset",
  "revert-layer",
  "var(--ink)",
  "url(//x.example)",
  "red; background: url(x)",
  "red}",
  "env(x)",
  "attr(x)",
  "color-mix(in srgb, var(--a), red)",
  "#ggg",
  "<b>",
  "rgb(1,2,3",
  "x".repeat(65),
  "calc(1)",
];
for (const colour of REFUSED) {
  test(`not a colour: ${JSON.stringify(colour)}`, () => assert.equal(acceptColour(colour, anything), null));
}

test("the browser has the last word", () => {
  assert.equal(
    acceptColour("blurple", () => false),
    null,
  );
});

test("contrast is measured as WCAG does", () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.equal(contrast([7, 8, 9], [7, 8, 9]), 1);
  assert.ok(Math.abs(contrast([119, 119, 119], [255, 255, 255]) - 4.48) < 0.01);
});

test("on any background, black or white text reads at 4.5 to 1 or better", () => {
  for (let r = 0; r < 256; r += 15) {
    for (let g = 0; g < 256; g += 15) {
      for (let b = 0; b < 256; b += 15) {
        const ink = schemeFor([r, g, b]) === "light" ? [0, 0, 0] : [255, 255, 255];
        assert.ok(contrast([r, g, b], ink) >= 4.5, `${r} ${g} ${b}`);
      }
    }
  }
});

test("the three tools do what they say, and tell the model", () => {
  const { done, ...rest } = page();
  const background = runTool("set_background_color", '{\n  "color": "navy"\n}', rest);
  const text = runTool("set_text_color", '{"color":"white"}', rest);
  const read = runTool("get_page_html", "", rest);
  assert.deepEqual(done, [
    ["background", "navy"],
    ["text", "white"],
  ]);
  assert.ok(background.ok && text.ok && read.ok);
  assert.equal(background.colour, "navy");
  assert.deepEqual(JSON.parse(read.output), { ok: true, result: "<main></main>" });
});

test("refusals tell the model why, and change nothing", () => {
  const { done, ...rest } = page();
  for (const [name, args] of [
    ["set_background_color", "{}"],
    ["set_background_color", '{"color":"url(x)"}'],
    ["set_text_color", '{"color":12}'],
    ["set_text_color", "not json"],
    ["set_text_color", "[]"],
    ["format_disk", "{}"],
    ["toString", "{}"],
  ]) {
    const { ok, output, title } = runTool(name, args, rest);
    assert.equal(ok, false, name);
    assert.ok(title && JSON.parse(output).ok === false && JSON.parse(output).result);
  }
  assert.deepEqual(done, []);
  assert.equal(runTool("set_text_color", '{"color":"white"}', page({ unreadable: true })).ok, false);
});

test("a long page is cut to what one message holds", () => {
  const { output } = runTool("get_page_html", "{}", page({ html: "x".repeat(HTML_LIMIT * 2) }));
  assert.ok(output.length < HTML_LIMIT + 100);
});
