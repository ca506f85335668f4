"""The tills' side of the national interface: envelope, signature, repeating what got no answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import TracebackType
from typing import Any

import aiohttp

from app.kit.clock import Clock, SystemClock, local
from app.kit.money import fen_of_product, yuan_text
from app.pos.journal import Counter, Journal, MsgIds
from app.pos.signing import SCHEMES, sign_hmac_sm3, sign_tif

__all__ = ["SCHEMES", "Answer", "Item", "Sale", "TillClient", "sign_hmac_sm3", "sign_tif"]

CALL_PATH = "/fsi/api/rsfComIfsService/callService"
MOVES_MONEY = frozenset(("2102", "2103", "2601"))
_WAIT_DEFAULT_S = 8
_MARGIN_S = 5.0
_KEPT = ("setl_id", "mdtrt_id", "psn_no", "medfee_sumamt")


class NotReachable(Exception):
    """Nobody listens there; nothing was sent."""


class Unknown(Exception):
    """No answer came, however often it was asked: the message may or may not have been applied."""

    def __init__(self, infno: str, msgid: str) -> None:
        super().__init__(f"no answer to {infno} {msgid}")
        self.infno = infno
        self.msgid = msgid


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre answered; ``infcode`` 0 is yes."""

    infcode: int
    err_msg: str
    output: dict[str, Any]
    inf_refmsgid: str = ""
    msgid: str = ""

    @property
    def ok(self) -> bool:
        return self.infcode == 0

    @property
    def setlinfo(self) -> dict[str, Any]:
        """The settlement's node, or an empty one."""
        found = self.output.get("setlinfo")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a sale; the price in yuan, at most six places."""

    med_list_codg: str
    cnt: Decimal
    pric: Decimal
    name: str = ""

    @property
    def amount_fen(self) -> int:
        return fen_of_product(self.pric, self.cnt)


@dataclass(frozen=True, slots=True)
class Sale:
    """What 2101 and 2102 are told: for whom, by which credential, what."""

    psn_no: str
    mdtrt_cert_no: str
    insutype: str
    insuplc: str
    items: Sequence[Item]
    mdtrt_cert_type: str = "01"
    med_type: str = "41"
    acct_used_flag: str = "1"
    invono: str = ""

    @property
    def total_fen(self) -> int:
        return sum(item.amount_fen for item in self.items)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who stands at the till."""

    opter: str = "T01"
    opter_name: str = "收银员"
    opter_type: str = "1"
    office_id: str = "01"
    office_name: str = "收银台"


