// The window with the patient's prescriptions: choose one, let the pharmacist check it, sell it.

import { fill, h } from "/common/dom.js";

import { Lost } from "./centre.js";
import { checked, fetched, listed, priced, Refused } from "./prescriptions.js";
import { digitsOf, isCode } from "./scanner.js";
import { keptShelf } from "./shelf_store.js";
import { ask, notice, refusalNotice } from "./view_parts.js";
import { t } from "./words.js";

/** Opens it for the patient at the counter. */
export function askPrescriptions(desk) {
  const { patient } = desk.state;
  if (!patient) return;
  const body = h("div", { class: "stack", "aria-live": "polite" });
  const { dialog, close } = ask(t("rx_title"), body, (shut) => [
    h("button", { type: "button", onclick: shut }, t("close")),
  ]);
  dialog.classList.add("prescriptions");
  const step = (work) => carefully(body, work);
  const choose = (row) => step(async () => fill(body, whole(await fetched(desk.centre, row), check)));
  const check = (rx, code) => step(async () => {
    await checked(desk.centre, rx, code);
    const { lines, missing } = priced(rx, keptShelf(desk.centre.till.code));
    for (const { item, cnt } of lines) desk.tell({ type: "add", item, cnt });
    if (missing.length === 0) close();
    else fill(body, notice("warn", t("rx_missing", { names: missing.join("、") })));
  });
  step(async () => {
    fill(body, rows(await listed(desk.centre, patient), choose));
    body.querySelector("button")?.focus();
  });
}

async function carefully(body, work) {
  fill(body, h("p", { class: "soft", role: "status" }, t("rx_busy")));
  try {
    await work();
  } catch (error) {
    if (error instanceof Refused) fill(body, refusalNotice(error.refusal));
    else if (error instanceof Lost) fill(body, notice("bad", t("lost_read")));
    else throw error;
  }
}

function rows(list, choose) {
  if (list.length === 0) return h("p", {}, t("rx_none"));
  return list.map((row) => h(
    "button",
    { type: "button", class: "big", onclick: () => choose(row) },
    row.where, " ", h("span", { class: "soft small" }, t("rx_until", { until: row.until })),
  ));
}

function whole(rx, check) {
  const drugs = h("ul", { class: "goods" }, rx.drugs.map((drug) => h(
    "li",
    {},
    h("span", { class: "what" }, drug.name, " ", h("span", { class: "soft" }, drug.usage)),
    h("span", { class: "number" }, `${drug.cnt}${drug.unit}`),
    drug.taken ? h("span", { class: "tag" }, t("rx_taken")) : null,
  )));
  if (!rx.genuine) return [drugs, notice("bad", t("rx_false"))];
  const said = h("p", { class: "small soft", role: "status" });
  const field = h("input", { id: "pharmacist", class: "scan", autocomplete: "off", "data-takes": "code" });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const code = digitsOf(field.value);
    if (isCode(code)) check(rx, code);
    else said.textContent = t("not_a_code", { n: code.length });
  });
  setTimeout(() => field.focus());
  return [drugs, h("label", { for: "pharmacist" }, t("rx_pharmacist")), field, said];
}
