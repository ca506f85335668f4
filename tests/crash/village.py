"""A small village of made-up insured persons, and tills that insist until they are answered."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp

from app.api.http.middleware import AWAY
from app.clients.till.client import (
    Answer,
    Item,
    NotReachable,
    Operator,
    Sale,
    TillClient,
    Unknown,
)
from app.clients.till.sale import sale_input
from app.compose import Services
from app.domain.credential.errors import CODE_UNKNOWN
from app.domain.events.registering import registry_events
from app.domain.registry.imports.importer import (
    Watch,
    import_catalogue,
    import_institutions,
    import_people,
)
from app.domain.registry.imports.rows import PEOPLE
from app.kit.clock import local_date
from app.kit.reasons import Refusal
from app.kit.words.id_numbers import id_number
from app.local.demo import FOLDER
from app.regions.loader import Rulebook

FAMILIES = 24
RELATIVES = 3
_PATIENCE_S = 300
_AGAIN = ("UNAVAILABLE", "PROCESSING", "BUSY")
"""Answers that are no verdict: the same message is to be sent again."""
PHARMACY = (
    "P13010200001",
    "演示安康大药房",
    "130100",
    "demo-pharmacy-1",
    "demo-secret-not-for-real-use-1",
    "hmac-sm3",
)
OTHER = (
    "P13060200002",
    "演示惠民药店",
    "130600",
    "demo-pharmacy-2",
    "demo-secret-not-for-real-use-2",
    "tif",
)
_ITEMS = ("XQ99DEM001A001010100001", "XQ99DEM002A001010100002", "XQ99DEM003A001010100003")


@dataclass
class Patient:
    """Somebody who buys something."""

    id: int
    psn_no: str
    insutype: str
    place: str


@dataclass
class Bill:
    """One sale, under every msgid it was tried with, and all answers that were final."""

    patient: Patient
    items: tuple[Item, ...]
    insutype: str
    msgid: str = ""
    answers: list[Answer] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)


_BILLS_A_SCAN = 4
"""No region lets one scan pay fewer than five."""


class Village:
    """Families of one donor and three relatives who share the donor's account."""

    def __init__(self, services: Services, patients: Sequence[Patient], seed: int = 1) -> None:
        self.services = services
        self.patients = patients
        self.random = random.Random(seed)
        self._tokens: dict[tuple[int, str], str] = {}
        self._bills: dict[str, int] = {}

    @classmethod
    async def build(cls, services: Services, folder: Path, donor_yuan: int = 180) -> Village:
        """Loads the demo's institutions and catalogue, and the village's people; each donor has so
        much money of this year."""
        cipher, database, clock = services.people.cipher, services.database, services.clock
        refused: list[Any] = []
        watch = Watch(refused=refused.append)
        await import_catalogue(database, clock, FOLDER / "catalogue.csv", watch)
        institutions = FOLDER / "institutions.csv"
        await import_institutions(database, cipher, clock, institutions, watch, demo=True)
        path = folder / "people.csv"
        path.write_text("\n".join([",".join(PEOPLE), *_people(donor_yuan), ""]), encoding="utf-8")
        ending = registry_events(database, services.shared, Rulebook.load())
        await import_people(
            database, cipher, clock, path, watch, on_change=ending, renew=services.balances.renew
        )
        assert not refused
        await database.value("update institution set cross_region = true")
        now = clock.now()
        activated = "update person set activated_at = $1 where activated_at is null"
        await database.value(activated, now)
        await database.value(
            "insert into aid_grant (id, donor_id, beneficiary_id, relation, starts_on, created_at,"
            " confirmed_at) select row_number() over (), d.id, b.id, 'father', $1, $2, $2"
            " from person d join person b on left(b.psn_no, 9) = left(d.psn_no, 9)"
            " where d.psn_no like 'F%00' and b.id <> d.id",
            local_date(now) - timedelta(days=1),
            now,
        )
        rows = await database.rows(
            "select id, psn_no, insutype, insuplc_admdvs from person order by psn_no"
        )
        return cls(services, [Patient(*row.values()) for row in rows])

    async def token(self, patient: Patient, code: str, business: str = "02121") -> str:
        """A live token of a patient at an institution: shown and scanned when there is none, or
        when it has paid as many bills as one scan may."""
        key = (patient.id, code)
        if self._bills.get(self._tokens.get(key, ""), 0) >= _BILLS_A_SCAN:
            self.forget_token(patient, code)
        if key not in self._tokens:
            while True:
                try:
                    credentials = self.services.credentials
                    issued = await credentials.issue(patient.id, None, business)
                    msgid = f"scan{issued.shown.id}"
                    token = await credentials.decode(issued.code, code, msgid, "T01", business)
                    break
                except AWAY:  # a server is away: the phone shows another code
                    await asyncio.sleep(0.1)
                except Refusal as refusal:  # Redis was emptied between phone and till
                    assert refusal.reason is CODE_UNKNOWN
            self._tokens[key] = token.token
        found = self._tokens[key]
        self._bills[found] = self._bills.get(found, 0) + 1
        return found

    def forget_token(self, patient: Patient, code: str) -> None:
        self._tokens.pop((patient.id, code), None)

    def bill(self) -> Bill:
        """A sale to somebody: mostly small, some more than any account has, a few with a fault."""
        patient = self.random.choice(self.patients)
        items = tuple(
            Item(
                self.random.choice(_ITEMS),
                Decimal(self.random.randint(1, 3)),
                Decimal(self.random.randint(50, 1900)) / 100,
            )
            for _ in range(self.random.randint(1, 3))
        )
        if self.random.random() < 0.1:
            items += (Item("XQ99UNKNOWN", Decimal(1), Decimal(self.random.randint(1, 900))),)
        wrong = {"310": "390", "390": "310"}[patient.insutype]
        faulty = self.random.random() < 0.03
        return Bill(patient, items, wrong if faulty else patient.insutype)


