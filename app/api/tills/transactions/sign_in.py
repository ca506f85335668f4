"""9001 sign in, 9002 sign out."""

from __future__ import annotations

from typing import Any

from app.api.tills.errors import SIGN_IN_UNKNOWN
from app.api.tills.fields import node, text, wrong
from app.api.tills.message import Message
from app.api.tills.wire import wire_time
from app.kit.reasons import Refusal


async def sign_in(message: Message) -> dict[str, Any]:
    """9001: gives the day's ``sign_no`` to an operator."""
    data = node(message.input, "signIn")
    opter_no = text(data, "opter_no", 20)
    text(data, "mac", 20)
    text(data, "ip", 40)
    if opter_no != message.envelope.opter:
        raise wrong("opter_no", "与报文头的opter不一致")
    now = message.services.clock.now()
    sign_no = f"{message.services.database.ids.next():020d}"
    async with message.services.database.transaction() as connection:
        await connection.execute(
            "insert into till_sign_in (sign_no, fixmedins_code, opter_no, signed_in_at) "
            "values ($1, $2, $3, $4)",
            sign_no, message.till.code, opter_no, now,
        )  # fmt: skip
    return {"signinoutb": {"sign_time": wire_time(now), "sign_no": sign_no}}


async def sign_out(message: Message) -> dict[str, Any]:
    """9002: ends a sign-in. Ending it again is refused: there is no such sign-in any more."""
    data = node(message.input, "signOut")
    sign_no = text(data, "sign_no", 30)
    text(data, "opter_no", 20)
    now = message.services.clock.now()
    async with message.services.database.transaction() as connection:
        done = await connection.fetchval(
            "update till_sign_in set signed_out_at = $3 "
            "where sign_no = $1 and fixmedins_code = $2 and signed_out_at is null "
            "returning sign_no",
            sign_no, message.till.code, now,
        )  # fmt: skip
    if done is None:
        raise Refusal(SIGN_IN_UNKNOWN)
    return {"signinoutb": {"sign_time": wire_time(now), "sign_no": sign_no}}


async def check_sign_no(message: Message) -> None:
    """A message that carries a ``sign_no`` must carry a live one of its own institution.

    Raises:
        Refusal: SIGN_IN_UNKNOWN.
    """
    sign_no = message.envelope.sign_no
    if not sign_no:
        return
    live = await message.services.database.value(
        "select 1 from till_sign_in "
        "where sign_no = $1 and fixmedins_code = $2 and signed_out_at is null",
        sign_no,
        message.till.code,
    )
    if live is None:
        raise Refusal(SIGN_IN_UNKNOWN)
