"""The people of the phones' table, and what is theirs: a patient, those around, and a stranger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.clients.till.client import Item
from app.domain.prescription.values import Draft
from app.domain.registry.indexes import card_no_aad
from tests.api.ops.conftest import NightShift
from tests.phone_world import Answer, Someone, claim
from tests.till_world import BASIC, Member, Town

WHO = (
    "nobody", "ended", "operator", "nameless",
    "patient", "donor", "hopeful", "shower", "asking", "former", "stranger",
)  # fmt: skip
"""``ended``: a log-in that has been ended; ``operator``: an auditor's token at this door;
``nameless``: logged in, no real-name check; ``hopeful``: a donor to whom the patient has not said
yes; ``shower``, ``asking``: relatives who may show the patient's code, or wait for a yes;
``former``: once donor and relative, both ended."""
HOSTILE = (
    "0", "-1", "1", "9223372036854775807", "9223372036854775808", "9" * 30, "x", "1.0", "1e3",
    "0x1", "+1", "１２", "%00", "..", "1'or'1'='1",
)  # fmt: skip
"""Ids that nobody has."""
NAMES = {
    "patient": "欧阳老", "donor": "李甲", "hopeful": "李乙", "shower": "李丙", "asking": "李丁",
    "former": "李戊", "stranger": "王生",
}  # fmt: skip
STANDING = (
    "aid_grant", "family_binding", "filing", "login", "person", "account", "settlement",
    "transfer", "credential", "request", "counter_task", "wallet", "wallet_sent", "wallet_offer",
    "hold", "card", "card_change", "question", "invitation", "prescription", "prescription_code",
)  # fmt: skip
"""What a refused call leaves as it is."""


@dataclass
class Household:
    """Tokens by who, ids by what."""

    town: Town
    tokens: dict[str, str | None] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    people: dict[str, Member] = field(default_factory=dict)
    card: str = ""
    """The token of a card by which the patient asks the shower to pay."""
    secrets: list[str] = field(default_factory=list)
    """What of the patient no phone's answer may hold: name and numbers, whole."""
    marks: list[str] = field(default_factory=list)
    """What, besides, no stranger's may: names, also masked, and whatever is the patient's."""

    async def call(self, who: str, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and text."""
        token = self.tokens[who]
        response = await self.town.world.client.request(
            method,
            f"/api/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        return response.status, await response.text()

    async def standing(self) -> dict[str, str]:
        """What the tables hold, but for when a log-in was seen last."""
        sql = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
        return {table: await self.town.value(sql.format(table)) for table in STANDING}


async def settle(town: Town, patient: Member, code: str, yuan: str) -> str:
    """A bill of the patient's, paid with a code on some phone: its ``setl_id``."""
    decoded = await town.till.decode(code)
    items = [Item(BASIC, Decimal(1), Decimal(yuan))]
    paid = await town.till.settle(town.sale_of(patient, decoded.output["ecToken"], items))
    assert paid.ok, paid.err_msg
    return str(paid.setlinfo["setl_id"])


async def build(night: NightShift) -> Household:
    """Everybody around one patient."""
    town = night.town
    house = Household(town)
    await _people(house)
    house.tokens["nobody"] = None
    house.tokens["ended"] = await town.world.log_in("gone")
    await call(house, "ended", "POST", "/logout")
    house.tokens["nameless"] = await town.world.log_in("nameless")
    house.tokens["operator"] = await night.sign_in("auditor")
    await _bonds(house)
    await _grants(house)
    await _papers(house)
    await _log_ins(house)
    await _wallets(house)
    await _card(house)
    asks = {"kind": "pay", "id": house.ids["bond"]}
    sent = await call(house, "patient", "POST", "/invitations", asks)
    house.ids["invitation"], house.card = sent.data["id"], sent.data["token"]
    await _prescription(house)
    patient = house.people["patient"]
    house.secrets = [patient.name, patient.certno, patient.psn_no]
    house.marks = [*house.secrets, f"*{patient.name[-1]}", *house.ids.values()]
    return house


async def _people(house: Household) -> None:
    town = house.town
    ages = {"patient": date(1950, 1, 1)}
    fen = {"patient": 1_000, "donor": 90_000, "hopeful": 70_000, "former": 70_000}
    for who, name in NAMES.items():
        born = ages.get(who, date(1980, 5, 17))
        house.people[who] = await town.member(name, born, current_fen=fen.get(who))
        house.tokens[who] = house.people[who].token


async def call(house: Household, who: str, method: str, path: str, body: Any = None) -> Answer:
    """A call that succeeds."""
    answer = await house.town.world.call(method, path, body, house.tokens[who])
    assert answer.status < 300, (who, method, path, answer.body)
    return answer


def father(patient: Someone) -> dict[str, Any]:
    return claim(patient) | {"relation": "father"}


async def _bonds(house: Household) -> None:
    patient = house.people["patient"]
    for who, bond in (("former", "bond_ended"), ("shower", "bond"), ("asking", "bond_asked")):
        made = await call(house, who, "POST", "/family", father(patient))
        house.ids[bond] = made.data["id"]
        if who != "asking":
            await call(house, "patient", "POST", f"/family/{made.data['id']}/confirm")
        if who == "former":
            shown = await call(house, who, "POST", "/credentials", {"holder": made.data["id"]})
            house.ids["code_former"] = shown.data["id"]
            house.ids["bill_former"] = await settle(house.town, patient, shown.data["code"], "2.00")
            await call(house, "patient", "DELETE", f"/family/{made.data['id']}")


async def _grants(house: Household) -> None:
    town, patient = house.town, house.people["patient"]
    former = await town.grant(house.people["former"], patient, "father")
    await call(house, "former", "DELETE", f"/aid/{former}")
    house.ids["grant_ended"] = former
    house.ids["grant"] = await town.grant(house.people["donor"], patient, "father")
    asked = await town.try_grant(house.people["hopeful"], patient, "father")
    house.ids["grant_asked"] = asked.data["id"]
    house.ids["question"] = str(town.services.database.ids.next())
    await town.value(
        "insert into question (id, request_id, grant_id, donor_id, amount_fen, asked_at, until_at)"
        " values ($1, 1, $2, $3, 100, now(), now() + interval '1 day')",
        int(house.ids["question"]),
        int(house.ids["grant"]),
        house.people["donor"].id,
    )


async def _log_ins(house: Household) -> None:
    """The patient's second phone."""
    await house.town.world.log_in(f"m{house.people['patient'].id}x")
    mine = await call(house, "patient", "GET", "/sessions")
    [house.ids["session"]] = [one["id"] for one in mine.data["sessions"] if not one["present"]]


async def _papers(house: Household) -> None:
    """A code, what the shower shows, two bills, a filing."""
    patient = house.people["patient"]
    own = await call(house, "patient", "POST", "/credentials", {"holder": "me"})
    shown = await call(house, "shower", "POST", "/credentials", {"holder": house.ids["bond"]})
    for which, answer, yuan in (("own", own, "50.00"), ("shown", shown, "3.00")):
        house.ids[f"code_{which}"] = answer.data["id"]
        house.ids[f"bill_{which}"] = await settle(house.town, patient, answer.data["code"], yuan)
    house.ids["premium"] = str(house.town.services.database.ids.next())
    await house.town.value(
        "insert into premium_order (id, person_id, year, price_fen, amount_fen, asked_by, place,"
        " state, charge_on, covers_from, created_at) values ($1, $2, 2027, 40000, 40000, $3,"
        " '130100', 1, '2027-01-31', '2027-01-31', now())",
        int(house.ids["premium"]),
        patient.id,
        house.people["donor"].id,
    )
    filing = {"area": "110000", "kind": "long_term"}
    filed = await call(house, "patient", "POST", "/filings", filing)
    house.ids["filing"] = filed.data["id"]


async def _prescription(house: Household) -> None:
    services, now = house.town.services, house.town.clock.now()
    visit = dict.fromkeys(("prscDeptName", "prscDrName", "maindiagName"), "")
    draft = Draft(
        fixmedins_code="P1",
        msgid="rx",
        admdvs="130100",
        hosp_rxno="N1",
        person_id=house.people["patient"].id,
        mdtrt_id="1",
        med_type="41",
        prescribed_at=now,
        ends_at=now + timedelta(days=3),
        items={"X": Decimal(1)},
        details={"visit": visit, "drugs": []},
    )
    trace, number = await services.prescriptions.check(draft)
    said = {"hiRxno": number, "rxTraceCode": trace, "mdtrtId": "1", "fixmedinsName": "诊所"}
    seal = services.prescriptions.sign("P1", said, b"x")
    issued = await services.prescriptions.issue("P1", said, draft.person_id, b"x", seal)
    house.ids["prescription"] = str(issued.row.id)


async def _card(house: Household) -> None:
    card, ids = house.town.services.database.ids.next(), house.people["patient"].id
    await house.town.value(
        "insert into card values ($1, $2, $3, $4, $5, $4, 'valid', 'file', now())",
        card,
        ids,
        house.town.services.people.cipher.seal("C1234567890", card_no_aad(card)),
        card.to_bytes(8, "big"),
        b"serial",
    )
    house.ids["card"] = str(card)


async def _wallets(house: Household) -> None:
    """The donor has sent twice: one transfer was accepted, one waits; the former relative once."""
    patient = claim(house.people["patient"]) | {"relation": "father"}
    for who in ("patient", "donor", "former"):
        await call(house, who, "POST", "/wallet", {"holder": "me"})
    for which, who in (("accepted", "donor"), ("offered", "donor"), ("former", "former")):
        money = {"amount_fen": 1_000, "source": "personal", "mark": f"of-{which}"}
        sent = await call(house, who, "POST", "/wallet/transfers", patient | money)
        house.ids[f"transfer_{which}"] = sent.data["id"]
        await house.town.services.wallets.sweep.run()
        if which != "offered":
            path = f"/wallet/transfers/{sent.data['id']}/accept"
            await call(house, "patient", "POST", path)
