"""Institutions, the catalogue, the demo, and the command."""

from __future__ import annotations

import asyncio
import csv
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.imports import import_
from app.domain.registry.imports.rows import PEOPLE
from app.domain.registry.indexes import index_secret
from app.domain.registry.models import CatalogueItem, Institution, Person
from app.kit.clock import age_on
from app.local.demo import FOLDER
from app.local.demo.loading import load
from app.settings import settings
from tests.domain.registry.imports.conftest import Office

SECRET = "an-invented-secret-1"
PHARMACY = f"P13010200001,安康大药房,2,11,130100,hmac-sm3,key-1,{SECRET},0,1"
DRUG = "XQ99DEM001A001010100001,阿莫西林胶囊,101,2,0.1,14.50,准字1"


async def test_an_institution_with_its_payable(office: Office) -> None:
    assert astuple(await office.institutions(PHARMACY)) == (1, 0, 0, 0)
    row = await Institution.get(fixmedins_code="P13010200001")
    assert office.cipher.open(bytes(row.secret_sealed), "institution.secret:P13010200001") == SECRET
    assert bytes(row.secret_index) == index_secret(office.cipher, SECRET)
    flow = await office.database.rows("select kind, flow_code, balance_fen from account")
    assert [tuple(one) for one in flow] == [(12, "P13010200001", None)]


async def test_institutions_again_and_changed(office: Office) -> None:
    await office.institutions(PHARMACY)
    assert astuple(await office.institutions(PHARMACY)) == (0, 0, 1, 0)
    changed = PHARMACY.replace(SECRET, "another-secret-1234")
    assert astuple(await office.institutions(changed)) == (0, 1, 0, 0)


async def test_where_the_wallet_is_taken_may_be_said_and_stays_else(office: Office) -> None:
    async def taken() -> str:
        return (await Institution.get(fixmedins_code="P13010200001")).wallet_at

    await office.institutions(PHARMACY)
    assert await taken() == ""
    said = await office.institutions(f"{PHARMACY},3 1".replace(" ", ""), may=("wallet_at",))
    assert (astuple(said), await taken()) == ((0, 1, 0, 0), "13")
    assert astuple(await office.institutions(PHARMACY)) == (0, 0, 1, 0)
    assert await taken() == "13", "a file without the column says nothing of it"
    wrong = await office.institutions(f"{PHARMACY},14", may=("wallet_at",))
    assert astuple(wrong) == (0, 0, 0, 1) and office.refused[0].column == "wallet_at"
    none = await office.institutions(f"{PHARMACY},", may=("wallet_at",))
    assert (astuple(none), await taken()) == ((0, 1, 0, 0), "")


async def test_what_kind_of_goods_an_item_is_may_be_said_and_stays_else(office: Office) -> None:
    async def goods() -> str | None:
        return (await CatalogueItem.get(med_list_codg=DRUG.split(",", maxsplit=1)[0])).goods

    assert astuple(await office.catalogue(f"{DRUG},vaccine", may=("goods",))) == (1, 0, 0, 0)
    assert astuple(await office.catalogue(DRUG)) == (0, 0, 1, 0)
    assert await goods() == "vaccine", "a file without the column says nothing of it"
    assert astuple(await office.catalogue(f"{DRUG},toy", may=("goods",))) == (0, 0, 0, 1)
    assert astuple(await office.catalogue(f"{DRUG},", may=("goods",))) == (0, 1, 0, 0)
    assert await goods() is None


async def test_institutions_refused(office: Office) -> None:
    await office.institutions(PHARMACY)
    other = PHARMACY.replace("P13010200001", "P13010200002")
    report = await office.institutions(
        other,
        other.replace("hmac-sm3", "sm2").replace("key-1", "key-2"),
        other.replace("P13010200002", "p1301").replace("key-1", "key-3"),
        other.replace(SECRET, "short").replace("key-1", "key-4"),
    )
    assert astuple(report) == (0, 0, 0, 4)
    assert [(one.line, one.column) for one in office.refused] == [
        (2, "key_id"),
        (3, "secret"),
        (4, "fixmedins_code"),
        (5, "secret"),
    ]
    assert "no public key" in office.refused[1].reason


async def test_outside_the_demo_nobody_signs_with_what_everybody_knows(office: Office) -> None:
    lines = (
        PHARMACY.replace("key-1", "demo-pharmacy-1"),
        PHARMACY.replace("key-1", "Demo-9"),
        PHARMACY.replace(SECRET, "demo-secret-not-for-real-use-1"),
        PHARMACY.replace(SECRET, "this-is-NOT-for-real-use"),
    )
    for line, column in zip(lines, ("key_id", "key_id", "secret", "secret"), strict=True):
        assert astuple(await office.institutions(line)) == (0, 0, 0, 1)
        assert office.refused[0].column == column
    office.demo = True
    assert astuple(await office.institutions(lines[0])) == (1, 0, 0, 0)


