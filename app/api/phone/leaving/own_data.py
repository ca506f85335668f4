"""All that is kept of one person, as tables that a family opens in WPS or Excel: who one is,
accounts, relatives, grants, bills, every movement of money, log-ins. In Chinese, as all tables are;
relatives are named as they are on the pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from aiohttp import web

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.api.phone.my_bills.calls import bills_table
from app.api.phone.views import TABLE, table_response
from app.domain.aid.rules.standing import GrantState, state_of
from app.domain.aid.service import Aid
from app.domain.family.service import Family
from app.domain.login.service import Login, Session
from app.domain.registry.models import Person
from app.domain.registry.relations import KINDS
from app.domain.registry.rules import in_order
from app.domain.registry.service import People
from app.domain.settlement.service import Settlements
from app.kit.clock import Clock, local_date, midnight
from app.kit.words.sheet import Cell, Yuan, cell_text
from app.ledger.balances import Balances
from app.ledger.statement_csv import lines
from app.ledger.statements import BEGIN, Statements, as_told
from app.regions.loader import Rulebook
from app.words import INSUTYPES

Table = list[list[Cell]]
_BILLS_MOST = 5_000
_MOVED_MOST = 20_000
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_GRANT_STATES: dict[GrantState, str] = {
    GrantState.ENDED: "已解除",
    GrantState.TO_CONFIRM: "等待同意",
    GrantState.FROZEN: "已冻结",
    GrantState.PAUSED: "暂停中",
    GrantState.USED: "已用过",
    GrantState.NOT_YET: "未到开始日期",
    GrantState.EXPIRED: "已到期",
    GrantState.ACTIVE: "生效中",
}
_BOND_STATES = {"active": "生效中", "pending": "等待同意"}


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    people: People
    balances: Balances
    aid: Aid
    family: Family
    settlements: Settlements
    statements: Statements
    login: Login
    rulebook: Rulebook
    clock: Clock


class SectionView(View):
    """A part of the own data: a table, its head first."""

    title: str
    rows: list[list[str]]


class OwnDataView(View):
    """All that is kept of me; ``cut``: more than fits was left out, the oldest."""

    sections: list[SectionView]
    cut: bool


async def own(call: Call[Needs, Nothing, Nothing]) -> View | web.StreamResponse:
    """GET /own-data"""
    assert call.session is not None
    sections, cut = await _own_data(call.services, call.session, call.person_id)
    if TABLE in call.request.headers.get("Accept", ""):
        return table_response(_one_file(sections))
    return OwnDataView(
        sections=[
            SectionView(title=title, rows=[[cell_text(cell) for cell in row] for row in rows])
            for title, rows in sections
        ],
        cut=cut,
    )


def _one_file(sections: list[tuple[str, Table]]) -> Iterator[list[Cell]]:
    for title, rows in sections:
        yield [f"【{title}】"]
        yield from rows
        yield []


async def _own_data(
    services: Needs, session: Session, person_id: int
) -> tuple[list[tuple[str, Table]], bool]:
    """The tables, each with its title; and whether the oldest of the longest had to be left out."""
    person, today = await services.people.get(person_id), local_date(services.clock.now())
    after = midnight(today + timedelta(days=1))
    bills = await services.settlements.bills(person_id, _FIRST, after, _BILLS_MOST + 1)
    shops = await services.people.institution_names({one.first.fixmedins_code for one in bills})
    away = await services.statements.begin()
    periods = await services.statements.accounts(person_id, away or _FIRST, after)
    moved = await services.statements.movements(periods, BEGIN, _MOVED_MOST + 1)
    told = [as_told(one) for one in moved[:_MOVED_MOST]]
    others = {one.patient_id for one in told if one.patient_id is not None}
    names = await services.people.masked_names(others)
    me = services.people.masked_name(person)
    sections: list[tuple[str, Table]] = [
        ("我是谁", _who(services, person)),
        ("账户", await _accounts(services, person_id)),
        ("亲情账户", await _relatives(services, person_id)),
        ("家庭共济", await _grants(services, person_id, today)),
        ("账单", [list(row) for row in bills_table(bills[:_BILLS_MOST], shops, me)]),
        ("账户明细", [list(row) for row in lines(periods, told, names.__getitem__, person_id)]),
        ("登录的设备", await _log_ins(services, session)),
    ]
    return sections, (len(bills) > _BILLS_MOST or len(moved) > _MOVED_MOST or away is not None)


def _who(services: Needs, person: Person) -> Table:
    return [
        ["姓名", services.people.masked_name(person)],
        ["证件号码", services.people.masked_certno(person)],
        ["险种", INSUTYPES[person.insutype].zh],
        ["参保地", services.rulebook.region_name(person.insuplc_admdvs)],
        ["参保状态", "正常" if in_order(person) else "不正常"],
    ]


def _table(head: list[Cell], rows: Iterable[list[Cell]]) -> Table:
    return [head, *rows]


async def _accounts(services: Needs, person_id: int) -> Table:
    found = await services.balances.of_person(person_id)
    return _table(
        ["账户", "余额（元）"], ([one.kind.word.zh, Yuan(one.balance_fen)] for one in found)
    )


async def _relatives(services: Needs, person_id: int) -> Table:
    ways = {"out": "我可以出示对方的码", "in": "对方可以出示我的码"}
    return _table(
        ["方向", "对方", "对方是我的", "状态", "时间"],
        (
            [
                ways[one.direction],
                one.masked_name,
                one.relation_zh,
                _BOND_STATES[one.state],
                one.since,
            ]
            for one in await services.family.relatives(person_id)
        ),
    )


async def _grants(services: Needs, person_id: int, today: date) -> Table:
    return _table(
        ["方向", "对方", "对方是付款人的", "状态", "开始", "到期", "设立时间"],
        (
            [
                "我替对方付" if view.i_am_donor else "对方替我付",
                view.other_name,
                KINDS[view.grant.relation].zh,
                _GRANT_STATES[state_of(view.grant.standing, today)],
                view.grant.starts_on,
                view.grant.ends_on,
                view.grant.created_at,
            ]
            for view in await services.aid.of_person(person_id)
        ),
    )


async def _log_ins(services: Needs, session: Session) -> Table:
    return _table(
        ["设备", "网络", "登录时间", "最近使用"],
        (
            [one.device, one.address, one.begun_at, one.used_at]
            for one in await services.login.sessions(session)
        ),
    )


ENDPOINTS = [
    Endpoint(
        "GET",
        "/own-data",
        own,
        "我的全部数据；Accept: text/csv 导出一个表格",
        "person",
        OwnDataView,
        also=TABLE,
    ),
]

RESOURCE = Resource(Needs, ENDPOINTS)
