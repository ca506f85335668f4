// Signed papers in a batch: a file, and what became of each row of it.

import { fill, h } from "/common/dom.js";

import { Refused, call } from "./api.js";
import { table, trouble } from "./parts.js";
import { t } from "./words.js";

const COLUMNS = "form_no,kind,psn_name,psn_cert_type,certno,other_name,other_cert_type,other_certno,relation,agreed,reason,ends_on,cap_per_use,cap_day,cap_month,cap_year,proof_kind,proof_no";

export function papersView(shell) {
  const told = h("div", { "aria-live": "polite", id: "papers-told" });
  const file = h("input", { type: "file", id: "papers-file", accept: ".csv,text/csv", required: true });
  const send = h("button", { type: "submit", class: "main" }, t("papers_send"));
  const element = h("form", { class: "card stack", onsubmit: submit, "aria-label": t("tab_papers") },
    h("h2", {}, t("tab_papers")), h("p", {}, t("papers_hint")),
    h("p", { class: "code" }, t("papers_columns", { columns: COLUMNS })),
    h("div", {}, h("label", { for: "papers-file" }, t("papers_file")), file), h("div", {}, send), told);
  return { element, show: () => file.focus() };

  async function submit(event) {
    event.preventDefault();
    send.disabled = true;
    fill(told);
    try {
      const report = await call("POST", "/authorisations", { table: await file.files[0].text() });
      const counts = { done: report.done, known: report.known, refused: report.refused.length };
      fill(told, h("p", { class: `notice ${report.refused.length ? "warn" : "good"}`, role: "status" }, t("papers_report", counts)),
        report.refused.length > 0 && table(t("tab_papers"), [t("line"), t("column"), t("why")],
          report.refused.map((one) => [one.line, one.column, one.why])));
    } catch (error) {
      if (error instanceof Refused && error.status === 401) shell.ended();
      else fill(told, trouble(error));
    } finally {
      send.disabled = false;
    }
  }
}
