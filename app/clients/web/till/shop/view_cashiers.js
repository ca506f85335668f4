// The manager's door: who may sign in at this shop's tills. Opened with the institution's secret.

import { fill, h } from "/common/dom.js";
import { plain } from "/common/typed.js";

import { ask, notice } from "../view_parts.js";
import { cashiers, letGo, letIn, unpair } from "./pairing.js";
import { tried } from "./view_pin.js";
import { s } from "./words.js";

/**
 * Asks for the secret; then shows the cashiers.
 *
 * @param {object} till of this machine, with its secret
 * @param {() => void} again this machine is paired no more
 */
export function askManager(till, again) {
  const secret = h("input", { id: "manager-secret", type: "password", autocomplete: "off", required: true });
  const said = h("div", { role: "alert" });
  ask(s("manager_title"), [
    h("p", {}, s("manager_lead")),
    h("div", {}, h("label", { for: secret.id }, s("manager_secret")), secret),
    said,
  ], (close) => [
    h("button", { type: "button", onclick: close }, s("close")),
    h("button", {
      type: "button", class: "main", id: "manager-go",
      onclick: () => {
        if (secret.value.trim() !== till.secret) {
          fill(said, notice("bad", s("manager_wrong")));
          return;
        }
        close();
        showCashiers(till, again);
      },
    }, s("open")),
  ]);
}

function showCashiers(till, again) {
  const manager = { ...till, opter: "M", opterName: s("manager_called"), signNo: "" };
  const list = h("div", { class: "stack", id: "cashiers" });
  const said = h("div", { role: "alert" });
  const act = async (doing) => {
    fill(said);
    const told = await tried(doing);
    if (told.shown) fill(said, told.shown);
    else await draw();
    return !told.shown;
  };
  const draw = async () => {
    const told = await tried(() => cashiers(manager));
    fill(list, told.shown ?? told.output.opterinfo.filter((one) => one.vali_flag === "1").map(
      (one) => row(one, () => act(() => letGo(manager, one.opter_no))),
    ));
  };
  const form = newCashier((given) => act(() => letIn(manager, given)));
  draw();
  ask(s("cashiers"), [list, form, said], (close) => [
    h("button", {
      type: "button", class: "grave", id: "unpair",
      onclick: async () => {
        close();
        await unpair();
        again();
      },
    }, s("unpair")),
    h("button", { type: "button", class: "main", onclick: close }, s("close")),
  ]);
}

function row({ opter_no: number, opter_name: name }, gone) {
  return h("div", { class: "row nowrap cashier" },
    h("span", { class: "code" }, number), h("span", { class: "push-left" }, name),
    h("button", { type: "button", class: "small grave", onclick: gone, "aria-label": s("let_go_of", { name }) },
      s("let_go")));
}

/** Also a new PIN for one who has forgotten it. */
function newCashier(put) {
  const inputs = {
    opter: h("input", { id: "new-opter", required: true, maxlength: 20, autocomplete: "off" }),
    opterName: h("input", { id: "new-name", required: true, maxlength: 50, autocomplete: "off" }),
    pin: h("input", { id: "new-pin", type: "password", inputmode: "numeric", required: true, maxlength: 6, autocomplete: "off" }),
  };
  const submit = async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(Object.entries(inputs).map(([name, one]) => [name, plain(one.value).trim()]));
    if (await put(given)) for (const one of Object.values(inputs)) one.value = "";
  };
  return h(
    "form",
    { class: "stack", onsubmit: submit },
    h("h3", {}, s("new_cashier")),
    h("div", { class: "fields" },
      h("div", {}, h("label", { for: "new-opter" }, s("number")), inputs.opter),
      h("div", {}, h("label", { for: "new-name" }, s("name")), inputs.opterName),
      h("div", {}, h("label", { for: "new-pin" }, s("pin_new")), inputs.pin)),
    h("button", { type: "submit", id: "let-in" }, s("let_in")),
  );
}