async def test_codes_are_registered_in_the_form_that_tills_messages_are_read_in(
    office: Office,
) -> None:
    code = DRUG.partition(",")[0]
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code)
    for form in (code.lower(), wide, f"\u3000{code}\u200b"):
        await office.catalogue(DRUG.replace(code, form))
        assert [item.med_list_codg for item in await CatalogueItem.all()] == [code]
    twice = await office.catalogue(DRUG, DRUG.replace(code, code.lower()))
    assert twice.refused == 1 and office.refused[0].column == "med_list_codg"
    await office.institutions(PHARMACY.replace("P1301", "ｐ1301").replace("key-1", "key-1\u200b"))
    shop = await Institution.get(fixmedins_code="P13010200001")
    assert shop.key_id == "key-1"


async def test_paid_years_of_residents(office: Office, person: Callable[..., str]) -> None:
    await office.people(person(1), person(2))
    years = ("P1,2024,tax,", "P1,2025,school,student", "P2,2025,bank,aided")
    assert astuple(await office.residents(*years)) == (3, 0, 0, 0)
    assert astuple(await office.residents(*years)) == (0, 0, 3, 0)
    assert astuple(await office.residents("P2,2025,tax,")) == (0, 1, 0, 0)
    who = await office.database.rows("select identity from resident order by person_id")
    assert [row["identity"] for row in who] == ["student", "none"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("P9,2025,tax,", "psn_no"), ("P1,2028,tax,", "year"), ("P1,2002,tax,", "year"),
        ("P1,25,tax,", "year"), ("P1,2025,aid,", "channel"), ("P1,2025,,", "channel"),
        ("P1,2025,tax,rich", "identity"), (",2025,tax,", "psn_no"),
    ],
)  # fmt: skip
async def test_paid_years_that_are_wrong(
    office: Office, person: Callable[..., str], line: str, column: str
) -> None:
    await office.people(person(1))
    assert (await office.residents(line)).refused == 1
    assert [one.column for one in office.refused] == [column]
    assert await office.database.value("select count(*) from enrolment") == 0


async def test_what_was_paid_through_us_is_not_overwritten(
    office: Office, person: Callable[..., str]
) -> None:
    await office.people(person(1))
    await office.database.value(
        "insert into enrolment select id, 2025, 'aid', 7, now() from person where psn_no = 'P1'"
    )
    assert astuple(await office.residents("P1,2025,tax,")) == (0, 0, 1, 0)
    assert await office.database.value("select channel from enrolment") == "aid"


async def test_bases_of_monthly_credits(office: Office, person: Callable[..., str]) -> None:
    await office.people(person(1), person(2))
    lines = ("P1,2026-01,6000.00", "P1,2026-07,6500", "P2,2026-01,5000.5")
    assert astuple(await office.bases(*lines)) == (3, 0, 0, 0)
    assert astuple(await office.bases(*lines)) == (0, 0, 3, 0)
    assert astuple(await office.bases("P2,2026-01,5100", "P9,2026-01,1")) == (0, 1, 0, 1)
    assert [one.column for one in office.refused] == ["psn_no"]
    rows = await office.database.rows("select base_fen, source from account_base order by 1")
    assert [tuple(row) for row in rows] == [(510_000, "B1"), (600_000, "B1"), (650_000, "B1")]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("P1,2026-1,6000", "since"), ("P1,2026-13,6000", "since"), ("P1,2021-03,6000", "since"),
        ("P1,2026-01,-1", "base"), ("P1,2026-01,", "base"), ("P1,,6000", "since"),
    ],
)  # fmt: skip
async def test_bases_that_are_wrong(
    office: Office, person: Callable[..., str], line: str, column: str
) -> None:
    await office.people(person(1))
    assert (await office.bases(line)).refused == 1
    assert [one.column for one in office.refused] == [column]


