// Electronic prescriptions of the patient at the counter: listed, fetched, verified, checked by the
// pharmacist's own code. What is checked goes into the basket and is settled like the rest.

import { wireTime } from "./times.js";

const PASSED = "1";
const TAKEN = "1";

/** A message was refused. */
export class Refused extends Error {
  constructor(refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/**
 * 7201: what the patient may have.
 *
 * @param {import("./centre.js").Centre} centre
 * @param {object} patient of the machine's state; whose name is not kept, so it is asked for again
 * @returns {Promise<{auth: string, token: string, where: string, until: string}[]>}
 */
export async function listed(centre, { token, shown = "01", serial = "" }) {
  const { baseinfo } = await given(centre, "1101", {
    mdtrt_cert_type: shown, mdtrt_cert_no: token, card_sn: serial, begntime: "", psn_cert_type: "",
    certno: "", psn_name: "",
  });
  const { data = [] } = await asked(centre, "7201", {
    psnName: baseinfo.psn_name, psnCertType: baseinfo.psn_cert_type, certno: baseinfo.certno,
    [shown === "03" ? "regSn" : "ecToken"]: token,
  });
  return data.map((row) => ({
    auth: row.authRxno, token: row.epcToken, where: `${row.fixmedinsName} ${row.deptName}`,
    until: String(row.valiEndTime).slice(0, 16),
  }));
}

/**
 * 7204, 7205: one of them whole; `genuine` is whether its document is the one that was signed.
 *
 * @returns {Promise<{rxno: string, medType: string, token: string, verified: string, genuine: boolean,
 *   drugs: {code: string, name: string, cnt: string, unit: string, usage: string, taken: boolean}[]}>}
 */
export async function fetched(centre, { auth, token }) {
  const { data: head, rxOtpinfo, rxDetlList = [] } = await asked(centre, "7204",
    { authRxno: auth, epcToken: token });
  const { data: seen } = await asked(centre, "7205", {
    hiRxno: head.hiRxno, rxTraceCode: head.rxTraceCode, rxFile: head.rxFile, epcToken: token,
  });
  return {
    rxno: head.hiRxno, medType: rxOtpinfo.medType, token, verified: seen.rxSignVerifySn,
    genuine: seen.flag === true, drugs: rxDetlList.map(drugOf),
  };
}

/** 7206: the pharmacist says yes, by the own code. */
export async function checked(centre, rx, code) {
  const { till } = centre;
  const who = await given(centre, "6101", {
    ecQrCode: code, orgId: till.code, businessType: "02121", operatorId: till.opter,
    operatorName: till.opterName, officeId: "01", officeName: "收银台",
  });
  await asked(centre, "7206", {
    hiRxno: rx.rxno, epcToken: rx.token, rxSignVerifySn: rx.verified, ecToken: who.ecToken,
    pharCertType: who.idType, pharCertno: who.idNo, pharName: who.userName, pharCode: till.opter,
    rxChkOpnn: "合理", rxChkStasCodg: PASSED, rxChkTime: wireTime(new Date()),
  });
}

/** What of it can be sold at this shop's prices, and the names of what can't. */
export function priced(rx, items) {
  const wanted = rx.drugs.filter((drug) => !drug.taken);
  const listOf = (drug) => items.find((one) => one.med_list_codg === drug.code);
  return {
    lines: wanted.filter(listOf).map((drug) => ({
      item: { ...listOf(drug), rxno: rx.rxno, medType: rx.medType }, cnt: drug.cnt,
    })),
    missing: wanted.filter((drug) => !listOf(drug)).map((drug) => drug.name),
  };
}

function drugOf(drug) {
  return {
    code: drug.medListCodg, name: `${drug.drugGenname} ${drug.drugSpec}`, cnt: String(Number(drug.drugCnt)),
    unit: drug.drugDosunt, usage: `${drug.medcWayDscr} ${drug.usedFrquName}`,
    taken: String(drug.takeDrugFlag) === TAKEN,
  };
}

function asked(centre, infno, more) {
  const { code, name, opter, opterName } = centre.till;
  return given(centre, infno, {
    fixmedinsCode: code, fixmedinsName: name, opter, opterName, optinsNo: code, ipInfo: "127.0.0.1",
    devInfo: "qinji till", ...more,
  });
}

async function given(centre, infno, data) {
  const answer = await centre.ask(infno, { data });
  if (!answer.ok) throw new Refused(answer.refusal);
  return answer.output;
}
