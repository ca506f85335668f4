"""The people, pharmacies and grants that a load is played with. Nobody here is real.

People come in tens: eight patients and two donors. In every tenth group one donor pays for all
eight patients; in the others the first donor pays for two, the second for one. Patients with a
donor hold 5.00 of their own, so that the donor soon pays; the others have enough.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from app.kit.clock import Clock, local_date
from app.kit.sm import Sealer
from app.people.import_rows import INSTITUTIONS, PEOPLE
from app.people.importer import (
    Refused,
    Watch,
    import_catalogue,
    import_institutions,
    import_people,
)
from app.store.database import Database

PLACE = "130100"
CATALOGUE = Path(__file__).parent.parent / "demo" / "catalogue.csv"
_GROUP, _PATIENTS = 10, 8
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_GRANTS = """
insert into aid_grant (id, donor_id, beneficiary_id, relation, starts_on, created_at, confirmed_at)
select n.id, d.id, b.id, 'father', $4, $5, $5
from unnest($1::bigint[], $2::varchar[], $3::varchar[]) as n (id, donor, beneficiary)
join person d on d.psn_no = n.donor join person b on b.psn_no = n.beneficiary
on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """A pharmacy with its signing key."""

    code: str
    key_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Town:
    """How many people and pharmacies there are."""

    people: int
    pharmacies: int

    def psn_no(self, number: int) -> str:
        return f"{PLACE}7{number:011d}"

    def pharmacy(self, number: int) -> Pharmacy:
        return Pharmacy(f"P7301{number:07d}", f"bench-{number}", f"not-a-secret-but-long-enough-{number}")

    def patients(self) -> list[int]:
        """Everybody who buys something."""
        return [number for number in range(self.people) if number % _GROUP < _PATIENTS]

    def donors_of(self, number: int) -> list[int]:
        """Whose accounts pay for a patient."""
        group, place = divmod(number, _GROUP)
        if group % 10 == 0:
            return [group * _GROUP + 8] if place < _PATIENTS else []
        return {0: [group * _GROUP + 8], 1: [group * _GROUP + 8], 2: [group * _GROUP + 9]}.get(
            place, []
        )

    def home_of(self, number: int) -> Pharmacy:
        """Where a person shops; every fifth goes to the first pharmacy, the busiest."""
        return self.pharmacy(0 if number % 5 == 0 else number % self.pharmacies)

    async def load(self, database: Database, sealer: Sealer, clock: Clock, folder: Path) -> None:
        """Loads everything through the importer; loading it again changes nothing."""
        people, shops = folder / "people.csv", folder / "institutions.csv"
        people.write_text("\n".join(self._people()) + "\n", encoding="utf-8")
        shops.write_text("\n".join(self._institutions()) + "\n", encoding="utf-8")
        watch = Watch(refused=_refused)
        await import_catalogue(database, clock, CATALOGUE, watch)
        await import_institutions(database, sealer, clock, shops, watch)
        await import_people(database, sealer, clock, people, watch)
        pairs = [(donor, n) for n in self.patients() for donor in self.donors_of(n)]
        now = clock.now()
        async with database.connection() as connection:
            await connection.execute(
                _GRANTS,
                [database.ids.next() for _ in pairs],
                [self.psn_no(donor) for donor, _ in pairs],
                [self.psn_no(number) for _, number in pairs],
                local_date(now) - timedelta(days=30),
                now,
            )
            await connection.execute("vacuum analyze", timeout=600)

    def _people(self) -> Iterator[str]:
        yield ",".join(PEOPLE)
        for number in range(self.people):
            donor = number % _GROUP >= _PATIENTS
            balance = "2000000.00" if donor or not self.donors_of(number) else "5.00"
            born = date(1940, 1, 1) + timedelta(days=number // 1000)
            yield ",".join(
                (
                    self.psn_no(number), "测试甲", "01", _certno(born, number), "1",
                    born.isoformat(), "310", "11", "1", PLACE, "1", balance, "0.00",
                )
            )  # fmt: skip

    def _institutions(self) -> Iterator[str]:
        yield ",".join(INSTITUTIONS)
        for number in range(self.pharmacies):
            shop = self.pharmacy(number)
            yield f"{shop.code},测量药店{number},2,11,{PLACE},hmac-sm3,{shop.key_id},{shop.secret},0,1"


def shoppers(town: Town, count: int, seed: int) -> list[int]:
    """Who buys, in order: patients by a skewed law (a few come often, most rarely)."""
    chance = random.Random(seed)
    everybody = town.patients()
    chance.shuffle(everybody)
    weights = [1 / (rank + 20) for rank in range(len(everybody))]
    return chance.choices(everybody, weights, k=count)


def _refused(one: Refused) -> None:
    raise ValueError(f"the town's own lists are wrong: {one}")


def _certno(born: date, number: int) -> str:
    first = f"139901{born:%Y%m%d}{number % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]
