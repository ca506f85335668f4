"""Tills of pharmacies and clinics that do everything that moves money. They believe what they are
told; where they are told nothing they find out: they ask, send it again, or take it back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import Any

from app.clients.till.client import Answer, NotReachable, Sale, TillClient, Unknown
from app.clients.till.sale import sale_input, wire_time
from tests.crash.village import Bill, Patient, Village
from tests.faults.journal import Journal, Order, Story, now, reason

PATIENCE_S = 300.0
_NOT_FINAL = frozenset(("PROCESSING", "UNAVAILABLE", "BUSY"))
_AGAIN = frozenset(("VOIDED_TOO_LATE", *_NOT_FINAL))
"""Refusals that are no verdict: nothing was done, and the same may be asked for anew."""
_TOKEN = "TOKEN_"
_ANY_BILL = "03132"
"""A code that is shown for this pays visits, too."""
_NAMES = ("setl_id", "mdtrt_id", "psn_no")
_REGISTRATION = {
    "mdtrt_cert_type": "01", "atddr_no": "D1", "dr_name": "王医生", "dept_code": "A03",
    "dept_name": "内科", "caty": "A03",
}  # fmt: skip
_FEE = {
    "chrg_bchno": "B1", "rx_circ_flag": "0", "med_list_codg": "XQ99DEM001A001010100001",
    "cnt": "1", "det_item_fee_sumamt": "10.50", "pric": "10.50", "medins_list_codg": "m",
    "bilg_dept_codg": "A03", "bilg_dept_name": "内科",
    "bilg_dr_codg": "D1", "bilg_dr_name": "王医生", "hosp_appr_flag": "1",
}  # fmt: skip
_BILL = {
    "mdtrt_cert_type": "01", "med_type": "11", "medfee_sumamt": "10.50", "psn_setlway": "01",
    "chrg_bchno": "B1", "acct_used_flag": "1", "invono": "",
}  # fmt: skip
_ECHO = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


class Teller:
    """Sends a till's messages, and keeps the journal of them."""

    def __init__(self, journal: Journal, at: TillClient, chance: random.Random) -> None:
        self.journal = journal
        self.at = at
        self.chance = chance

    def order(self, infno: str, patient: Patient, input: dict[str, Any]) -> Order:
        order = Order(infno, self.at.new_msgid(), self.at.fixmedins_code, patient, input)
        self.journal.sends(order)
        return order

    async def once(self, order: Order) -> Answer | None:
        """Sends it, as the national text has it: what -1 says then is definite."""
        wait = self.chance.choice((None, None, 3))
        begun = now()
        answer = await self._call(order, wait)
        if answer is None or reason(answer) == "PROCESSING":
            order.doubtful = True
            return None
        return self._heard(order, answer, begun)

    async def insist(self, order: Order) -> Answer:
        """Sends it until it is answered. Of one that was sent before, what is said at the door says
        nothing."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                begun = now()
                answer = await self._call(order, 3)
                if answer is not None and _final(answer):
                    return self._heard(order, answer, begun)
                await asyncio.sleep(0.1)

    async def ask(self, infno: str, input: dict[str, Any], patient: Patient) -> Answer:
        """Something that moves no money, until it is answered; each time a new message."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                order = Order(infno, self.at.new_msgid(), self.at.fixmedins_code, patient, input)
                answer = await self._call(order, 3)
                if answer is not None and _final(answer):
                    return answer
                await asyncio.sleep(0.1)

    async def _call(self, order: Order, wait: int | None) -> Answer | None:
        place = order.patient.place
        try:
            return await self.at.call(order.infno, order.input, order.msgid, place, wait)
        except (NotReachable, Unknown):
            return None

    def _heard(self, order: Order, answer: Answer, begun: float) -> Answer:
        if order.ok and not answer.ok:
            self.journal.tell_wrong(order, f"told OK, and then {answer.err_msg}")
        order.answer = answer
        self.journal.hears(order, begun)
        return answer

    async def settle(self, infno: str, patient: Patient, input: dict[str, Any]) -> Story:
        """A bill; when nothing is told of it, until something is known."""
        story = Story(self.order(infno, patient, input))
        self.journal.stories.append(story)
        answer = await self.once(story.sale)
        if answer is None:
            answer = await self._find_out(story)
        if answer is not None and answer.ok:
            story.stands(answer.setlinfo)
        return story

    async def _find_out(self, story: Story) -> Answer | None:
        """None: it was taken back."""
        sale, found = story.sale, list[str]()
        way = self.chance.choice(("find", "again", "reverse"))
        if way == "find":
            answer = await self.ask("5203A", by_message(sale), sale.patient)
            found = [str(row["setl_id"]) for row in answer.rows if row["setl_type"] == "1"]
            way = "again" if answer.ok else "reverse"
        if way == "again":
            answer = await self.insist(sale)
            if answer.ok:
                if found and answer.setlinfo["setl_id"] not in found:
                    self.journal.tell_wrong(sale, f"5203A told of {found}")
                return answer
            if found:
                self.journal.tell_wrong(sale, f"5203A found it, and then {answer.err_msg}")
        await self.reverse(story, sale)
        sale.answer, sale.reversed = None, True
        return None

    async def reverse(self, story: Story, order: Order) -> bool:
        """2601, until it is done; whether it was. What undoes may be refused: the money that came
        back by it may be spent."""
        node = {"psn_no": order.patient.psn_no, "omsgid": order.msgid, "oinfno": order.infno}
        while True:
            undo = self.order("2601", order.patient, {"data": node})
            answer = await self.once(undo) or await self.insist(undo)
            if answer.ok or reason(answer) not in _AGAIN:
                break
        story.touched |= answer.ok
        if answer.ok and order is story.sale:
            story.stands({})
        elif order is story.sale:
            self.journal.tell_wrong(order, f"can't be taken back: {answer.err_msg}")
        return answer.ok

    async def undo(self, story: Story, infno: str, more: Mapping[str, Any] | None = None) -> Order:
        """2103, 2208, 2103A: takes back what stands, or a part of it."""
        answer = story.sale.answer
        assert answer is not None
        data = {name: answer.setlinfo[name] for name in _NAMES}
        order = self.order(infno, story.sale.patient, {"data": data, **(more or {})})
        told = await self.once(order) or await self.insist(order)
        story.touched |= told.ok
        if told.ok:
            story.stands(told.setlinfo if infno == "2103A" else {})
        return order


