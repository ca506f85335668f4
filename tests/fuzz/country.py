"""Of every region that has rules: a pharmacy, a clinic, and a family of which one pays for the
others. What tills send is decided by the rules of all of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from app.compose import Services
from app.domain.events.registering import registry_events
from app.domain.registry.imports.importer import Watch, import_institutions, import_people
from app.domain.registry.imports.rows import INSTITUTIONS, PEOPLE
from app.kit.clock import local_date
from app.kit.words.id_numbers import id_number
from app.regions.loader import NATION, Rulebook
from tests.crash.village import OTHER, PHARMACY, Patient

Shop = tuple[str, ...]
CLINIC: Shop = (
    "H13010200003",
    "演示社区卫生服务站",
    "130100",
    "demo-clinic-1",
    "demo-secret-not-for-real-use-3",
    "hmac-sm3",
)
_BORN = date(1975, 3, 4)
_MEMBERS = ("310,11,1,130100,1,900.00,50.00", "310,12,1,130100,1,5.00,0.00", "390,16,1,130100,0,,")


def _place_of(code: str, codes: Collection[str]) -> str:
    """A place where a pack holds: of a province a city that has none of its own."""
    if len(code) == 4:
        return f"{code}00"
    return next(f"{code}{city}00" for city in ("09", "08") if f"{code}{city}" not in codes)


async def settle_country(services: Services, folder: Path) -> tuple[list[Shop], list[Patient]]:
    """Loads them into a village; gives its institutions and people too."""
    book = Rulebook.load()
    codes = sorted(code for code in book.packs if code != NATION)
    places = [_place_of(code, codes) for code in codes]
    shops = [shop for place in places for shop in _shops(place)]
    database, cipher, clock = services.database, services.people.cipher, services.clock
    path = folder / "country.csv"
    lines = [",".join(INSTITUTIONS), *(_line(shop) for shop in shops), ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    refused: list[object] = []
    watch = Watch(refused=refused.append)
    await import_institutions(database, cipher, clock, path, watch, demo=False)
    lines = [",".join(PEOPLE)]
    for number, place in enumerate(places):
        for member, insured in enumerate(_MEMBERS):
            certno = id_number(place, _BORN, number * 3 + member + 1)
            sex = "1" if (number * 3 + member + 1) % 2 else "2"
            who = f"G{number:08d}{member:02d},居民{number}户,01,{certno},{sex},{_BORN}"
            lines.append(f"{who},{insured.replace('130100', place)}")
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    ending, renew = registry_events(database, services.shared, book), services.balances.renew
    await import_people(database, cipher, clock, path, watch, on_change=ending, renew=renew)
    assert not refused, refused[:3]
    await database.value("update person set activated_at = now() where activated_at is null")
    await database.value(
        "insert into aid_grant (id, donor_id, beneficiary_id, relation, starts_on, created_at,"
        " confirmed_at) select 1000000 + row_number() over (), d.id, b.id, 'father', $1, now(),"
        " now() from person d join person b on left(b.psn_no, 9) = left(d.psn_no, 9)"
        " where d.psn_no like 'G%00' and b.id <> d.id",
        local_date(clock.now()),
    )
    rows = await database.rows(
        "select id, psn_no, insutype, insuplc_admdvs from person order by psn_no"
    )
    return [PHARMACY, CLINIC, OTHER, *shops], [Patient(*row.values()) for row in rows]


def _shops(place: str) -> tuple[Shop, Shop]:
    """A pharmacy and a clinic of a place."""
    return (
        (
            f"P{place}00001",
            f"药房{place}",
            place,
            f"fuzz-p{place}",
            f"secret-p-{place}-0",
            "hmac-sm3",
        ),
        (
            f"H{place}00002",
            f"门诊{place}",
            place,
            f"fuzz-h{place}",
            f"secret-h-{place}-0",
            "hmac-sm3",
        ),
    )


def is_clinic(shop: Shop) -> bool:
    return shop[0].startswith("H")


def _line(shop: Shop) -> str:
    code, name, place, key, secret, scheme = shop
    kind = "1" if is_clinic(shop) else "2"
    return f"{code},{name},{kind},11,{place},{scheme},{key},{secret},1,1"
