// The day's end: what the shop knows against what the centre has (3201; where they differ 9101, 3202,
// 9102).

import { packed, unpacked } from "../zip.js";
import { Refused, shopDay } from "./day.js";
import { knownRows } from "./known.js";
import { fileText, groupsOf, readFile, rowsOf, totals } from "./rows.js";

/**
 * @param {import("../centre.js").Centre} centre
 * @param {string} day `yyyy-MM-dd`
 * @returns {Promise<{own: number, waits: number, groups: object[], differences: object[]}>}
 * @throws {Refused}
 * @throws {import("../centre.js").Lost}
 */
export async function reconcile(centre, day) {
  const { journal, till } = centre;
  const shop = await shopDay(centre, day);
  const rows = knownRows(shop, journal, day);
  const groups = [];
  for (const group of groupsOf(rows, till.admdvs, shop.offices)) {
    groups.push({ ...group, ...(await compared(centre, day, group, rowsOf(rows, group))) });
  }
  const differing = groups.filter((group) => group.verdict !== "0");
  const scopes = new Set(differing.map((group) => `${group.clrType},${group.agency}`));
  const differences = [];
  for (const scope of scopes) {
    const [clrType, agency] = scope.split(",");
    const mine = rowsOf(rows, { clrType, agency });
    differences.push(...(await explained(centre, day, { clrType, agency }, mine)));
  }
  return {
    own: rows.length, waits: shop.waits.length, groups: groups.map(named(shop.offices)),
    differences: differences.map((row) => ({ ...row, slip: slipOf(row, shop) })),
  };
}

/** A group with the name of its office, as far as the centre has told it. */
function named(offices) {
  const names = new Map(offices.map((one) => [one.clr_optins, one.clr_optins_name]));
  return (group) => ({ ...group, office: names.get(group.agency) ?? group.agency });
}

/** Whose slip a row that differs is of. */
function slipOf(row, shop) {
  const same = (one) => one.setl_id === row.setl_id
    || (!row.setl_id && one.medins_setl_id === row.msgid && one.medfee_sumamt === Number(row.medfee_sumamt));
  const found = shop.rows.find(same);
  return shop.slips.find((slip) => slip.msgid === (found?.medins_setl_id ?? row.msgid)) ?? null;
}

async function compared(centre, day, { insutype, clrType, agency }, rows) {
  const { cash_payamt: _, ...figures } = totals(rows);
  const { stmtinfo } = yes(
    await centre.ask("3201", {
      data: { insutype, clr_type: clrType, setl_optins: agency, ...period(day), ...figures },
    }),
  );
  const words = stmtinfo.stmt_rslt_dscr ?? "";
  return { verdict: unpadded(String(stmtinfo.stmt_rslt)), words, count: rows.length };
}

async function explained(centre, day, { clrType, agency }, rows) {
  const { code } = centre.till;
  const name = `${code}_${day.replaceAll("-", "")}_${clrType}_${agency}`;
  const file = packed(`${name}.txt`, new TextEncoder().encode(fileText(rows)));
  const sent = yes(
    await centre.ask("9101", {
      fsUploadIn: { in: base64(file), filename: `${name}.zip`, fixmedins_code: code },
    }),
  );
  const { acct_pay: _, ...figures } = totals(rows);
  const told = await centre.ask("3202", {
    data: {
      setl_optins: agency, clr_type: clrType, file_qury_no: sent.file_qury_no, ...period(day),
      ...figures,
    },
  });
  const { fileinfo } = yes(told);
  const answer = await centre.download({
    data: {
      file_qury_no: fileinfo.file_qury_no, filename: fileinfo.filename, fixmedins_code: code,
    },
  });
  if (!answer.ok) throw new Refused(answer.refusal);
  const found = readFile(await unpacked(answer.bytes))
    .map((row) => ({ ...row, stmt_rslt: unpadded(row.stmt_rslt) }));
  // What stands in no row, such as another sum of cash, is told beside the file.
  return told.warning ? [...found, { stmt_rslt: "103", memo: told.warning }] : found;
}

/** Without the zeros that some places write before a result. */
function unpadded(result) {
  return result.replace(/^0+(?=\d)/, "");
}

function yes(answer) {
  if (!answer.ok) throw new Refused(answer.refusal);
  return answer.output;
}

function period(day) {
  return { stmt_begndate: day, stmt_enddate: day };
}

function base64(bytes) {
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}
