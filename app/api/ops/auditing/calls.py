"""Who looked at what and who signed in: the newest first, narrowed down, and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.api.ops.operators import AuditQuery, visitor
from app.api.phone.views import TABLE, table_response
from app.domain.ops.finding.service import Finding
from app.domain.staff.service import Operators
from app.domain.staff.values import Looked, Narrowed, Operator, SignIn, SignInRow
from app.kit.clock import iso, local, midnight
from app.kit.words.text import PlainText
from app.words import Word

_PAGE = 50
_TABLE_MOST = 5000
_DAY = timedelta(days=1)
_Day = Annotated[date, Field(ge=date(2024, 1, 1), le=date(2099, 12, 31))]
LOOKED: dict[Looked, Word] = {
    "story": Word("来龙去脉", "a story"),
    "bills": Word("查账单", "bills"),
    "looks": Word("查看记录", "looks"),
    "sign_ins": Word("登录记录", "sign-ins"),
    "operators": Word("各值班员的登录", "log-ins"),
    "ended": Word("结束登录", "log-ins ended"),
    "refused": Word("无权查看", "refused"),
    "limits": Word("改告警门槛", "a limit set"),
    "person": Word("柜台查人", "a person at the counter"),
    "acts": Word("柜台办理记录", "acts at the counter"),
}
SIGNED: dict[SignIn, Word] = {
    "in": Word("登录", "in"),
    "out": Word("退出或被结束", "out"),
    "wrong": Word("密码错误", "wrong password"),
    "unknown": Word("用户名不存在", "unknown name"),
    "disabled": Word("账号已停用", "disabled"),
    "locked": Word("次数过多，锁定", "locked"),
    "elsewhere": Word("角色不在这个页面工作", "another door's role"),
}
_LOOKS_HEAD = ("时间", "值班员", "类型", "看了什么", "结果", "理由", "请求编号")
_SIGN_INS_HEAD = ("时间", "值班员", "结果", "地址", "请求编号")


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    operators: Operators
    finding: Finding


class _NarrowQuery(AuditQuery):
    """``operator``: by name; ``since``, ``until``: days."""

    operator: PlainText = Field(default="", max_length=50)
    since: _Day | None = None
    until: _Day | None = None

    def narrowed(self, what: str, person_id: int | None = None) -> Narrowed:
        """Which lines are wanted."""
        begin = midnight(self.since) if self.since else None
        end = midnight(self.until) + _DAY if self.until else None
        return Narrowed(self.before, self.operator, what, person_id, begin, end)


class LooksQuery(_NarrowQuery):
    """``setl_id``: a bill; looks at its patient are wanted."""

    what: Looked | Literal[""] = ""
    setl_id: str = Field(default="", max_length=19, pattern=r"^[0-9]*$")


class SignInsQuery(_NarrowQuery):
    """What became of the tries."""

    result: SignIn | Literal[""] = ""


class SignInLine(View):
    """A try to sign in; ``out``: a sign-out, or log-ins that were ended from that address;
    ``elsewhere``: at a page that isn't for the role. ``operator`` is null when nobody has the
    name."""

    id: str
    at: str
    operator: str | None
    address: str
    result: SignIn
    request_id: str


class LookLine(View):
    """A look: who, at what, why. At a person's story, ``bills`` that were searched for, the audit
    itself, who is signed in; ``ended``: whose log-ins were ended; ``limits``: one of the watch was
    set; ``person``: a clerk, at whom by name and number; ``acts``: at what clerks did; or
    ``refused``: what somebody's role doesn't let it see or do. Where no reason is asked there is a
    dash."""

    id: str
    at: str
    operator: str
    what: Looked
    target: str
    found: bool
    reason: str
    request_id: str


async def looks(call: Call[Needs, Nothing, LooksQuery]) -> list[View] | web.StreamResponse:
    query, wants_table = call.query, _wants_table(call)
    person_id = await call.services.finding.whose(query.setl_id) if query.setl_id else None
    rows = await call.services.operators.looks(
        query.narrowed(query.what, person_id), _most(wants_table), _auditor(call), visitor(call)
    )
    if wants_table:
        found = {True: "找到", False: "没有找到"}
        return table_response(
            [
                _LOOKS_HEAD,
                *(
                    (
                        f"{local(row.at):%Y-%m-%d %H:%M:%S}",
                        row.operator,
                        LOOKED[row.what].zh,
                        row.target,
                        found[row.found],
                        row.reason,
                        row.request_id,
                    )
                    for row in rows
                ),
            ]
        )
    return [
        LookLine(
            id=str(row.id),
            at=iso(row.at),
            operator=row.operator,
            what=row.what,
            target=row.target,
            found=row.found,
            reason=row.reason,
            request_id=row.request_id,
        )
        for row in rows
    ]


async def sign_ins(call: Call[Needs, Nothing, SignInsQuery]) -> list[View] | web.StreamResponse:
    query, wants_table = call.query, _wants_table(call)
    rows: list[SignInRow] = await call.services.operators.sign_ins(
        query.narrowed(query.result), _most(wants_table), _auditor(call), visitor(call)
    )
    if wants_table:
        return table_response(
            [
                _SIGN_INS_HEAD,
                *(
                    (
                        f"{local(row.at):%Y-%m-%d %H:%M:%S}",
                        row.operator or "",
                        SIGNED[row.result].zh,
                        row.address,
                        row.request_id,
                    )
                    for row in rows
                ),
            ]
        )
    return [
        SignInLine(
            id=str(row.id),
            at=iso(row.at),
            operator=row.operator,
            address=row.address,
            result=row.result,
            request_id=row.request_id,
        )
        for row in rows
    ]


def _wants_table(call: Call[Needs, Any, Any]) -> bool:
    return TABLE in call.request.headers.get("Accept", "")


def _most(wants_table: bool) -> int:
    return _TABLE_MOST if wants_table else _PAGE


def _auditor(call: Call[Needs, Any, Any]) -> Operator:
    assert call.operator is not None
    return call.operator


ENDPOINTS = [
    Endpoint(
        "GET",
        "/audit/looks",
        looks,
        "谁看过谁的数据，为什么",
        "auditor",
        LookLine,
        query=LooksQuery,
        many=True,
        also=TABLE,
    ),
    Endpoint(
        "GET",
        "/audit/sign-ins",
        sign_ins,
        "登录记录",
        "auditor",
        SignInLine,
        query=SignInsQuery,
        many=True,
        also=TABLE,
    ),
]

RESOURCE = Resource(Needs, ENDPOINTS)
