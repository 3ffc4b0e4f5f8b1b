/** Shows the sheet for an IT department, and copies and prints it. Loaded with the steps, before there is one to show. */
import { asText, sheetOf } from "./check_sheet.js";
import { button, make, part, setText } from "./dom.js";
import { sheet } from "./sheet.js";
import { t } from "./words.js";

/** The sheet as text. */
let sheetText = "";

/** @param {import("./check_run.js").Report} report */
export async function showSheet(report) {
  const made = sheetOf(report, { page: location, browser: navigator.userAgent, time: new Date() });
  sheetText = asText(made);
  const cells = (/** @type {string[]} */ ...texts) => texts.map((text) => make("td", "", make("bdi", "", text)));
  part("needs").replaceChildren(...made.needs.map(({ to, ports, why }) => make("tr", "", ...cells(ports, to, why))));
  part("remarks").replaceChildren(...made.remarks.map((text) => make("li", "", text)));
  part("findings").replaceChildren(
    ...made.findings.map(([step, state, text]) => make("tr", "", ...cells(step, state, text))),
  );
  part("facts").replaceChildren(
    ...made.facts.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", make("bdi", "", value))]),
  );
  await sheet("/css/check_sheet.css");
  part("sheet").hidden = false;
}

button("copy").addEventListener("click", async () => {
  const done = await navigator.clipboard.writeText(sheetText).then(
    () => true,
    () => false,
  );
  setText(button("copy"), t(done ? "Copied" : "Not allowed"));
  button("copy").addEventListener("blur", () => setText(button("copy"), t("Copy")), { once: true });
});
button("print").addEventListener("click", () => print());
