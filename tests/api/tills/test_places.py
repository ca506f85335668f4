"""By what a message's cell is found, before it is read."""

from __future__ import annotations

import json

import pytest

from app.api.tills.incoming import named_in, place_in
from app.domain.credential.code import new_code, new_token

_TREATED = {"mdtrtarea_admvs": "130100", "insuplc_admdvs": ""}


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (_TREATED | {"insuplc_admdvs": "440300"}, "440300"),
        (_TREATED | {"input": {"data": {"mdtrt_cert_no": new_token("330100")}}}, "330100"),
        (_TREATED | {"input": {"data": {"ecQrCode": new_code("44")}}}, "44"),
        (_TREATED | {"input": {"data": {"ecQrCode": f"\x02{new_code('44')}\x03"}}}, "44"),
        (_TREATED | {"input": {"data": {"psn_no": "44030019800517123"}}}, "130100"),
        (_TREATED | {"insuplc_admdvs": "44"}, "130100"),
        ({"insuplc_admdvs": 440300, "mdtrtarea_admvs": None}, ""),
        ({}, ""),
    ],
)
@pytest.mark.parametrize("spaced", [True, False])
def test_by_its_words_its_token_its_code_or_its_institution(
    message: dict[str, object], place: str, spaced: bool
) -> None:
    raw = json.dumps(message, separators=None if spaced else (",", ":"), ensure_ascii=False)
    assert place_in(raw.encode()) == place


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b'{"insuplc_admdvs": "4403', b"[" * 1000])
def test_of_what_is_no_message_nothing_is_told(raw: bytes) -> None:
    assert place_in(raw) == ""


@pytest.mark.parametrize(
    ("insured", "named", "whose"),
    [("440300", "A1", ""), ("", "A1", "A1"), ("4403", "A1", "A1"), ("", "", ""), ("", "x y", "")],
)
def test_whose_it_is_counts_where_it_does_not_say_where(
    insured: str, named: str, whose: str
) -> None:
    told = {"insuplc_admdvs": insured, "input": {"data": {"psn_no": named}}}
    assert named_in(json.dumps(told).encode()) == whose
