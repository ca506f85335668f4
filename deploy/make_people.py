"""Writes a people file (DESIGN §8) of N invented people: `python deploy/make_people.py N FILE.csv`.

The same N gives the same file. Area codes 1399.. and 1199.. belong to no place, so that no number
can be a real person's.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

HEADER = (
    "psn_no,psn_name,psn_cert_type,certno,gend,brdy,insutype,psn_type,psn_insu_stas,"
    "insuplc_admdvs,has_account,balance_current,balance_carried"
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春红建国"
_PLACES = ("130100", "130200", "130300", "130400", "130500", "130600", "130700", "110100")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def certno(area: str, born: date, sequence: int) -> str:
    """An ID number with a right check digit."""
    first = f"{area}{born:%Y%m%d}{sequence % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


def people(count: int) -> Iterator[str]:
    """The file's lines, the header first."""
    chance = random.Random(count)
    yield HEADER
    for number in range(count):
        place = chance.choice(_PLACES)
        # Day and sequence come from the number, so that no two people share an ID number.
        born = date(1930, 1, 1) + timedelta(days=number // 1000 % 33_000)
        area = f"{place[:2]}99{number // 33_000_000:02d}"
        employee = chance.random() < 0.4
        account = employee and chance.random() < 0.93
        name = chance.choice(_SURNAMES) + "".join(
            chance.choices(_GIVEN, k=chance.choice((1, 2, 2)))
        )
        money = [f"{chance.expovariate(1 / 2000):.2f}" for _ in range(2)] if account else ["", ""]
        yield ",".join(
            (
                f"{place}{number:012d}", name, "01", certno(area, born, number),
                chance.choice("12"), born.isoformat(), "310" if employee else "390",
                chance.choice(("11", "11", "12")) if employee else "15",
                "1" if chance.random() < 0.98 else "2", place, str(int(account)), *money,
            )
        )  # fmt: skip


def main() -> None:
    count, path = int(sys.argv[1]), Path(sys.argv[2])
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in people(count):
            file.write(line + "\n")


if __name__ == "__main__":
    main()
