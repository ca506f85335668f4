// Finds an item on the price list, with the keyboard alone.

import { fill, h } from "/common/dom.js";
import { yuan, fenOfProduct } from "/common/money.js";

import { overLimit, refreshed, withCatalogue } from "./catalogue.js";
import { Lost } from "./centre.js";
import { look, readShelf } from "./shelf.js";
import { keepCatalogue, keepShelf, keptCatalogue, keptShelf } from "./shelf_store.js";
import { t } from "./words.js";

export function finderView(centre, tell) {
  const { till } = centre;
  const listed = () => withCatalogue(keptShelf(till.code), keptCatalogue(till.code));
  let items = listed();
  let at = 0;
  let result = { found: [], cnt: "1" };
  const list = h("ul", { id: "found", class: "found", role: "listbox", hidden: true });
  list.setAttribute("aria-label", t("find_label"));
  const said = h("p", { class: "small soft", role: "status" });
  const field = h("input", {
    id: "find", role: "combobox", autocomplete: "off", spellcheck: "false",
    placeholder: t("find_hint"), "aria-controls": "found", "aria-expanded": "false",
    "aria-autocomplete": "list",
  });
  const take = (item) => {
    tell({ type: "add", item, cnt: result.cnt });
    field.value = "";
    seek();
  };
  const seek = () => {
    result = look(items, field.value);
    at = 0;
    draw();
  };
  const draw = () => {
    const open = result.found.length > 0;
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (open) field.setAttribute("aria-activedescendant", `found-${at}`);
    else field.removeAttribute("aria-activedescendant");
    fill(list, result.found.map((item, index) => option(item, index === at, index, take, point)));
    const typed = field.value.trim();
    const none = typed && !open ? t("find_none", { what: typed }) : "";
    said.textContent = none || t("shelf_loaded", { n: items.length });
  };
  const point = (index) => {
    if (index === at) return;
    at = index;
    draw();
  };
  const move = (by) => {
    at = (at + by + result.found.length) % result.found.length;
    draw();
  };
  const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => take(result.found[at]) };
  field.addEventListener("input", seek);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") field.value = "";
    if (event.key === "Escape") seek();
    if (!keys[event.key] || result.found.length === 0) return;
    event.preventDefault();
    keys[event.key]();
  });
  const load = async (file) => {
    const { items: read, wrongLines } = readShelf(await file.text());
    keepShelf(till.code, read);
    keepCatalogue(till.code, {});
    items = listed();
    seek();
    if (wrongLines.length > 0) {
      said.textContent = t("shelf_wrong", { lines: wrongLines.slice(0, 10).join(", ") });
    }
  };
  const refresh = async () => {
    said.textContent = t("catalogue_asking");
    said.textContent = await brought(centre, items);
    items = listed();
    result = look(items, field.value);
  };
  draw();
  return {
    element: h(
      "section",
      { class: "card stack finder" },
      h("label", { for: "find" }, t("find_label"), " ", h("kbd", {}, "F3")),
      h("div", { class: "finding" }, field, list),
      h("div", { class: "row" }, said, refreshButton(refresh), chooseFile(load)),
    ),
    focus: () => field.focus(),
  };
}

function option(item, chosen, index, take, point) {
  const attributes = {
    id: `found-${index}`, role: "option", "aria-selected": String(chosen),
    onmousemove: () => point(index), // one row is chosen, by whatever hand
    onmousedown: (event) => {
      event.preventDefault(); // the field keeps the cursor
      take(item);
    },
  };
  return h(
    "li",
    attributes,
    h("span", { class: "what" }, item.name),
    overLimit(item)
      ? h("span", { class: "tag warn" }, t("over_limit", { limit: item.limit }))
      : h("span", { class: "soft small" }, item.short),
    h("span", { class: "number" }, yuan(fenOfProduct(item.pric, "1"))),
  );
}

/** Asks what insurance says now; what came of it in a sentence. */
async function brought(centre, items) {
  const { code } = centre.till;
  try {
    const { held, changed, refusal } = await refreshed(centre, items, keptCatalogue(code));
    if (refusal) return `${refusal.sentence}${refusal.next}`;
    keepCatalogue(code, held);
    const over = withCatalogue(items, held).filter(overLimit).length;
    const none = items.filter((item) => !held.items[item.med_list_codg]).length;
    return t("catalogue_told", { n: changed, over, none });
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return t("line_down");
  }
}

function refreshButton(refresh) {
  const button = h("button", { type: "button", class: "plain push small", id: "refresh" },
    t("catalogue_refresh"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    await refresh();
    button.disabled = false;
  });
  return button;
}

function chooseFile(load) {
  const file = h("input", {
    type: "file", accept: ".csv,text/csv", hidden: true, tabindex: "-1",
    onchange: (event) => event.target.files[0] && load(event.target.files[0]),
  });
  const choose = { type: "button", class: "plain small", onclick: () => file.click() };
  return [h("button", choose, t("shelf_load")), file];
}
