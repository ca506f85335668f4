"""9001A to 9001C (ours): cashiers with number and PIN."""

from __future__ import annotations

from app.api.tills.message import Message, Output
from app.api.tills.wire.fields import code, flag, text, wrong
from app.api.tills.wire.nodes import Node, Shape
from app.api.tills.wire.values import wire_time
from app.domain.shop.errors import CASHIER_UNKNOWN
from app.kit.reasons import Refusal

_SIGN_IN = Node("signIn", code("opter_no", "操作员编号", 20), code("pin", "密码", 12))
SIGN_IN = Shape((_SIGN_IN,), ("signinoutb",))
_PUT = Node(
    "data",
    code("opter_no", "操作员编号", 20),
    text("opter_name", "操作员姓名", 50, required=False),
    code("pin", "密码", 12, required=False),
    flag("vali_flag", "有效标志", 3, required=False),
)
PUT = Shape((_PUT,), ())
_LIST = Node("data", code("opter_no", "操作员编号", 20, required=False))
LIST = Shape((_LIST,), ("opterinfo[]",))


async def sign_in(message: Message) -> Output:
    """9001A (ours): signs a cashier in by PIN: the day's ``sign_no``, and the cashier's name."""
    data, rooms, sender = _SIGN_IN.of(message.input), message.rooms, message.sender.code
    if data["opter_no"] != message.envelope.opter:
        raise wrong("opter_no", "与报文头的opter不一致")
    cashier = await rooms.cashiers.check(sender, data["opter_no"], data["pin"])
    made = await rooms.sign_ins.begin(sender, cashier.number, cashier.name)
    return {
        "signinoutb": {
            "sign_time": wire_time(made.signed_in_at),
            "sign_no": made.sign_no,
            "opter_name": cashier.name,
        }
    }


async def put(message: Message) -> Output:
    """9001B (ours): lets a cashier in with a name and a PIN, or with ``vali_flag`` 0 no more."""
    data, rooms, sender = _PUT.of(message.input), message.rooms, message.sender.code
    if data["vali_flag"] is False:
        if not await rooms.cashiers.end(sender, data["opter_no"]):
            raise Refusal(CASHIER_UNKNOWN)
        return {}
    if not data["opter_name"]:
        raise wrong("opter_name", "不能为空")
    await rooms.cashiers.put(sender, data["opter_no"], data["opter_name"], data["pin"])
    return {}


async def listed(message: Message) -> Output:
    """9001C (ours): the institution's cashiers, by number; PINs are told to nobody."""
    wanted = _LIST.of(message.input)["opter_no"]
    found = await message.rooms.cashiers.all_of(message.sender.code)
    return {
        "opterinfo": [
            {
                "opter_no": one.number,
                "opter_name": one.name,
                "vali_flag": "0" if one.ended else "1",
            }
            for one in found
            if wanted in ("", one.number)
        ]
    }
