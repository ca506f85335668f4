"""Which encoding a text from outside has."""

from __future__ import annotations

import pytest

from app.kit.words.encoding import NotUtf8, utf8

TEXT = '{"opter_name":"王收银员"}'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_taken_with_a_mark_or_without(encoding: str) -> None:
    assert utf8(TEXT.encode(encoding)) == TEXT.encode()


@pytest.mark.parametrize(
    ("encoding", "guess"),
    [
        ("gbk", "GBK"),
        ("gb18030", "GBK"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32-le", "UTF-32"),
        ("utf-32-be", "UTF-32"),
    ],
)
def test_another_encoding_is_told_by_its_name(encoding: str, guess: str) -> None:
    with pytest.raises(NotUtf8) as told:
        utf8(TEXT.encode(encoding))
    assert told.value.guess == guess
    assert told.value.told == f"不是UTF-8编码（像是{guess}）"


def test_bytes_of_no_encoding_are_told_so() -> None:
    with pytest.raises(NotUtf8) as told:
        utf8(b'{"a":"\x80\xff\xff"}')
    assert told.value.told == "不是UTF-8编码"


def test_a_text_that_is_cut_short_is_another_matter() -> None:
    assert utf8("王".encode()[:2]) == "王".encode()[:2]
