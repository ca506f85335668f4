"""Law 9: what is sealed opens with the right key, for the right row, unchanged; else never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.sm import Cipher, SealError, hmac_sm3, same, sm3

DATA, INDEX = b"d" * 16, b"i" * 16
CIPHER = Cipher(DATA, INDEX)
ROW = "person:N1"


@given(st.text(max_size=200), st.text(max_size=40))
def test_what_was_sealed_opens(text: str, row: str) -> None:
    assert CIPHER.open(CIPHER.seal(text, row), row) == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    sealed = {CIPHER.seal("王芳", ROW) for _ in range(100)}
    assert len(sealed) == 100
    assert not any("王芳".encode() in one for one in sealed)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealError):
        Cipher(b"e" * 16, INDEX).open(CIPHER.seal("王芳", ROW), ROW)


def test_a_sealed_value_can_t_be_moved_to_another_row() -> None:
    with pytest.raises(SealError):
        CIPHER.open(CIPHER.seal("王芳", ROW), "person:N2")


def test_a_changed_value_is_refused_wherever_it_was_changed() -> None:
    sealed = CIPHER.seal("王芳", ROW)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealError):
            CIPHER.open(bytes(changed), ROW)


def test_a_value_that_was_cut_off_is_refused() -> None:
    sealed = CIPHER.seal("王芳", ROW)
    for length in range(len(sealed)):
        with pytest.raises(SealError):
            CIPHER.open(sealed[:length], ROW)


@pytest.mark.parametrize(("data", "index"), [
    (b"", INDEX), (b"d" * 15, INDEX), (b"d" * 17, INDEX), (DATA, b"i" * 15), (DATA, b""),
])  # fmt: skip
def test_keys_of_a_wrong_length_are_refused(data: bytes, index: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Cipher(data, index)


def test_the_index_finds_equal_texts_of_one_kind_and_key() -> None:
    found = CIPHER.index("certno", "139900")
    assert found == CIPHER.index("certno", "139900") and len(found) == 32
    assert found != CIPHER.index("name", "139900")
    assert found != CIPHER.index("certno", "139901")
    assert found != Cipher(DATA, b"j" * 16).index("certno", "139900")
    assert CIPHER.index("a", "bc") != CIPHER.index("ab", "c"), "kind and text don't run together"


def test_sm3_is_the_standard_s() -> None:
    """GB/T 32905-2016, appendix A."""
    assert sm3(b"abc").hex() == ("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    assert sm3(b"abcd" * 16).hex() == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


@given(st.binary(max_size=64), st.binary(max_size=200))
def test_hmac_is_that_of_rfc_2104(key: bytes, message: bytes) -> None:
    block = key.ljust(64, b"\0")
    inner = sm3(bytes(one ^ 0x36 for one in block) + message)
    assert hmac_sm3(key or b"\0", message) == sm3(bytes(one ^ 0x5C for one in block) + inner)


def test_secrets_are_compared_as_bytes_or_text() -> None:
    assert same("ab", b"ab") and same("é", "é") and same(b"", "")
    assert not same("ab", "abc") and not same("a", "A") and not same(b"\xff", "ÿ")
