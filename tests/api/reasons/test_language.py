"""A sentence is in its reader's language: no English in a Chinese one but names of fields and
codes, no Chinese in an English one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.api.application import COUNTER, OPS, PHONE, endpoints
from app.api.http.endpoint import Nothing
from app.api.http.wrong_fields import described
from app.api.reasons import EVERY
from app.api.tills.table import TRANSACTIONS
from app.api.tills.wire.envelope import FIELDS
from app.domain.aid.errors import AREA_NOT_ALLOWED
from app.domain.registry.naming import with_names
from app.kit.reasons import INVALID_INPUT, Because, Refusal
from app.regions.text.places import place_name
from app.words import PayWay

APP = Path(__file__).parents[3] / "app"
CHINESE = re.compile(r"[\u3400-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z][A-Za-z_]+")
NAMES = {
    "Content", "Encoding", "QINJI_METRICS_PORT",
    # The nation's own names and forms.
    "fixmedins_code", "psn_no", "mdtrt_id", "setl_id", "insuplc_admdvs", "omsgid", "oinfno",
    "ipt_otp_no", "card_sn", "psn_name",
    "stmt_begndate", "stmt_enddate", "file_qury_no", "businessType", "ecToken",
    "yyyy", "MM", "dd", "HH", "mm", "ss", "fsi", "api", "rsfComIfsService", "callService",
    # Of a phone's and an operator's calls.
    "cursor", "from", "to", "items", "starts_on", "ends_on", "msgid", "body",
    # What has no other name.
    "JSON", "UTF", "GBK", "POST", "MB", "AppID", "AppSecret", "code", "zip", "txt",
    "base", "QINJI_METRICS_TOKEN",
    # What a till says as it is written here.
    *(str(way) for way in PayWay),
}  # fmt: skip
"""All that may stand in Latin letters in a Chinese sentence."""
IN_ENGLISH = {"医保码"}
"""What an English reader has to recognise on the spot."""


def english_in(text: str, names: set[str] = NAMES) -> set[str]:
    return set(ENGLISH.findall(re.sub(r"\{\w+\}", "", text))) - names


@pytest.mark.parametrize("code", sorted(EVERY))
def test_a_reason_s_sentences_are_in_one_language_each(code: str) -> None:
    reason = EVERY[code]
    assert english_in(reason.zh + reason.next_zh) == set()
    assert set(CHINESE.findall(reason.en + reason.next_en)) <= IN_ENGLISH


@pytest.mark.parametrize("code", sorted(EVERY))
def test_a_figure_that_is_a_word_has_its_english(code: str) -> None:
    """Every figure of an English sentence is a number, a name, or called ``…_en``."""
    reason = EVERY[code]
    plain = {
        "name",
        "limit",
        "age",
        "need",
        "short",
        "floor",
        "cap",
        "day",
        "amount",
        "closes",
        "opens",
        "year",
        "years",
        "lines",
        "line",
        "field",
        "scheme",
        "days",
        "window",
        "infno",
        "errcode",
        "minutes",
        "first",
        "kind",
        "at",
        "total",
        "expected",
        "sent",
        "business_type",
        "setl_id",
        "mdtrt_id",
        "bills",
        "paid",
        "most",
        "begin",
        "hour",
        "left",
        "times",
        "until",
        "code",
        "got",
        "asked",
        "rxno",
        "number",
        "ended",
        "med_type",
    }
    found = set(re.findall(r"\{(\w+)\}", reason.en + reason.next_en))
    assert {name for name in found if not name.endswith("_en")} <= plain


JUNK: list[Any] = [
    None, "", " ", "x" * 5000, "\x00", "１", "1e5", "2026-13-01", "2026-11-21T10:00:00", "-1", "0",
    0, -1, 10**30, 1.5, float("inf"), True, [], ["x"] * 500, [None], {}, {"x": 1}, "没有",
]  # fmt: skip


def forms() -> list[type[BaseModel]]:
    every = [*endpoints(PHONE), *endpoints(OPS), *endpoints(COUNTER)]
    found = {form for one in every for form in (one.body, one.query) if form is not Nothing}
    return sorted(found, key=lambda form: form.__name__)


def fields_of(form: type[BaseModel]) -> set[str]:
    """Names of a form's fields, and of the forms in it."""
    return set(re.findall(r'"(\w+)"', str(form.model_json_schema()).replace("'", '"')))


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.__name__)
def test_what_is_wrong_with_a_form_is_told_in_the_reader_s_language(form: type[BaseModel]) -> None:
    names = [field.alias or name for name, field in form.model_fields.items()]
    sent: list[Any] = [*JUNK, {"unknown_field": 1}]
    sent += [{name: junk} for name in names for junk in JUNK]
    refused = 0
    for value in sent:
        try:
            form.model_validate(value)
        except ValidationError as error:
            refused += 1
            told = described(error)
            for item in error.errors():
                assert item["type"] == "value_error" or told["detail"] != "填写不正确", item
            zh, en = (INVALID_INPUT.sentence(one, **told) for one in ("zh", "en"))
            assert english_in(zh, NAMES | fields_of(form) | {"unknown_field"}) == set(), zh
            assert not CHINESE.search(en), en
            assert "填写不正确" not in zh, [item["type"] for item in error.errors()]
    assert refused > len(JUNK) // 2


