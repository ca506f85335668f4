"""An institution that keeps its own books and compares them with the centre's."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from typing import Any

from app.clients.till.answer import Answer, kept_of
from app.clients.till.client import TillClient
from app.clients.till.day import Told, packed, told_on, totals, unpacked
from app.clients.till.journal import Entry
from app.kit.clock import local_date
from tests.till_world import BASIC, Member, Town


class ShopBooks:
    """What a till was told, and the calls that compare it."""

    def __init__(self, town: Town, till: TillClient | None = None) -> None:
        self.town = town
        self.till = till or town.till
        self.rows: list[Told] = []

    @property
    def day(self) -> date:
        return local_date(self.town.clock.now())

    def note(self, infno: str, answer: Answer) -> Told:
        assert answer.ok, answer.err_msg
        [told] = told_on([Entry(answer.msgid, infno, {}, kept_of(answer))], self.day)
        self.rows.append(told)
        return told

    async def buy(self, patient: Member, yuan: str, code: str = BASIC) -> Told:
        sale = await self.town.sale(patient, yuan, code, self.till)
        return self.note("2102", await self.till.settle(sale))

    async def cancel(self, told: Told, patient: Member) -> Told:
        answer = await self.till.cancel(told.setl_id, told.mdtrt_id, told.psn_no, patient.place)
        return self.note("2103", answer)

    def change(self, told: Told, **changed: Any) -> None:
        """Our books go wrong."""
        self.rows[self.rows.index(told)] = replace(told, **changed)

    async def ask_total(self, insutype: str = "310", /, **changed: Any) -> Answer:
        figures = totals(row for row in self.rows if row.insutype == insutype)
        del figures["cash_payamt"]
        return await self.till.call(
            "3201",
            {"data": self._head(figures | {"insutype": insutype, "clr_type": "41"}, changed)},
        )

    async def total(self, insutype: str = "310", **changed: Any) -> tuple[str, str]:
        """3201: the verdict and its words."""
        answer = await self.ask_total(insutype, **changed)
        assert answer.ok, answer.err_msg
        info = answer.output["stmtinfo"]
        assert info["setl_optins"] == "130199"
        return info["stmt_rslt"], info["stmt_rslt_dscr"]

    async def upload(self, content: bytes, **changed: Any) -> Answer:
        node = {
            "in": base64.b64encode(content).decode(),
            "filename": "对账.zip",
            "fixmedins_code": self.till.fixmedins_code,
        }
        return await self.till.call("9101", {"fsUploadIn": node | changed})

    async def ask_rows(self, content: bytes | None = None, /, **changed: Any) -> Answer:
        """9101, 3202."""
        sent = await self.upload(packed(self.rows, "x.txt") if content is None else content)
        assert sent.ok, sent.err_msg
        figures = totals(self.rows)
        del figures["acct_pay"]
        head = self._head(figures | {"file_qury_no": sent.output["file_qury_no"]}, changed)
        return await self.till.call("3202", {"data": head})

    async def differences(self, content: bytes | None = None, **changed: Any) -> list[Any]:
        """9101, 3202, 9102: the rows that differ."""
        answer = await self.ask_rows(content, **changed)
        assert answer.ok, answer.err_msg
        info = answer.output["fileinfo"]
        file = await self.till.download(info["file_qury_no"], info["filename"])
        assert isinstance(file, bytes), file
        return unpacked(file)

    def _head(self, figures: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
        period = {"stmt_begndate": self.day.isoformat(), "stmt_enddate": self.day.isoformat()}
        return {"setl_optins": "130199"} | period | figures | changed