@dataclass(slots=True)
class TillClient:
    """A till of one institution. Use it as ``async with TillClient(...) as till``.

    ``retry_waits_s`` are the pauses before each repetition of a message that got no answer.
    """

    base_url: str
    fixmedins_code: str
    fixmedins_name: str
    admdvs: str
    key_id: str
    secret: str = field(repr=False)
    scheme: str = "hmac-sm3"
    operator: Operator = field(default_factory=Operator)
    msgids: MsgIds = field(default_factory=Counter)
    journal: Journal | None = None
    clock: Clock = field(default_factory=SystemClock)
    retry_waits_s: Sequence[float] = (0.5, 1.0, 2.0, 4.0)
    sign_no: str = ""
    session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> TillClient:
        if self.session is None:
            self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.session is not None:
            await self.session.close()
            self.session = None

    def new_msgid(self) -> str:
        return self.msgids.next(self.fixmedins_code, self.clock.now())

    def body(self, infno: str, input: dict[str, Any], msgid: str, insuplc: str = "") -> bytes:  # noqa: A002
        """The envelope of gateway.md §1.2 as UTF-8 JSON."""
        now = local(self.clock.now())
        envelope = {
            "infno": infno, "msgid": msgid, "mdtrtarea_admvs": self.admdvs,
            "insuplc_admdvs": insuplc, "recer_sys_code": "QINJI", "dev_no": "",
            "dev_safe_info": "", "cainfo": "", "signtype": "SM3", "infver": "V1.0",
            "opter_type": self.operator.opter_type, "opter": self.operator.opter,
            "opter_name": self.operator.opter_name, "inf_time": _text(now),
            "fixmedins_code": self.fixmedins_code, "fixmedins_name": self.fixmedins_name[:20],
            "sign_no": self.sign_no, "input": input,
        }  # fmt: skip
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()

    async def call(
        self,
        infno: str,
        input: dict[str, Any],  # noqa: A002
        msgid: str | None = None,
        insuplc: str | None = None,
        wait: int | None = None,
    ) -> Answer:
        """One transaction; the same message is sent again while no final answer comes.

        ``wait`` is how long the centre may take to answer, in seconds (0 to 20).

        Raises:
            NotReachable: nothing was sent.
            Unknown: it was sent, and no final answer came.
        """
        msgid = msgid or self.new_msgid()
        body = self.body(infno, input, msgid, insuplc or "")
        keep = self.journal if infno in MOVES_MONEY else None
        if keep is not None:
            keep.sending(msgid, infno, body)
        answer = await self._insist(infno, msgid, body, wait)
        if keep is not None:
            keep.answered(msgid, _kept(answer))
        return answer

    async def _insist(self, infno: str, msgid: str, body: bytes, wait: int | None) -> Answer:
        maybe_sent = False
        for pause in (0.0, *self.retry_waits_s):
            await asyncio.sleep(pause)
            try:
                answer = await self._send(body, msgid, wait)
            except aiohttp.ClientConnectorError as error:
                if not maybe_sent:
                    raise NotReachable(str(error)) from error
            except (aiohttp.ClientError, TimeoutError, ValueError):
                maybe_sent = True
            else:
                if answer.ok or not answer.err_msg.startswith("PROCESSING"):
                    return answer
                maybe_sent = True
        raise Unknown(infno, msgid)

    async def _send(self, body: bytes, msgid: str, wait: int | None) -> Answer:
        assert self.session is not None, "use the till inside 'async with'"
        headers = SCHEMES[self.scheme](self.key_id, self.secret, body, self._unix())
        headers["content-type"] = "application/json; charset=utf-8"
        if wait is not None:
            headers["prefer"] = f"wait={wait}"
        limit = (_WAIT_DEFAULT_S if wait is None else wait) + _MARGIN_S
        async with self.session.post(
            self.base_url.rstrip("/") + CALL_PATH,
            data=body,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=limit),
        ) as response:
            return _answer(msgid, response.status, await response.read())

    def _unix(self) -> int:
        return int(self.clock.now().timestamp())

    async def sign_in(self, mac: str = "00-00-00-00-00-00", ip: str = "127.0.0.1") -> Answer:
        """9001; the sign_no goes into every later message."""
        node = {"opter_no": self.operator.opter, "mac": mac, "ip": ip}
        answer = await self.call("9001", {"signIn": node})
        self.sign_no = str((answer.output.get("signinoutb") or {}).get("sign_no") or self.sign_no)
        return answer

    async def sign_out(self) -> Answer:
        """9002."""
        node = {"sign_no": self.sign_no, "opter_no": self.operator.opter}
        answer = await self.call("9002", {"signOut": node})
        if answer.ok:
            self.sign_no = ""
        return answer

    async def decode(self, code: str, business_type: str = "02121") -> Answer:
        """6101: the 28 digits of a phone into the patient's ecToken."""
        who = self.operator
        node = {
            "ecQrCode": code, "orgId": self.fixmedins_code, "businessType": business_type,
            "operatorId": who.opter, "operatorName": who.opter_name,
            "officeId": who.office_id, "officeName": who.office_name,
        }  # fmt: skip
        return await self.call("6101", {"data": node})

    async def person(
        self, token: str, *, cert_type: str = "01", certno: str = "", psn_name: str = ""
    ) -> Answer:
        """1101: who the patient is and how insured."""
        node = {
            "mdtrt_cert_type": "01", "mdtrt_cert_no": token, "card_sn": "", "begntime": "",
            "psn_cert_type": cert_type, "certno": certno, "psn_name": psn_name,
        }  # fmt: skip
        return await self.call("1101", {"data": node})

    async def preview(self, sale: Sale, wait: int | None = None) -> Answer:
        """2101: what would be paid by whom."""
        return await self.call("2101", self._sale(sale), insuplc=sale.insuplc, wait=wait)

    async def settle(
        self, sale: Sale, msgid: str | None = None, wait: int | None = None
    ) -> Answer:
        """2102."""
        return await self.call("2102", self._sale(sale), msgid, sale.insuplc, wait)

    async def cancel(self, setl_id: str, mdtrt_id: str, psn_no: str, insuplc: str) -> Answer:
        """2103: undoes a settlement whose answer came."""
        node = {"setl_id": setl_id, "mdtrt_id": mdtrt_id, "psn_no": psn_no}
        return await self.call("2103", {"data": node}, insuplc=insuplc)

    async def reverse(self, omsgid: str, oinfno: str, psn_no: str, insuplc: str) -> Answer:
        """2601: undoes a message whose answer never came."""
        node = {"psn_no": psn_no, "omsgid": omsgid, "oinfno": oinfno}
        return await self.call("2601", {"data": node}, insuplc=insuplc)

    async def query(self, psn_no: str, setl_id: str, mdtrt_id: str, insuplc: str) -> Answer:
        """5203: a settlement as the centre has it."""
        node = {"psn_no": psn_no, "setl_id": setl_id, "mdtrt_id": mdtrt_id}
        return await self.call("5203", {"data": node}, insuplc=insuplc)

    def _sale(self, sale: Sale) -> dict[str, Any]:
        """druginfo and drugdetail of gateway.md §2.4; amounts as text, so that none is a float."""
        now = _text(local(self.clock.now()))
        stem = f"{time.time_ns() // 1_000_000:x}"
        head = {
            "psn_no": sale.psn_no, "mdtrt_cert_type": sale.mdtrt_cert_type,
            "mdtrt_cert_no": sale.mdtrt_cert_no, "begntime": now,
            "medfee_sumamt": yuan_text(sale.total_fen), "invono": sale.invono,
            "insutype": sale.insutype, "dise_codg": "", "dise_name": "",
            "acct_used_flag": sale.acct_used_flag, "med_type": sale.med_type,
        }  # fmt: skip
        lines = [
            {
                "feedetl_sn": f"{stem}{number:04d}", "rxno": "", "rx_circ_flag": "0",
                "fee_ocur_time": now, "med_list_codg": item.med_list_codg,
                "medins_list_codg": item.med_list_codg,
                "det_item_fee_sumamt": yuan_text(item.amount_fen),
                "cnt": f"{item.cnt:f}", "pric": f"{item.pric:f}",
                "sin_dos_dscr": "", "used_frqu_dscr": "", "prd_days": "0", "medc_way_dscr": "",
                "bilg_dr_codg": "", "bilg_dr_name": "", "tcmdrug_used_way": "",
            }
            for number, item in enumerate(sale.items, 1)
        ]  # fmt: skip
        return {"druginfo": head, "drugdetail": lines}


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _answer(msgid: str, status: int, raw: bytes) -> Answer:
    """Reads the envelope of gateway.md §1.3, liberally.

    Raises:
        ValueError: a failing server or something between answered, not the centre.
    """
    try:
        value = json.loads(raw, parse_float=Decimal)
        infcode = int(value["infcode"])
    except (ValueError, KeyError, TypeError):
        if status < 500:
            return Answer(-1, f"HTTP_{status} 对方不是医保接口，请核对地址", {}, "", msgid)
        raise ValueError(f"HTTP {status} without an envelope") from None
    output = value.get("output")
    return Answer(
        infcode,
        str(value.get("err_msg") or ""),
        output if isinstance(output, dict) else {},
        str(value.get("inf_refmsgid") or ""),
        msgid,
    )


def _kept(answer: Answer) -> dict[str, Any]:
    """What the journal keeps of an answer: the verdict and ids, no name and no token."""
    kept = {name: str(answer.setlinfo[name]) for name in _KEPT if answer.setlinfo.get(name)}
    return {"infcode": answer.infcode, "err_msg": answer.err_msg, **kept}