def _people(donor_yuan: int) -> list[str]:
    lines = []
    for family in range(FAMILIES):
        for member in range(RELATIVES + 1):
            donor = member == 0
            insured = "310,11" if member < 2 else "390,16"
            account = (f"1,{donor_yuan}.00,40.00", "1,25.00,0.00", "0,,", "0,,")[member]
            born = date(1980, 1 + family % 12, 1 + member)
            certno = id_number("139900", born, family * 4 + member + 1)
            lines.append(
                f"F{family:08d}{'00' if donor else f'{member:02d}'},居民{family}号,01,{certno},"
                f"{1 + member % 2},{born},{insured},1,"
                f"130{1 + family % 3}00,{account}"
            )
    return lines


def till(fleet_url: str, number: int, shop: tuple[str, ...] = PHARMACY) -> TillClient:
    """A till whose message numbers nobody else uses."""
    code, name, admdvs, key_id, secret, scheme = shop
    return TillClient(
        fleet_url,
        code,
        name,
        admdvs,
        key_id,
        secret,
        scheme,
        operator=Operator(opter=f"T{number:02d}"),
        msgids=_MsgIds(number),
        retry_waits_s=(0.1, 0.3),
    )


class _MsgIds:
    def __init__(self, number: int) -> None:
        self._number = number
        self._count = 0

    def next(self, fixmedins_code: str, now: object) -> str:
        self._count += 1
        return f"{fixmedins_code}{self._number:08d}{self._count:010d}"


async def insist(
    at: TillClient, infno: str, input: dict[str, Any], msgid: str, insuplc: str = ""
) -> Answer:
    """Sends a message until its answer is final, whatever dies meanwhile."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            try:
                answer = await at.call(infno, input, msgid, insuplc, wait=3)
            except (NotReachable, Unknown, aiohttp.ClientError):
                await asyncio.sleep(0.1)
                continue
            if answer.ok or not answer.err_msg.startswith(_AGAIN):
                return answer
            await asyncio.sleep(0.1)


async def sell(village: Village, at: TillClient, bill: Bill) -> Bill:
    """Sells one bill as a till does: sent twice, asked until the answer is known.

    When the patient's token has died with Redis, the message whose fate is unknown is reversed
    and the sale tried again under a new msgid and with a new code.
    """
    code, patient = at.fixmedins_code, bill.patient
    while True:
        bill.msgid = at.new_msgid()
        token = await village.token(patient, code)
        sale = Sale(patient.psn_no, token, bill.insutype, patient.place, bill.items)
        input = sale_input(sale, at.clock.now())
        if village.random.random() < 0.5:
            answers = await asyncio.gather(
                *(insist(at, "2102", input, bill.msgid, patient.place) for _ in range(2))
            )
        else:
            answers = [await insist(at, "2102", input, bill.msgid, patient.place)]
            await asyncio.sleep(village.random.random() / 20)
            answers.append(await insist(at, "2102", input, bill.msgid, patient.place))
        if not any(answer.err_msg.startswith("TOKEN_UNKNOWN") for answer in answers):
            bill.answers = answers
            return bill
        village.forget_token(patient, code)
        node = {"psn_no": patient.psn_no, "omsgid": bill.msgid, "oinfno": "2102"}
        undone = await insist(at, "2601", {"data": node}, at.new_msgid(), patient.place)
        assert undone.ok, undone.err_msg
        bill.given_up.append(bill.msgid)


async def rush(village: Village, fleet_url: str, bills: int, clients: int) -> list[Bill]:
    """So many bills, sold by so many tills at once."""
    waiting = [village.bill() for _ in range(bills)]
    done: list[Bill] = []

    async def one(number: int) -> None:
        async with till(fleet_url, number, OTHER if number % 4 == 3 else PHARMACY) as at:
            while waiting:
                done.append(await sell(village, at, waiting.pop()))

    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(one(number))
    return done
