"""9001 sign in, 9002 sign out."""

from __future__ import annotations

from typing import Any

from app.api.tills.errors import SIGN_IN_UNKNOWN
from app.api.tills.message import Message
from app.api.tills.wire.fields import code, text, wrong
from app.api.tills.wire.nodes import Node, Shape
from app.api.tills.wire.values import wire_time
from app.kit.reasons import Refusal

_SIGN_IN = Node(
    "signIn",
    code("opter_no", "操作员编号", 20),
    text("mac", "签到MAC地址", 20),
    text("ip", "签到IP地址", 20),
)
SIGN_IN = Shape((_SIGN_IN,), ("signinoutb",))
_SIGN_OUT = Node(
    "signOut",
    code("sign_no", "签到编号", 30),
    code("opter_no", "操作员编号", 20),
)
SIGN_OUT = Shape((_SIGN_OUT,), ("signoutoutb",))


async def sign_in(message: Message) -> dict[str, Any]:
    """9001: gives the day's ``sign_no`` to an operator."""
    data = _SIGN_IN.of(message.input)
    if data["opter_no"] != message.envelope.opter:
        raise wrong("opter_no", "与报文头的opter不一致")
    made = await message.rooms.sign_ins.begin(
        message.sender.code, data["opter_no"], message.envelope.opter_name
    )
    return {"signinoutb": {"sign_time": wire_time(made.signed_in_at), "sign_no": made.sign_no}}


async def sign_out(message: Message) -> dict[str, Any]:
    """9002: ends a sign-in. Ending it again is refused: there is no such sign-in any more."""
    sign_no = _SIGN_OUT.of(message.input)["sign_no"]
    ended_at = await message.rooms.sign_ins.end(message.sender.code, sign_no)
    if ended_at is None:
        raise Refusal(SIGN_IN_UNKNOWN)
    return {"signoutoutb": {"sign_time": wire_time(ended_at)}}