def by_message(order: Order) -> dict[str, Any]:
    """What 5203A asks with."""
    node = {"psn_no": order.patient.psn_no, "medins_setl_id": order.msgid}
    return {"data": node | {"mdtrt_id": "", "med_type": ""}}


def _final(answer: Answer) -> bool:
    return answer.ok or not (answer.at_the_door or reason(answer) in _NOT_FINAL)


async def purchase(teller: Teller, village: Village) -> None:
    """A bill over the counter, now and then looked at before; often something is undone of it."""
    chance, bill = teller.chance, village.bill()
    input = await _bought(teller, village, bill)
    if chance.random() < 0.2:
        preview = Order(
            "2101", teller.at.new_msgid(), teller.at.fixmedins_code, bill.patient, input
        )
        await teller._call(preview, None)
    story = await teller.settle("2102", bill.patient, input)
    if not story.total_fen:
        if story.sale.told.startswith(_TOKEN):
            village.forget_token(bill.patient, teller.at.fixmedins_code)
        return
    before, deed = story.figures, chance.random()
    if deed < 0.2:
        undo = await teller.undo(story, "2103")
    elif deed < 0.5:
        line = input["drugdetail"][0]
        back = {"drugdetail": [{"feedetl_sn": line["feedetl_sn"], "cnt": "0.5"}]}
        undo = await teller.undo(story, "2103A", back)
        if chance.random() < 0.2:
            await teller.reverse(story, story.sale)
            return
    elif deed < 0.65:
        await teller.reverse(story, story.sale)
        return
    else:
        return
    if undo.ok and chance.random() < 0.3 and await teller.reverse(story, undo):
        story.total_fen, story.accounts_fen = before


async def _bought(teller: Teller, village: Village, bill: Bill) -> dict[str, Any]:
    token = await village.token(bill.patient, teller.at.fixmedins_code)
    sale = Sale(bill.patient.psn_no, token, bill.insutype, bill.patient.place, bill.items)
    return sale_input(sale, teller.at.clock.now())


async def visit(teller: Teller, village: Village) -> None:
    """A visit to the clinic: registered, its lines told, settled, sometimes taken back."""
    chance, at = teller.chance, teller.at
    patient = village.random.choice(village.patients)
    token = await village.token(patient, at.fixmedins_code, _ANY_BILL)
    begun = wire_time(at.clock.now())
    known = {"psn_no": patient.psn_no, "insutype": patient.insutype, "mdtrt_cert_no": token}
    number = f"N{at.new_msgid()[-16:]}"
    register = _REGISTRATION | known | {"begntime": begun, "ipt_otp_no": number}
    registered = await teller.ask("2201", {"data": register}, patient)
    if not registered.ok:
        village.forget_token(patient, at.fixmedins_code)
        return
    mdtrt_id = str(registered.output["data"]["mdtrt_id"])
    fee = _FEE | {"feedetl_sn": number, "mdtrt_id": mdtrt_id, "psn_no": patient.psn_no}
    await teller.ask("2204", {"feedetail": [fee | {"fee_ocur_time": begun}]}, patient)
    bill = _BILL | known | {"mdtrt_id": mdtrt_id}
    before = await teller.ask("2206", {"data": bill}, patient)
    if not before.ok:
        village.forget_token(patient, at.fixmedins_code)
        return
    echo = {name: str(before.setlinfo.get(name, 0)) for name in _ECHO}
    story = await teller.settle("2207", patient, {"data": bill | echo})
    if story.total_fen and chance.random() < 0.3:
        whole = story.figures
        undo = await teller.undo(story, "2208")
        if undo.ok and chance.random() < 0.3 and await teller.reverse(story, undo):
            story.total_fen, story.accounts_fen = whole
