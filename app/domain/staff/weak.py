"""Passwords that a guesser tries first. Pure.

What can be guessed as one thing counts as one character: a run along the alphabet, the digits or
the keyboard, one character again and again, a word from the list, a year, a part of the operator's
own name. Of what is left there have to be enough, whatever the length.
"""

from __future__ import annotations

import re
import unicodedata

PASSWORD_MIN, PASSWORD_MAX = 10, 200
_WORTH_MIN = 6
_DIFFERENT_MIN = 5
_RUN_MIN = 3
_NAME_MIN = 3

_ROWS = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./",
    "!@#$%^&*()", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp", "147258369", "123456789123", "1478963", "5201314",
)  # fmt: skip
_RUNS = tuple(row[::step] for row in _ROWS for step in (1, -1))
_WORDS = (
    "administrator", "password", "passwort", "sunshine", "princess", "football", "baseball",
    "superman", "starwars", "iloveyou", "trustno1", "changeit", "changeme", "operator", "zhongguo",
    "welcome", "letmein", "default", "auditor", "charlie", "michael", "computer", "internet",
    "postgres", "beijing", "tianjin", "dragon", "monkey", "shadow", "master", "secret", "viewer",
    "woaini", "mima", "qinji", "hebei", "hubei", "yibao", "admin", "login", "hello", "guest",
    "super", "china", "redis", "night", "shift", "zhiban", "passwd", "pass", "user", "root", "test",
    "temp", "love", "亲济", "医保", "值班", "密码", "你好", "中国", "我爱你",
)  # fmt: skip
_ONES = re.compile("|".join((*map(re.escape, _WORDS), r"(?:19|20)\d\d", r"(.)\1{2,}")))
_LEET = str.maketrans("@4301$5!7", "aaeolssit")


class WeakPassword(ValueError):
    """A password that isn't taken, with a sentence that says why."""


def check(name: str, password: str) -> None:
    """Whether an operator of this name may have this password.

    Raises:
        WeakPassword: no.
    """
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise WeakPassword(
            f"密码须为{PASSWORD_MIN}至{PASSWORD_MAX}个字符。"
            f" A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters."
        )
    plain, own = _plain(password), _plain(name).strip()
    if _own_name_in(plain, own):
        raise WeakPassword(
            "密码不能包含自己的用户名，请换一个。"
            " The password contains the operator's own name: choose another."
        )
    if len(set(plain)) < _DIFFERENT_MIN or _is_repeated(plain):
        raise WeakPassword(
            "密码不能由重复的字符组成，请换一个。"
            " The password is the same few characters over again: choose another."
        )
    if min(_worth(text, own) for text in (plain, plain.translate(_LEET))) < _WORTH_MIN:
        raise WeakPassword(
            "密码太常见：连续的数字、字母或键盘顺序、常用词、年份都容易被猜到，"
            "请换一个，或用--generate生成。"
            " The password is one of those that are guessed first (a run of digits, letters or"
            " keys, a common word, a year): choose another, or let --generate make one."
        )


def is_weak(name: str, password: str) -> bool:
    """Whether ``check`` refuses it."""
    try:
        check(name, password)
    except WeakPassword:
        return True
    return False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _own_name_in(plain: str, own: str) -> bool:
    if not own:
        return False
    if len(own) < _NAME_MIN and own.isascii():  # too short to say anything, unless it is all
        return plain.replace(own, "") == ""
    return own in plain or own[::-1] in plain


def _is_repeated(plain: str) -> bool:
    """One piece over and over, the last of them perhaps cut short."""
    return any(
        all(plain[at] == plain[at - period] for at in range(period, len(plain)))
        for period in range(1, len(plain) // 2 + 1)
    )


def _worth(plain: str, own: str) -> int:
    """How many characters are left when what is guessed as one thing counts as one."""
    for part in re.split(r"[\W_]+", own):
        if len(part) >= _NAME_MIN or (part and not part.isascii()):
            plain = plain.replace(part, "\0")
    plain = _ONES.sub("\0", plain)
    worth = at = 0
    while at < len(plain):
        at += _run(plain[at:])
        worth += 1
    return worth


def _run(text: str) -> int:
    """How far a text runs along one of the rows; 1 if it doesn't."""
    length = _RUN_MIN
    while length <= len(text) and any(text[:length] in row for row in _RUNS):
        length += 1
    return length - 1 if length > _RUN_MIN else 1
