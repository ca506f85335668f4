"""1901 the dictionaries, 1201 an institution."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from app.api.tills import wire
from app.api.tills.message import Message
from app.api.tills.transactions.catalogue_fields import INSTITUTION, WORDS
from app.api.tills.wire.fields import wrong
from app.api.tills.wire.nodes import Shape
from app.api.tills.wire.values import wire_time

DICTIONARY = Shape((WORDS,), ("list[]",))
ABOUT = Shape((INSTITUTION,), ("medinsinfo",))
_VERSION, _MADE = 20250314, "2025-03-14 00:00:00"
"""The day of the text from which they are."""
_ROOT, _BY = "0", "国家医保局"
_LISTS = "catalogue_ver"
_CALLED = {
    "1301": "西药中成药", "1302": "中药饮片", "1304": "民族药品", "1305": "医疗服务项目",
    "1306": "医用耗材", "1306A": "医用耗材A", "1307": "疾病与诊断", "1309": "门诊慢特病种",
    "1320": "中药配方颗粒",
}  # fmt: skip
_FOUND_MAX = 50


@cache
def dictionaries() -> dict[str, tuple[tuple[str, str], ...]]:
    """Codes with what they are called, by dictionary."""
    text = (Path(wire.__file__).parent / "dictionaries.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, _, words = line.split("|", 3)
            found[name] = tuple(_pairs(words))
    return found


def _pairs(words: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for word in words.split(" "):
        if word.isascii() and word.isdigit():
            pairs.append((word, ""))
        elif pairs:
            code, name = pairs[-1]
            pairs[-1] = code, f"{name} {word}".strip()
    return [pair for pair in pairs if pair[1]]


async def words(message: Message) -> dict[str, Any]:
    """1901: a dictionary with its version; `catalogue_ver`: the versions of the lists of 13xx."""
    data = WORDS.of(message.input)
    name = data["type"].lower()
    nothing = data["parent_value"] not in ("", _ROOT) or data["vali_flag"].lstrip("0") != "1"
    if name == _LISTS:
        return {"list": [] if nothing else await _versions(message)}
    pairs = dictionaries().get(name)
    if pairs is None:
        raise wrong("type", "没有这个字典")
    rows = [] if nothing else pairs
    return {
        "list": [
            _row(name, label, value, at, _MADE, _VERSION)
            for at, (value, label) in enumerate(rows, 1)
        ]
    }


async def _versions(message: Message) -> list[dict[str, Any]]:
    return [
        _row(
            _LISTS,
            _CALLED[row["list"]],
            row["list"],
            at,
            wire_time(row["made_at"]),
            row["version"],
        )
        for at, row in enumerate(await message.rooms.catalogue.versions(), 1)
    ]


def _row(name: str, label: str, value: str, at: int, made: str, version: int) -> dict[str, Any]:
    return {
        "type": name,
        "label": label[:50],
        "value": value,
        "parent_value": _ROOT,
        "sort": at,
        "vali_flag": "1",
        "create_user": _BY,
        "create_date": made,
        "version": version,
    }


async def about(message: Message) -> dict[str, Any]:
    """1201: an institution by its code, or by its name or a part of it; of several the nearest."""
    data, people = INSTITUTION.of(message.input), message.rooms.people
    code, name = data["fixmedins_code"], data["fixmedins_name"]
    if not code and not name:
        raise wrong("fixmedins_code", "与fixmedins_name至少填一项")
    if code:
        one = await people.institution(code)
        found = [] if one is None or name not in one.fixmedins_name else [one]
    else:
        # The search also knows beginnings of codes, by which nobody asks here.
        near = await people.find_institutions(name, message.sender.admdvs, _FOUND_MAX)
        found = [one for one in near if name in one.fixmedins_name]
    kind = data["fixmedins_type"].lstrip("0")
    found = [one for one in found if one.fixmedins_type == kind and one.closed_at is None]
    if not found:
        raise wrong("fixmedins_code" if code else "fixmedins_name", "没有这家定点医药机构")
    if len(found) > 1:
        message.warnings.append(f"名称相符的有{len(found)}家，取最近的一家；请填编号查询其他机构")
    [one, *_] = found
    return {
        "medinsinfo": {
            "fixmedins_code": one.fixmedins_code,
            "fixmedins_name": one.fixmedins_name,
            "uscc": one.uscc,
            "fixmedins_type": one.fixmedins_type,
            "hosp_lv": one.hosp_lv,
            "exp_content": "",
        }
    }
