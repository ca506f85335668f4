"""The packs against what their sources say, place by place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.regions.checks.check import check
from app.regions.loader import PACKS, Rulebook
from app.regions.sources import citation, fault

BOOK = Rulebook.load()
PLACE_CHOICE = "13 14 23 31 34 35 37 41 45 51 54 62 65"
THREE = ("spouse", "parents", "children")
NEAR = (*THREE, "siblings", "paternal_grandparents", "maternal_grandparents", "sons_children",
        "daughters_children")  # fmt: skip

# Place, day, key, value; what it rests on beside each group (SOURCES.md).
FACTS: list[tuple[str, str, str, Any]] = [
    # N2: three kinds until 2024-12-08, the near relatives of all provinces from 2024-12-09
    ("530100", "2024-12-08", "aid.relations", THREE),
    ("530100", "2024-12-09", "aid.relations", NEAR),
    ("530100", "2024-12-08", "aid.area", "pool"),
    ("530100", "2024-12-09", "aid.area", "province"),
    # S33: ordinary outpatient care elsewhere needs no filing in Hainan
    ("460100", "2025-03-01", "benefit_employee.away", "same"),
    # S7, S8, S17: five relatives, two binders, consent from 16
    ("530100", "2026-01-01", "family.max_out", 5),
    ("530100", "2026-01-01", "family.max_in", 2),
    ("530100", "2026-01-01", "family.consent_age", 16),
    # A2: Hebei
    ("130100", "2025-03-01", "aid.max_out", 8),
    ("130100", "2025-03-01", "aid.donor_order", "balance_desc"),
    ("130100", "2025-03-01", "aid.max_donors", 1),
    ("130100", "2025-03-01", "aid.allow_partial", False),
    ("130100", "2025-03-01", "aid.use_area", "nation"),
    # S151: this year's part first, and only the carried-over one is shared
    ("530100", "2026-11-01", "own.spend_first", "current"),
    # S98, S100, S102: the wallet, in every province but Guangdong
    ("530100", "2024-12-01", "wallet.live", False),
    ("530100", "2024-12-02", "wallet.live", True),
    ("440100", "2026-11-01", "wallet.live", False),
    ("530100", "2026-11-01", "wallet.relations", NEAR),
    ("530100", "2026-11-01", "wallet.sources", ("personal", "wallet")),
    ("530100", "2026-11-01", "wallet.sends_a_day", 3),
    ("530100", "2026-11-01", "wallet.single_fen", 200_000),
    ("530100", "2026-11-01", "wallet.closed_from_hour", 22),
    ("530100", "2026-11-01", "wallet.closed_until_hour", 6),
    ("530100", "2026-11-01", "wallet.returned_at_hour", 6),
    ("530100", "2026-11-01", "wallet.one_pending", True),
    ("530100", "2026-11-01", "wallet.use_area", "province"),
    # S98: thirteen of the fifteen provinces where it can be changed are named
    *((f"{code}0000", "2026-11-01", "wallet.place_choice", True) for code in PLACE_CHOICE.split()),
    ("130100", "2025-09-21", "wallet.place_choice", False),
    ("130100", "2026-11-01", "wallet.place_choice", True),
    ("530100", "2026-11-01", "wallet.place_choice", False),
    # S109, S161 to S164, F9.2: what a month credits, and when the account's year begins
    ("530100", "2026-11-01", "account.active_share", Decimal("0.02")),
    ("530100", "2026-11-01", "account.retired_fen", None),
    ("530100", "2026-11-01", "account.retired_share", Decimal("0.02")),
    ("530100", "2026-11-01", "account.withheld_active_fen", 0),
    ("530100", "2026-11-01", "account.year_begins_in", 1),
    ("650100", "2022-12-01", "account.retired_share", Decimal("0.02")),
    ("650100", "2026-11-01", "account.retired_share", Decimal("0.025")),
    ("610100", "2024-12-31", "account.retired_fen", None),
    ("610100", "2025-01-01", "account.retired_fen", 10_000),
    ("441600", "2026-11-01", "account.retired_fen", 10_279),
    ("320500", "2026-11-01", "account.withheld_retired_fen", 200),
    ("310101", "2026-11-01", "account.year_begins_in", 7),
    ("530100", "2026-11-01", "account.current_rate", Decimal("0.0035")),
    ("530100", "2026-11-01", "account.carried_rate", Decimal("0.0110")),
    ("530100", "2026-11-01", "account.nets_current", True),
    ("310101", "2026-11-01", "account.carried_rate", Decimal("0.0150")),
    # Beijing, Shanghai
    ("110108", "2025-03-01", "aid.donor_order", "user_order"),
    ("110108", "2025-03-01", "aid.area", "pool"),
    ("310101", "2025-03-01", "aid.fund_source", "carried_over"),
    ("310101", "2025-03-01", "own.spend_first", "carried_over"),
    ("310101", "2025-03-01", "aid.purpose_choice", True),
    ("310101", "2025-04-15", "purses.order", ("own", "donors", "wallet")),
    ("310101", "2026-07-22", "scope.first_share", False),
    ("310101", "2026-07-23", "purses.first_share", ("carried_over", "donors", "wallet")),
    ("310101", "2026-07-23", "purses.vaccine", ("carried_over", "donors", "wallet")),
    ("310101", "2026-07-23", "purses.fully_selfpaid", "general"),
    ("310101", "2026-07-22", "display.wallet_inside_mulaid", False),
    ("310101", "2026-07-23", "display.wallet_inside_mulaid", True),
    ("310101", "2026-07-22", "display.setldetail_balances", False),
    ("310101", "2026-07-23", "display.setldetail_balances", True),
    # Guangdong and Shenzhen
    ("440400", "2025-03-01", "display.account_inside_fund_pay", True),
    ("440400", "2025-03-01", "display.aid_alias", "亲情账号"),
    ("440300", "2023-10-01", "aid.floor_fen", 0),
    ("440300", "2025-03-01", "aid.donor_order", "balance_desc"),
    ("440300", "2025-03-01", "aid.own_first", "zero_required"),
    ("440300", "2025-03-01", "aid.max_donors", None),
    # Jiangsu, two months early
    ("320100", "2024-09-30", "aid.relations", THREE),
    ("320100", "2024-10-01", "aid.relations", NEAR),
    ("320100", "2024-10-01", "aid.area", "province"),
    ("320100", "2024-12-09", "aid.relations", NEAR),
    ("320100", "2025-03-01", "aid.validity", "period"),
    ("320500", "2025-03-01", "aid.max_in", 1),
    # Zhejiang, Ningbo before and after 2022-03-01
    ("330100", "2025-03-01", "aid.max_in", 1),
    ("330100", "2025-03-01", "aid.max_donors", 1),
    ("330100", "2026-11-01", "own.spend_first", "current"),
    ("330100", "2026-11-01", "purses.vaccine", ("carried_over", "wallet", "donors")),
    ("330200", "2025-03-01", "aid.fund_source", "carried_over"),
    ("330200", "2022-02-28", "aid.donor_order", "user_order"),
    ("330200", "2022-02-28", "aid.max_in", None),
    ("330200", "2022-03-01", "aid.max_in", 1),
    ("330200", "2022-03-01", "aid.validity", "open"),
    ("330300", "2025-03-01", "aid.max_donors", 1),
    # Fujian, Shanxi, Jiangxi
    ("350200", "2025-07-01", "purses.checkup", ("current", "carried_over", "wallet", "donors")),
    ("350200", "2025-07-01", "purses.order", ("own", "wallet", "donors")),
    ("350200", "2025-03-01", "aid.floor_fen", 2_000_00),
    ("350200", "2023-03-23", "aid.fund_source", "all"),
    ("350200", "2023-03-24", "aid.fund_source", "allotted"),
    ("350200", "2025-03-01", "aid.allotments_a_month", 1),
    ("350200", "2025-03-01", "aid.donor_order", "user_order"),
    ("350200", "2025-03-01", "scope.licences",
     ("drug", "slices", "device", "disinfectant", "service")),
    ("140100", "2025-03-01", "aid.floor_fen", 1_000_00),
    ("140100", "2025-03-01", "aid.max_donors", 1),
    ("140100", "2025-03-01", "display.mulaid_inside_acct_pay", False),
    ("360100", "2025-03-01", "aid.max_in", 1),
    ("360100", "2025-03-01", "aid.who_may_end", "either"),
    ("360100", "2025-03-01", "aid.ends_with_insurance", True),
    ("140100", "2025-03-01", "aid.ends_with_insurance", True),
    ("130100", "2025-03-01", "aid.ends_with_insurance", False),
    # Henan across pools since 2024-09
    ("410100", "2024-08-31", "aid.area", "pool"),
    ("410100", "2024-09-01", "aid.area", "province"),
    ("410100", "2024-09-01", "aid.relations", THREE),
    ("410100", "2025-03-01", "aid.tie_break", "name"),
    ("410100", "2025-03-01", "aid.allow_partial", True),
    # Hubei, Guizhou, Inner Mongolia, Jilin, Tai'an, Hainan, Dalian, Chongqing
    ("420100", "2025-03-01", "aid.donor_order", "bind_last"),
    ("420100", "2025-03-01", "aid.min_bound_days", 90),
    ("520100", "2025-03-01", "aid.max_in", 1),
    ("150100", "2025-03-01", "aid.own_first", "zero_required"),
    ("220100", "2025-03-01", "aid.own_first", "zero_required"),
    ("220100", "2025-03-01", "display.mulaid_inside_acct_pay", False),
    ("220100", "2024-12-08", "aid.relations", (*THREE, "parents_in_law")),
    ("220100", "2024-12-09", "aid.relations", NEAR),
    ("370900", "2025-03-01", "aid.chain", False),
    ("370900", "2025-03-01", "aid.max_out", 8),
    ("370900", "2025-03-01", "aid.cap_scope", "donor"),
    ("370100", "2025-03-01", "aid.chain", True),
    ("460100", "2025-03-01", "aid.who_may_end", "either"),
    ("210200", "2025-03-01", "display.aid_alias", "亲情账户"),
    ("500101", "2025-03-01", "aid.max_in", 1),
    # Dazhou, Fangchenggang: samples
    ("511700", "2025-03-01", "aid.cap_share", Decimal("0.5")),
    ("511700", "2025-03-01", "aid.cap_year_fen", 20_000_00),
    ("450600", "2025-03-01", "aid.cap_per_use_fen", 500_00),
    ("450600", "2025-03-01", "aid.rebind_cooldown_days", 30),
    # F5.2
    ("340100", "2025-03-01", "benefit_employee.deductible_fen.basic", 200_00),
    ("340100", "2025-03-01", "benefit_employee.deductible_fen.third", 400_00),
    ("340100", "2025-03-01", "benefit_employee.deductible_ceiling_fen", 400_00),
    ("340100", "2025-03-01", "benefit_employee.ratio_retired.third", Decimal("0.60")),
    ("340100", "2025-03-01", "benefit_employee.cap_retired_fen", 5_000_00),
    ("370923", "2025-03-01", "benefit_employee.ratio_active.second", Decimal("0.70")),
    ("370923", "2025-03-01", "benefit_employee.cap_retired_fen", 5_500_00),
    ("445300", "2025-03-01", "benefit_employee.ratio_active.second", Decimal("0.55")),
    ("445300", "2025-03-01", "benefit_employee.deductible_fen.third", 0),
    ("441800", "2025-03-01", "benefit_employee.cap_per", "month"),
    ("441800", "2025-03-01", "benefit_employee.cap_active_fen", 50_00),
    ("340100", "2025-03-01", "benefit_resident.pooled", False),
]  # fmt: skip


@pytest.mark.parametrize(("place", "day", "key", "value"), FACTS)
def test_a_fact_of_policy_md(place: str, day: str, key: str, value: object) -> None:
    found: Any = BOOK.at(place, date.fromisoformat(day)).rules
    for name in key.split("."):
        found = getattr(found, name)
    assert found == value


def test_the_packs_have_no_problem() -> None:
    assert [str(problem) for problem in check(PACKS)] == []


def test_what_is_marked_c_is_a_sample() -> None:
    entries = [entry for pack in BOOK.packs.values() for entry in pack.entries]
    assert [e for e in entries if e.certainty == "C" and not e.sample] == []


def test_every_block_cites_a_source_and_what_it_says() -> None:
    for pack in BOOK.packs.values():
        for entry in pack.entries:
            cited = citation(entry.source)
            assert cited.sources and cited.says, f"{pack.file}:{entry.line}"
            assert fault(entry.source) is None, f"{pack.file}:{entry.line}"


@pytest.mark.parametrize("code", ["11", "12", "31", "50"])
def test_a_municipality_is_one_pool(code: str) -> None:
    assert BOOK.pool_of(f"{code}0101") == BOOK.pool_of(f"{code}0229") == f"{code}00"
    assert BOOK.pool_of("440305") == "4403"


@pytest.mark.parametrize(("county", "pool"), [("320982", "3209"), ("320585", "3205")])
def test_a_county_town_is_no_pool_of_its_own(county: str, pool: str) -> None:
    """Dafeng and Taicang, which an article of A1's kind counts among the linked cities."""
    assert BOOK.pool_of(county) == pool


@pytest.mark.parametrize(
    ("place", "key", "pack"),
    [
        ("130100", "aid.max_out", "13-hebei.toml"),
        ("130100", "aid.use_area", "13-hebei.toml"),
        ("310101", "aid.purpose_choice", "31-shanghai.toml"),
        ("440300", "aid.floor_fen", "4403-shenzhen.toml"),
        ("440300", "aid.max_donors", "4403-shenzhen.toml"),
        ("320100", "aid.relations", "00-nation.toml"),
        ("360100", "aid.who_may_end", "36-jiangxi.toml"),
        ("410100", "aid.allow_partial", "41-henan.toml"),
        ("410100", "aid.area", "00-nation.toml"),
        ("370900", "aid.max_out", "3709-taian.toml"),
        ("460100", "aid.who_may_end", "46-hainan.toml"),
        ("445300", "benefit_employee.deductible_fen", "4453-yunfu.toml"),
        ("430100", "display.account_inside_fund_pay", "43-hunan.toml"),
    ],
)
def test_who_says_so_also_where_the_nation_says_the_same(place: str, key: str, pack: str) -> None:
    assert BOOK.at(place, date(2025, 3, 1)).entries[key].pack == pack
