"""Passwords that are guessed first are refused, with a sentence; those people make up are taken."""

from __future__ import annotations

import random
import string

import pytest

from app.domain.staff import weak
from app.domain.staff.passwords import made_up
from app.domain.staff.weak import WeakPassword
from tests.api.ops.conftest import NightShift


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("123456789", "10 to 200"), ("x" * 201, "10 to 200"), ("", "10 to 200"),
        ("1234567890", "guessed first"), ("0987654321", "guessed first"),
        ("１２３４５６７８９０", "guessed first"), ("12345678901234567890", "over again"),
        ("0123456789", "guessed first"), ("abcdefghij", "guessed first"),
        ("ZYXWVUTSRQ", "guessed first"), ("qwertyuiop", "guessed first"),
        ("poiuytrewq", "guessed first"), ("1qaz2wsx3edc", "guessed first"),
        ("1q2w3e4r5t", "guessed first"), ("qazwsxedcrfv", "guessed first"),
        ("!@#$%^&*()", "guessed first"), ("asdfghjkl;'", "guessed first"),
        ("abc123abc123", "over again"), ("aaaaaaaaaa", "over again"), ("          ", "over again"),
        ("0101010101", "over again"), ("aabbaabbaabb", "over again"), ("Kx7!pKx7!pK", "over again"),
        ("aaaaabbbbbcccccdddddeeeee", "guessed first"), ("password123", "guessed first"),
        ("Password2026!", "guessed first"), ("P@ssw0rd2026", "guessed first"),
        ("admin12345678", "guessed first"), ("qinji-2026-admin", "guessed first"),
        ("iloveyou1314", "guessed first"), ("woaini5201314", "guessed first"),
        ("letmein!!!!!!", "guessed first"), ("abcd1234efgh", "guessed first"),
        ("亲济医保密码1234567", "guessed first"),
        ("zhangsan-k7dm-q2", "own name"), ("x9-ZhangSan-q2pt", "own name"),
        ("nasgnahz-k7dm-q2", "own name"),
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why) as refused:
        weak.check("zhangsan", password)
    assert "密码" in str(refused.value)
    assert not password.strip() or password not in str(refused.value)


@pytest.mark.parametrize(("name", "password"), [
    ("王工", "王工1234567890"), ("值班一", "值班一二三四五六七八九"), ("ab", "abababababab"),
    ("wang.lei", "wang2026lei!!"), ("wang.lei", "lei-wang-1234"),
])  # fmt: skip
def test_the_own_name_and_its_parts_count_for_little(name: str, password: str) -> None:
    with pytest.raises(WeakPassword):
        weak.check(name, password)


@pytest.mark.parametrize("password", [
    "correct horse battery", "long enough it is", "another long one", "  two spaces  ",
    "夜里下雨路上没有人走", "Xiaoyu-1987-Baoding", "tr0ub4dor&3-q",
])  # fmt: skip
def test_what_people_make_up_is_taken(password: str) -> None:
    weak.check("值班甲", password)


def test_what_is_made_at_random_is_taken() -> None:
    chance = random.Random(67)  # one in 400,000 of twelve letters has four different ones only
    for _ in range(2000):
        weak.check("viewer-1a2b3c4d", made_up())
        weak.check("viewer-1a2b3c4d", chance.randbytes(8).hex())
        weak.check("王", "".join(chance.choices(string.ascii_letters, k=12)))


async def test_a_weak_one_of_before_lets_in_and_is_told(
    night: NightShift, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(weak, "check", lambda name, password: None)
        assert await night.town.services.operators.add("王工", "viewer", "1234567890")
    assert (await night.try_sign_in("王工", "1234567890")).status == 200
    told = capsys.readouterr().out
    assert "ops_password_weak" in told and "1234567890" not in told


async def test_no_way_leads_round_it(night: NightShift) -> None:
    operators = night.town.services.operators
    with pytest.raises(WeakPassword):
        await operators.add("王工", "viewer", "1234567890")
    assert await operators.all() == []
    assert await operators.add("王工", "viewer", "夜里下雨路上没有人走")
    with pytest.raises(WeakPassword):
        await operators.set_password("王工", "1234567890")
    assert (await night.try_sign_in("王工", "夜里下雨路上没有人走")).status == 200