def test_what_is_wrong_with_a_till_s_field_is_told_in_chinese() -> None:
    fields = [
        field
        for one in TRANSACTIONS
        for node in one.shape.input
        for field in node.fields
        if field.read is not None
    ]
    names = NAMES | {field.name for field in fields} | set(FIELDS)
    told = 0
    for field in fields:
        for junk in JUNK:
            try:
                assert field.read is not None
                field.read({field.name: junk})
            except Refusal as refusal:
                told += 1
                because = refusal.because()
                zh = because.reason.sentence("zh", **because.params)
                assert english_in(zh, names) == set(), (field.name, junk, zh)
                assert not CHINESE.search(because.reason.sentence("en", **because.params))
    assert told > 1000


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every place where a refusal or reason is made with figures of its own."""
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield f"{path.relative_to(APP)}:{node.lineno}", node


def words_of(node: ast.AST) -> str:
    """The fixed words of an expression."""
    return "".join(
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def test_what_code_says_of_a_detail_is_in_its_language() -> None:
    seen = 0
    names = NAMES | set(FIELDS) | {"jsonStr", "input", "refd_setl_flag", "prescribed"}
    for where, call in calls():
        if not isinstance(call.func, ast.Name) or call.func.id != "Refusal":
            continue
        said = {word.arg: words_of(word.value) for word in call.keywords if word.arg}
        if "detail" not in said:
            continue
        seen += 1
        assert english_in(said["detail"], names) == set(), where
        assert not CHINESE.search(said.get("detail_en", "")), where
        reason = call.args[0].id if isinstance(call.args[0], ast.Name) else ""
        if reason in EVERY and "{detail_en}" in EVERY[reason].en:
            assert "detail_en" in said, where
    assert seen > 20


def test_places_are_told_by_their_names() -> None:
    figures = {"donor_place": "110101", "beneficiary_place": "130100"}
    area = {"area": "省", "area_en": "province"}
    [told] = with_names([Because(AREA_NOT_ALLOWED, area | figures)], {})
    assert "(110101, 130100)" in told.as_dict("en")["message"]
    assert with_names([told], {}) == [told]
    zh = told.as_dict()["message"]
    assert zh == "共济双方参保地不在同一省（北京市东城区、河北省石家庄市），不能使用家庭共济。"


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("110101", "北京市东城区"),
        ("130100", "河北省石家庄市"),
        ("130102", "石家庄市长安区"),
        ("310000", "上海市"),
        ("310100", "上海市"),
        ("139900", "河北省本级"),
        ("130199", "石家庄市本级"),
        ("441900", "广东省东莞市"),
        ("429004", "湖北省仙桃市"),
        ("130188", "河北省石家庄市（130188）"),
        ("999999", "999999"),
        ("", ""),
    ],
)
def test_a_place_has_a_name(place: str, name: str) -> None:
    assert place_name(place) == name


def test_who_is_too_far_away_for_mutual_aid_is_sent_to_the_wallet() -> None:
    reason = EVERY["AREA_NOT_ALLOWED"]
    assert "医保钱包" in reason.next_zh and "wallet" in reason.next_en.lower()


NEW_NUMBER_AFTER = {
    "REVERSED_BEFORE_ARRIVAL", "UNDONE_SINCE", "VOIDED_TOO_LATE", "SET_ASIDE", "MSGID_REUSED",
    "MESSAGE_UNKNOWN",
}  # fmt: skip
"""Reasons that speak of a new msgid: nothing stands under the old one, or to repeat comes first."""


def test_no_first_advice_makes_a_till_charge_twice() -> None:
    for code, reason in EVERY.items():
        if re.search("新的?(报文号|流水号)", reason.next_zh):
            assert code in NEW_NUMBER_AFTER | {"LINE_CHANGED"}, code
    told = EVERY["MSGID_REUSED"].next_zh
    assert told.index("原样重发") < told.index("新的报文号")
    told = EVERY["MESSAGE_UNKNOWN"].next_zh
    assert told.index("2601冲正") < told.index("新的报文号")
    told = EVERY["LINE_CHANGED"].next_zh
    assert told.index("2205") < told.index("新的流水号")
    assert "2207" in EVERY["NOTHING_TO_SETTLE"].next_zh.partition("2204")[0]
