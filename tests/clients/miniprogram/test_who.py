"""What a form says of a name and a number while they are typed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.kit.words.id_numbers import id_number
from tests.clients.miniprogram.conftest import SOURCE, Run

NUMBER = id_number("130102", date(1949, 5, 12), 1)
TYPED, LEFT, SENT = 0, 1, 2
_ASK = """
globalThis.wx = { getStorageSync: () => 'zh' }
import(process.argv[1]).then((who) => {
  const [name, ...rest] = JSON.parse(process.argv[2])
  console.log(JSON.stringify(who[name](...rest)))
})
"""


def ask(node: Run, *call: object) -> str:
    done = node("-e", _ASK, (SOURCE / "core/who.js").as_uri(), json.dumps(call))
    assert done.returncode == 0, done.stderr
    told: str = json.loads(done.stdout)
    return told


def changed(number: str, at: int) -> str:
    return number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]


@pytest.mark.parametrize(
    ("number", "how", "wrong"),
    [
        ("", TYPED, ""),
        ("", LEFT, ""),
        ("", SENT, "noNumber"),
        (NUMBER[:9], TYPED, ""),
        (NUMBER[:9], LEFT, "idShort:9"),
        (NUMBER, TYPED, ""),
        (f" {NUMBER[:6]} {NUMBER[6:]} ", SENT, ""),
        (changed(NUMBER, 3), TYPED, "idCheck"),
        (changed(NUMBER, 15), TYPED, "idCheck"),
        (NUMBER[:10] + "1332", TYPED, "idBirthday:19491332"),
        (NUMBER + "1", TYPED, "idLong:1"),
        ("13O102", TYPED, "idLetters"),
        ("13X1", TYPED, "idLetters"),
        ("11010119900307002x", TYPED, ""),
        ("１１０１０１１９９００３０７００２Ｘ", TYPED, ""),
    ],
)
def test_a_number_is_judged_as_far_as_it_is_typed(
    node: Run, number: str, how: int, wrong: str
) -> None:
    assert ask(node, "wrongId", number, how) == wrong


@pytest.mark.parametrize(
    ("relation", "sequence", "told"),
    [
        ("father", 2, "isWoman"),
        ("mother", 1, "isMan"),
        ("father", 1, ""),
        ("mother", 2, ""),
        ("daughters_son", 2, "isWoman"),
        ("sons_daughter", 1, "isMan"),
        ("mother_in_law", 1, "isMan"),
        ("maternal_grandfather", 2, "isWoman"),
        ("step_daughter", 1, "isMan"),
        ("", 1, ""),
    ],
)
def test_a_number_of_the_other_sex_is_told(
    node: Run, relation: str, sequence: int, told: str
) -> None:
    number = id_number("130102", date(1990, 3, 7), sequence)
    assert ask(node, "otherSex", number, relation) == told


def test_a_name_has_no_digits_and_a_birth_certificate_letters_and_digits(node: Run) -> None:
    assert ask(node, "wrongName", "李　建国", SENT) == ""
    assert ask(node, "wrongName", "李建国1", TYPED) == "nameLetters"
    assert ask(node, "wrongName", " ", SENT) == "noName"
    assert ask(node, "wrongBirthNumber", "k130", TYPED) == ""
    assert ask(node, "wrongBirthNumber", "k130", LEFT) == "birthShort"
    assert ask(node, "wrongBirthNumber", "K130-1", TYPED) == "birthLetters"