async def test_credits_wait_to_be_booked(office: Office, person: Callable[..., str]) -> None:
    none = {"has_account": "0", "balance_current": "", "balance_carried": ""}
    await office.people(person(1), person(2, insutype="390", **none))
    lines = (
        "P1,monthly,2026-01,6000,",
        "P1,monthly,2026-02,,12.30",
        "P1,recovery,2026-02,,1",
    )
    assert astuple(await office.credits(*lines)) == (3, 0, 0, 0)
    assert astuple(await office.credits(*lines)) == (0, 0, 3, 0)
    assert astuple(await office.credits("P1,monthly,2026-02,6000,")) == (0, 1, 0, 0)
    rows = await office.database.rows(
        "select kind, state, base_fen, given_fen, source from account_credit order by period, kind"
    )
    assert [tuple(row) for row in rows] == [
        (1, 1, 600_000, None, "B2"),
        (1, 1, 600_000, None, "B2"),
        (4, 1, None, 100, "B2"),
    ]
    assert astuple(await office.credits("P2,monthly,2026-02,6000,")) == (0, 0, 0, 1)
    assert office.refused[0].reason == "has no personal account"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("P9,supplement,2026-01,,1", "psn_no"), ("P1,gift,2026-01,,1", "kind"),
        ("P1,supplement,2026-04,,1", "period"), ("P1,supplement,2026-01,,0", "amount"),
        ("P1,supplement,2026-01,,", "amount"), ("P1,supplement,2026-01,5,", "base"),
        ("P1,monthly,2026-01,5,5", "amount"), ("P1,monthly,2026-01,,", "amount"),
    ],
)  # fmt: skip
async def test_credits_that_are_wrong(
    office: Office, person: Callable[..., str], line: str, column: str
) -> None:
    await office.people(person(1))
    assert (await office.credits(line)).refused == 1
    assert [one.column for one in office.refused] == [column]


async def test_the_catalogue_is_put_and_changed(office: Office) -> None:
    assert astuple(await office.catalogue(DRUG)) == (1, 0, 0, 0)
    assert astuple(await office.catalogue(DRUG)) == (0, 0, 1, 0)
    assert astuple(await office.catalogue(DRUG.replace("14.50", ""))) == (0, 1, 0, 0)
    item = await CatalogueItem.get(med_list_codg="XQ99DEM001A001010100001")
    assert (item.chrgitm_lv, item.selfpay_prop, item.pric_uplmt_amt) == (
        "02",
        Decimal("0.1"),
        None,
    )


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        (",2,", ",4,", "chrgitm_lv"), ("0.1,", "1.1,", "selfpay_prop"),
        ("0.1,", "0.12345,", "selfpay_prop"), ("14.50", "-1", "pric_uplmt_amt"),
        ("14.50", "1.1234567", "pric_uplmt_amt"), (",101,", ",999,", "list_type"),
        ("准字1", "准" * 21, "licence"),
    ],
)  # fmt: skip
async def test_items_refused(office: Office, old: str, new: str, column: str) -> None:
    report = await office.catalogue(DRUG.replace(old, new), DRUG.replace("001A", "002A"))
    assert astuple(report) == (1, 0, 0, 1)
    assert office.refused[0].column == column


