"""The tills' side of the national interface: envelope, signature, repeating what got no answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

import aiohttp

from app.clients.till.answer import Answer, NotReachable, Unknown, kept_of, read_answer
from app.clients.till.journal import Counter, Journal, MsgIds
from app.clients.till.sale import Item, Sale, sale_input, wire_time
from app.clients.till.signing import SCHEMES, SM2, sign_hmac_sm3, sign_sm2, sign_tif
from app.kit.clock import Clock, SystemClock

__all__ = [
    "SCHEMES", "Answer", "Item", "NotReachable", "Operator", "Sale", "TillClient", "Unknown",
    "sign_hmac_sm3", "sign_tif",
]  # fmt: skip

CALL_PATH = "/fsi/api/rsfComIfsService/callService"
MOVES_MONEY = frozenset(("2102", "2103", "2103A", "2601"))
_FILE = "application/octet-stream"
_WAIT_DEFAULT_S = 8
_MARGIN_S = 5.0
_PROCESSING, _BUSY = "PROCESSING", "BUSY"


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
    dev_no: str = ""
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

    def body(self, infno: str, input: dict[str, Any], msgid: str, insuplc: str = "") -> bytes:
        """The envelope around ``input`` as UTF-8 JSON (WIRE Envelope)."""
        now = self.clock.now()
        envelope = {
            "infno": infno,
            "msgid": msgid,
            "mdtrtarea_admvs": self.admdvs,
            "insuplc_admdvs": insuplc,
            "recer_sys_code": "QINJI",
            "dev_no": self.dev_no,
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": "SM3",
            "infver": "V1.0",
            "opter_type": self.operator.opter_type,
            "opter": self.operator.opter,
            "opter_name": self.operator.opter_name,
            "inf_time": wire_time(now),
            "fixmedins_code": self.fixmedins_code,
            "fixmedins_name": self.fixmedins_name[:20],
            "sign_no": self.sign_no,
            "input": input,
        }
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()

    async def call(
        self,
        infno: str,
        input: dict[str, Any],
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
            keep.answered(msgid, kept_of(answer))
        return answer

    async def _insist(self, infno: str, msgid: str, body: bytes, wait: int | None) -> Answer:
        maybe_sent, busy, door = False, None, ""
        cause: Exception | None = None
        for pause in (0.0, *self.retry_waits_s):
            await asyncio.sleep(pause)
            try:
                answer = await self._send(body, msgid, wait)
            except aiohttp.ClientConnectorError as error:
                if not maybe_sent:
                    raise NotReachable(str(error)) from error
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                maybe_sent, cause = True, error
            else:
                if answer.err_msg.startswith(_BUSY):  # nothing was taken this time
                    busy = answer
                elif maybe_sent and answer.at_the_door and infno in MOVES_MONEY:
                    door = answer.err_msg
                elif answer.ok or not answer.err_msg.startswith(_PROCESSING):
                    return answer
                else:
                    maybe_sent = True
        if busy is not None and not maybe_sent:
            return busy
        raise Unknown(infno, msgid, door) from cause

    async def download(
        self,
        file_qury_no: str,
        filename: str,
        version: str | None = None,
        *,
        limit_s: float | None = None,
    ) -> bytes | Answer:
        """9102: the file's bytes, or the centre's refusal; ``version``: of a list of 13xx, the one
        that was here before; ``limit_s``: so long may it take.

        Raises:
            Unknown: no file came, and no answer either.
        """
        node = {
            "file_qury_no": file_qury_no,
            "filename": filename,
            "fixmedins_code": self.fixmedins_code if version is None else version,
        }
        msgid = self.new_msgid()
        try:
            body = self.body("9102", {"data": node}, msgid)
            status, kind, raw = await self._post(body, None, limit_s)
            return raw if kind == _FILE else read_answer(msgid, status, raw)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unknown("9102", msgid) from error

    async def _send(self, body: bytes, msgid: str, wait: int | None) -> Answer:
        status, _, raw = await self._post(body, wait)
        return read_answer(msgid, status, raw)

    async def _post(
        self, body: bytes, wait: int | None, limit_s: float | None = None
    ) -> tuple[int, str, bytes]:
        assert self.session is not None, "use the till inside 'async with'"
        headers = {}
        if self.scheme == SM2:
            body = sign_sm2(self.key_id, self.secret, body, self.clock.now())
        else:
            headers = SCHEMES[self.scheme](self.key_id, self.secret, body, self._unix())
        headers["content-type"] = "application/json; charset=utf-8"
        if wait is not None:
            headers["prefer"] = f"wait={wait}"
        limit = (_WAIT_DEFAULT_S if wait is None else wait) + _MARGIN_S
        async with self.session.post(
            self.base_url.rstrip("/") + CALL_PATH,
            data=body,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=limit_s or limit),
        ) as response:
            return response.status, response.content_type, await response.read()

    def _unix(self) -> int:
        """In milliseconds: a repeat within the same second has another signature."""
        return int(self.clock.now().timestamp() * 1000)

    async def sign_in(self, mac: str = "00-00-00-00-00-00", ip: str = "127.0.0.1") -> Answer:
        """9001; the sign_no goes into every later message."""
        node = {"opter_no": self.operator.opter, "mac": mac, "ip": ip}
        answer = await self.call("9001", {"signIn": node})
        self.sign_no = str((answer.output.get("signinoutb") or {}).get("sign_no") or self.sign_no)
        return answer

    async def sign_in_by_pin(self, pin: str) -> Answer:
        """9001A: the same of a cashier whom the institution's manager has let in."""
        node = {"opter_no": self.operator.opter, "pin": pin}
        answer = await self.call("9001A", {"signIn": node})
        told = answer.output.get("signinoutb") or {}
        self.sign_no = str(told.get("sign_no") or self.sign_no)
        called = str(told.get("opter_name") or self.operator.opter_name)
        self.operator = replace(self.operator, opter_name=called)
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
            "ecQrCode": code,
            "orgId": self.fixmedins_code,
            "businessType": business_type,
            "operatorId": who.opter,
            "operatorName": who.opter_name,
            "officeId": who.office_id,
            "officeName": who.office_name,
        }
        return await self.call("6101", {"data": node})

    async def person(
        self,
        token: str,
        *,
        cert_type: str = "01",
        certno: str = "",
        psn_name: str = "",
        shown: str = "01",
        card_sn: str = "",
    ) -> Answer:
        """1101: who the patient is and how insured; ``shown``: what ``token`` is, a card's number
        with its ``card_sn`` (03), an ID number with its name (02)."""
        node = {
            "mdtrt_cert_type": shown,
            "mdtrt_cert_no": token,
            "card_sn": card_sn,
            "begntime": "",
            "psn_cert_type": cert_type,
            "certno": certno,
            "psn_name": psn_name,
        }
        return await self.call("1101", {"data": node})

    async def preview(self, sale: Sale, wait: int | None = None) -> Answer:
        """2101: what would be paid by whom."""
        return await self.call(
            "2101", sale_input(sale, self.clock.now()), insuplc=sale.insuplc, wait=wait
        )

    async def settle(self, sale: Sale, msgid: str | None = None, wait: int | None = None) -> Answer:
        """2102."""
        return await self.call(
            "2102", sale_input(sale, self.clock.now()), msgid, sale.insuplc, wait
        )

    async def cancel(self, setl_id: str, mdtrt_id: str, psn_no: str, insuplc: str) -> Answer:
        """2103: undoes a settlement whose answer came."""
        node = {"setl_id": setl_id, "mdtrt_id": mdtrt_id, "psn_no": psn_no}
        return await self.call("2103", {"data": node}, insuplc=insuplc)

    async def return_part(
        self,
        setl_id: str,
        mdtrt_id: str,
        psn_no: str,
        insuplc: str,
        lines: Sequence[Mapping[str, object]],
    ) -> Answer:
        """2103A: gives some of a purchase back; ``lines``: serial, count, and codes of boxes."""
        node = {"setl_id": setl_id, "mdtrt_id": mdtrt_id, "psn_no": psn_no}
        return await self.call("2103A", {"data": node, "drugdetail": list(lines)}, insuplc=insuplc)

    async def paid(self, msgid: str, way: str) -> Answer:
        """5203C: how the cash of a message's bill was paid, or given back."""
        return await self.call("5203C", {"data": {"medins_setl_id": msgid, "pay_way": way}})

    async def reverse(self, omsgid: str, oinfno: str, psn_no: str, insuplc: str) -> Answer:
        """2601: undoes a message whose answer never came."""
        node = {"psn_no": psn_no, "omsgid": omsgid, "oinfno": oinfno}
        return await self.call("2601", {"data": node}, insuplc=insuplc)

    async def found(self, psn_no: str, msgid: str, insuplc: str) -> Answer:
        """5203A: what a message of this till has done, by its own number."""
        node = {"psn_no": psn_no, "medins_setl_id": msgid, "mdtrt_id": "", "med_type": ""}
        return await self.call("5203A", {"data": node}, insuplc=insuplc)

    async def query(self, psn_no: str, setl_id: str, mdtrt_id: str, insuplc: str) -> Answer:
        """5203: a settlement as the centre has it."""
        node = {"psn_no": psn_no, "setl_id": setl_id, "mdtrt_id": mdtrt_id}
        return await self.call("5203", {"data": node}, insuplc=insuplc)
