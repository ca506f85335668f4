"""What has happened to one family of the demo before it is looked at: a month of bills at two
pharmacies, caps half used, a plan that stopped, a wallet, what waits for an answer.

Played once, into an empty database, through the same services as everything else, with a clock
that begins a month ago. The README's family is left alone.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.compose import Services, open_services
from app.domain.aid.rules.limits import Limits
from app.domain.events.registering import registry_events
from app.domain.family.service import BindRequest
from app.domain.registry import repository as registry
from app.domain.registry.imports.importer import (
    import_cards,
    import_catalogue,
    import_institutions,
    import_people,
)
from app.domain.registry.service import sealed_before
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.intake.accept import lane_of
from app.domain.settlement.model import Settlement, State
from app.domain.settlement.orders import CANCEL, RETURN_PART, SETTLE, Cancel, Order, PartReturn
from app.domain.settlement.orders import Purchase as PurchaseOrder
from app.domain.wallet.parties import Tie
from app.domain.wallet.service import Request as Sending
from app.domain.wallet.values import Source
from app.kit.clock import Clock, SettableClock, SystemClock, local, local_date, midnight
from app.kit.money import fen_of_product
from app.kit.sm import sm3
from app.local.demo import FOLDER, newborn
from app.local.demo.pharmacy import shelf
from app.regions.periods import YEAR, Caps
from app.settings import Settings
from app.store.sealed.canary import check_keys
from app.store.sealed.keeper import Keeper
from app.words import MedType

FAMILY = ("何芳", "何大山", "林秀兰", "何勇")
_DAYS = 31
_OPEN = (9, 20)
"""The first and the last hour in which somebody buys."""
_SHOPS = ("P13060200002", "P13010200001")
_DAUGHTERS_CAPS: Caps = {YEAR: 600_00}


@dataclass(frozen=True, slots=True)
class Bought:
    """One purchase: how far into the month, by whom, in which shop, what (short names)."""

    when: float
    who: str
    shop: int
    what: Mapping[str, int]


_BILLS = (
    Bought(0.05, "何大山", 0, {"anlvdiping": 2, "aspirin": 1}),
    Bought(0.08, "林秀兰", 0, {"ganmaoling": 2}),
    Bought(0.12, "何芳", 1, {"lvleitading": 1, "weishengsuc": 2}),
    Bought(0.18, "何大山", 0, {"atuofating": 2}),
    Bought(0.24, "林秀兰", 1, {"erjiashuanggua": 1, "xietangshizhi": 1}),
    Bought(0.30, "何大山", 1, {"yidaosu": 1}),
    Bought(0.36, "何芳", 0, {"buluofen": 1, "kouzhao": 1}),
    Bought(0.42, "何大山", 0, {"aomeilazuo": 1, "mengtuoshi": 1}),
    Bought(0.48, "林秀兰", 0, {"danshen": 2}),
    Bought(0.55, "何大山", 0, {"anlvdiping": 2, "aspirin": 2}),
    Bought(0.62, "林秀兰", 0, {"liuwei": 1, "gaipian": 1}),
    Bought(0.70, "何大山", 1, {"atuofating": 1, "banlangen": 2}),
    Bought(0.76, "何芳", 0, {"xiaoer": 2, "toubao": 1}),
    Bought(0.84, "何大山", 0, {"yidaosu": 1}),
    Bought(0.90, "林秀兰", 1, {"danshen": 1, "huangqi": 1}),
    Bought(0.96, "何芳", 1, {"aomeilazuo": 1}),
)


async def play(config: Settings, until: Clock | None = None) -> bool:
    """Plays the month until now, if nobody is registered yet; says whether it did."""
    now = (until or SystemClock()).now()
    first = midnight(local_date(now) - timedelta(days=_DAYS)) + timedelta(hours=_OPEN[0])
    clock = SettableClock(first)
    async with open_services(config, clock, application="qinji-demo") as services:
        database, cipher = services.database, services.people.cipher
        if await registry.anybody():
            return False
        await check_keys(database, cipher, sealed_before)
        database.ids.follow(clock.now)
        async with Keeper(database, cipher, config, "demo", steady=True):
            await _Month(services, clock, now).play()
    return True


class _Month:
    """The month, deed by deed."""

    def __init__(self, services: Services, clock: SettableClock, now: datetime) -> None:
        self._services = services
        self._clock = clock
        self._begun, self._now = clock.now(), now
        self._length = now - self._begun - timedelta(minutes=10)
        self._ids: dict[str, int] = {}
        self._lines = {one["psn_name"]: one for one in _people() if one["psn_name"] in FAMILY}
        self._price = {one["short"]: one for one in shelf()}
        self._sent = self._couple = 0

    def _go_to(self, when: float) -> None:
        """The clock goes to a part of the month, when shops are open, and never back."""
        at = self._begun + self._length * when
        hour = min(max(local(at).hour, _OPEN[0]), _OPEN[1])
        by_day = local(at).replace(hour=hour)
        self._clock.set(max(self._clock.now(), by_day if by_day < self._now else at))

    async def play(self) -> None:
        await self._register()
        await self._make_ties()
        stands: dict[float, Settlement] = {}
        for bought in _BILLS:
            await self._between(bought.when)
            self._go_to(bought.when)
            stands[bought.when] = await self._buy(bought)
        self._go_to(0.97)
        await self._undo(stands[0.96], "何芳")
        await self._give_back_one(stands[0.76], "何芳")
        self._go_to(1.0)
        await self._ask()

    async def _between(self, when: float) -> None:
        """What happens beside the bills, at its time."""
        if when == 0.42:  # 何勇's plan stops: his grant rests
            await self._people([self._lines["何勇"] | {"psn_insu_stas": "2"}])
        if when == 0.55:
            self._go_to(0.5)
            await self._send_to_the_wallet()
        if when == 0.76:
            self._go_to(0.71)
            born = local_date(self._clock.now())
            line = newborn.line_of(born)
            await self._people([line])
            newborn.keep(self._services.settings.home, line["certno"])

    async def _register(self) -> None:
        services = self._services
        database, cipher = services.database, services.people.cipher
        await import_catalogue(database, self._clock, FOLDER / "catalogue.csv")
        await import_institutions(
            database, cipher, self._clock, FOLDER / "institutions.csv", demo=True
        )
        await self._people(self._lines.values())
        await import_cards(database, cipher, self._clock, FOLDER / "cards.csv")
        for name, line in self._lines.items():
            found = await registry.by_psn_no(line["psn_no"])
            assert found is not None, f"{name} was imported"
            self._ids[name] = found.id

    async def _people(self, lines: Iterable[Mapping[str, str]]) -> None:
        services = self._services
        with tempfile.TemporaryDirectory(prefix="qinji-") as folder:
            path = Path(folder) / "people.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                rows = list(lines)
                table = csv.DictWriter(file, rows[0])
                table.writeheader()
                table.writerows(rows)
            report = await import_people(
                services.database,
                services.people.cipher,
                self._clock,
                path,
                on_change=registry_events(services.database, services.shared, services.rulebook),
                renew=services.balances.renew,
            )
        assert report.refused == 0, "the demo's own people are in order"

    async def _make_ties(self) -> None:
        await self._grant("何芳", "何大山", "father", Limits(_DAUGHTERS_CAPS))
        await self._grant("何芳", "林秀兰", "mother", Limits(_DAUGHTERS_CAPS))
        await self._grant("何勇", "何大山", "father", Limits())
        family = self._services.family
        bound = await family.bind(self._ids["何芳"], self._request("何大山", "father"))
        await family.confirm(self._ids["何大山"], bound.binding_id)
        couple = await family.bind(self._ids["林秀兰"], self._request("何大山", "husband"))
        await family.confirm(self._ids["何大山"], couple.binding_id)
        self._couple = couple.binding_id

    async def _grant(self, donor: str, beneficiary: str, relation: str, limits: Limits) -> None:
        line, aid = self._lines[beneficiary], self._services.aid
        view = await aid.grant(
            self._ids[donor], beneficiary, line["psn_cert_type"], line["certno"], relation, limits
        )
        await aid.confirm(self._ids[beneficiary], view.grant.id)

    def _request(self, name: str, relation: str) -> BindRequest:
        line = self._lines[name]
        return BindRequest(name, line["psn_cert_type"], line["certno"], relation)

    async def _send_to_the_wallet(self) -> None:
        wallets, daughter, mother = self._services.wallets, self._ids["何芳"], self._ids["林秀兰"]
        await wallets.open(daughter, daughter)
        await wallets.open(mother, mother)
        [tie] = [
            view.grant.id
            for view in await self._services.aid.of_person(daughter)
            if view.grant.beneficiary_id == mother
        ]
        sent = await wallets.send(
            daughter, Sending(Tie("grant", tie), 200_00, Source.PERSONAL, "demo-history")
        )
        await wallets.sweep.run()  # the payee's half
        await wallets.accept(mother, sent.id)
        await wallets.sweep.run()

    async def _ask(self) -> None:
        """What waits: two requests to show a code, one of them as a card in WeChat, and a card by
        which the mother asks the father to pay for her."""
        family, invitations = self._services.family, self._services.invitations
        daughter = self._ids["何芳"]
        waiting = await family.bind(daughter, self._request("林秀兰", "mother"))
        await invitations.send(daughter, "family", waiting.binding_id)
        await invitations.send(self._ids["林秀兰"], "pay", self._couple)
        await family.bind(self._ids["何勇"], self._request("何大山", "father"))

    async def _buy(self, bought: Bought) -> Settlement:
        line = self._lines[bought.who]
        goods = [
            self._line(str(at), short, count)
            for at, (short, count) in enumerate(bought.what.items(), 1)
        ]
        bill = Bill(
            person_id=self._ids[bought.who],
            insutype=line["insutype"],
            med_type=MedType.PURCHASE,
            bill_time=self._clock.now(),
            total_fen=sum(one.amount_fen for one in goods),
            account_used=True,
            lines=tuple(goods),
        )
        return await self._send(_SHOPS[bought.shop], SETTLE, PurchaseOrder(line["psn_no"], bill))

    def _line(self, serial: str, short: str, count: int) -> Line:
        product = self._price[short]
        price = Decimal(product["pric"])
        fen = fen_of_product(price, Decimal(count))
        return Line(serial, product["med_list_codg"], fen, Decimal(count), price)

    async def _undo(self, row: Settlement, who: str) -> None:
        order = Cancel(self._lines[who]["psn_no"], row.id, row.mdtrt_id)
        await self._send(row.fixmedins_code, CANCEL, order)

    async def _give_back_one(self, row: Settlement, who: str) -> None:
        one = (("1", Decimal(1)),)
        order = PartReturn(self._lines[who]["psn_no"], row.id, row.mdtrt_id, one)
        await self._send(row.fixmedins_code, RETURN_PART, order)

    async def _send(self, shop: str, infno: str, order: Order) -> Settlement:
        """As a till sends it and a worker settles it."""
        settlements = self._services.settlements
        self._sent += 1
        msgid = f"{shop}{local(self._clock.now()):%Y%m%d%H%M%S}{self._sent:04d}"
        request = await settlements.accept(shop, msgid, infno, order, [sm3(msgid.encode())])
        await settlements.drain.lane(lane_of(order.psn_no, self._services.settings.lanes))
        outcome = await settlements.outcome(request, 1.0)
        assert outcome is not None and outcome.state == State.DONE, f"{infno} {msgid}"
        assert outcome.settlement is not None
        return outcome.settlement


def _people() -> Sequence[dict[str, str]]:
    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