@pytest.fixture
def here(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (
        ("DATABASE_URL", url),
        ("REDIS_URL", "redis://unused"),
        ("HOME", str(tmp_path)),
        ("DATA_KEY", "01" * 16),
        ("INDEX_KEY", "02" * 16),
        ("DEMO", "1"),
    ):
        monkeypatch.setenv(f"QINJI_{name}", value)
    settings.cache_clear()
    yield
    settings.cache_clear()


async def test_the_demo_loads_twice_and_the_child_stays_a_child(
    office: Office, url: str, redis_url: str, here: None
) -> None:
    for _ in range(2):  # a task of its own each: it opens a database of its own
        await asyncio.create_task(load(url, redis_url))
    assert await Person.all().count() == 15
    with (FOLDER / "people.csv").open(encoding="utf-8") as file:
        child = next(row for row in csv.DictReader(file) if row["psn_name"] == "李小乐")
    born = datetime.fromisoformat(child["brdy"]).date()
    assert age_on(born, datetime(2034, 1, 1, tzinfo=UTC).date()) < 16


def test_the_command_lists_what_it_refused(
    office: Office, here: None, person: Callable[..., str]
) -> None:
    path = office.file(PEOPLE, person(1), *(person(n, gend="7") for n in range(2, 32)))
    done = CliRunner().invoke(import_, ["people", str(path)])
    assert done.exit_code == 1
    assert "1 loaded, 0 changed, 0 unchanged, 30 refused" in done.output
    assert "line 3: gend: unknown code" in done.output
    assert "… and 10 more" in done.output
    with path.with_name(path.name + ".refused.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["line"] for row in rows] == [str(n) for n in range(3, 33)]
    good = office.file(PEOPLE, person(1))
    again = CliRunner().invoke(import_, ["people", str(good)])
    assert (again.exit_code, again.output.strip().splitlines()[-1]) == (
        0,
        "0 loaded, 0 changed, 1 unchanged, 0 refused",
    )


def test_the_command_says_what_is_wrong_with_a_file(here: None, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("name\n")
    done = CliRunner().invoke(import_, ["people", str(path)])
    assert done.exit_code == 1 and "wrong columns (missing: psn_no" in done.output


async def test_who_signs_no_body_is_told(office: Office) -> None:
    await office.institutions(PHARMACY)
    assert office.warned == []
    by_tif, marked = PHARMACY.replace("hmac-sm3", "tif"), ("wallet_at", "id_number", "tif_allowed")
    for line, may in ((by_tif, ()), (f"{by_tif},,0,0", marked)):
        assert astuple(await office.institutions(line, may=may)) == (0, 0, 0, 1)
        assert [(one.line, one.column) for one in office.refused] == [(2, "tif_allowed")]
    report = await office.institutions(f"{by_tif},,0,1", may=marked)
    assert astuple(report) == (0, 1, 0, 0)
    assert [(one.line, one.column) for one in office.warned] == [(2, "auth_scheme")]
    assert "signs no body" in office.warned[0].reason
    again = await office.institutions(by_tif.replace("key-1", "key-7"))
    assert astuple(again) == (0, 1, 0, 0), "who is marked stays so"
    ended = await office.institutions(f"{PHARMACY},,0,0", may=marked)
    assert astuple(ended) == (0, 1, 0, 0)
    assert (await office.institutions(by_tif)).refused == 1


POINT = (
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)


async def test_a_public_key_is_looked_at_and_kept_in_one_form(office: Office) -> None:
    by_sm2 = PHARMACY.replace("hmac-sm3", "sm2")
    for key in (POINT[:-2], f"{POINT[:-1]}4", "A" * 88):
        assert (await office.institutions(by_sm2.replace(SECRET, key))).refused == 1
        assert office.refused[0].column == "secret" and key not in office.refused[0].reason
    assert (await office.institutions(by_sm2.replace(SECRET, POINT))).loaded == 1
    assert "signs the header" in office.warned[0].reason
    written = b64encode(bytes.fromhex(f"04{POINT}")).decode()
    assert (await office.institutions(by_sm2.replace(SECRET, written))).unchanged == 1
    long = by_sm2.replace("key-1", "k" * 33)
    assert (await office.institutions(long.replace(SECRET, POINT))).refused == 1


async def test_how_long_the_former_secret_holds(office: Office) -> None:
    await office.institutions(PHARMACY)
    await office.institutions(PHARMACY.replace(SECRET, "another-secret-1234"))
    row = await Institution.get(fixmedins_code="P13010200001")
    assert (row.former_scheme, row.former_key_id) == ("hmac-sm3", "key-1")
    assert row.former_until == office.clock.now() + timedelta(hours=24)
    sealed = bytes(row.former_secret_sealed or b"")
    assert office.cipher.open(sealed, "institution.secret:P13010200001") == SECRET


async def test_columns_that_may_be_left_out_are_left_out_each_for_itself(office: Office) -> None:
    async def said() -> tuple[str, bool]:
        shop = await Institution.get(fixmedins_code="P13010200001")
        return shop.wallet_at, shop.id_number

    await office.institutions(f"{PHARMACY},1", may=("id_number",))
    assert await said() == ("", True)
    await office.institutions(f"{PHARMACY},13", may=("wallet_at",))
    assert await said() == ("13", True)
    await office.institutions(f"{PHARMACY},0,1", may=("id_number", "wallet_at"))
    assert await said() == ("1", False)
    assert (await office.institutions(f"{PHARMACY},", may=("id_number",))).refused == 1
    assert office.refused[0].column == "id_number"


async def test_what_trace_codes_stand_for(office: Office) -> None:
    lines = ("8123456,XQ1,24", "8123456,XQ2,24", "06901234567892,XQ1,")
    assert astuple(await office.products(*lines)) == (3, 0, 0, 0)
    assert astuple(await office.products(*lines)) == (0, 0, 3, 0)
    assert astuple(await office.products("8123456,xq1,12")) == (0, 1, 0, 0)
    told = "select prefix, med_list_codg, units::int from trace_product order by 1, 2"
    found = [tuple(row) for row in await office.database.rows(told)]
    assert found == [
        ("06901234567892", "XQ1", None),
        ("8123456", "XQ1", 12),
        ("8123456", "XQ2", 12),
    ]
    gone = await office.products("8123456,XQ2,,1", "8123456,XQ1,12,0", may=("gone",))
    assert astuple(gone) == (0, 1, 1, 0)
    assert [tuple(row) for row in await office.database.rows(told)] == found[:2]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("812345,XQ1,", "product"), ("8123456A,XQ1,", "product"), ("8123456,,", "med_list_codg"),
        ("8123456,XQ1,0", "units"), ("8123456,XQ1,-1", "units"), ("8123456,XQ1,many", "units"),
    ],
)  # fmt: skip
async def test_products_that_are_wrong(office: Office, line: str, column: str) -> None:
    assert (await office.products(line)).refused == 1
    assert [one.column for one in office.refused] == [column]
