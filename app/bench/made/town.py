"""The invented province that measurements run on: everything follows from a person's number.

People come in blocks of 40, which have one person in each of 40 roles: a donor shared by eight
relatives, ten donors with one relative each, eleven people on their own; nine of the relatives and
two of the others have no account. Role ``k`` of block ``b`` is person ``k * blocks + b``, so that
donor and relative lie far apart in every table. Nobody is real: no place has the area code 1399.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.kit.words.id_numbers import id_number

BLOCK = 40
SHARED_BY = 8
PLACES = ("130100", "130200", "130300", "130400", "130500", "130600")
PERSON, ACCOUNT, GRANT, FLOW = 10**12, 2 * 10**12, 3 * 10**12, 4 * 10**12
"""Where ids begin: all below those of any IdMaker. A person has two accounts, 2n and 2n + 1."""
FLOW_FUND, FLOW_SHOP = 10, 100
"""Flow accounts: contributions by place, pooled funds by place, then the institutions."""
RELATIVE_FEN = (2060, 1500)
"""What a relative holds now, this year's and carried over: a bill above it goes on to the donor."""
RICH_FEN = 10**9
"""What everybody else holds now, so that no run comes to its end."""
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春红建国"
_DAYS = 33_000
_A_DAY = 499
"""So many of each sex can be born on a day in an area."""
_FIRST_DAY = date(1930, 1, 1)


@dataclass(frozen=True, slots=True)
class Role:
    """What the people in one place of a block are. ``donor``: the role that pays for them."""

    k: int
    donor: int | None
    has_account: bool

    @property
    def alone(self) -> bool:
        return self.k > 28


def _role(k: int) -> Role:
    if 1 <= k <= SHARED_BY:
        return Role(k, 0, k % 2 == 0)
    if 9 <= k <= 28 and k % 2 == 0:
        return Role(k, k - 1, k % 4 == 0)
    return Role(k, None, k < 38)


ROLES = tuple(_role(k) for k in range(BLOCK))
RELATIVES = tuple(role.k for role in ROLES if role.donor is not None)
OWN_AND_AID = tuple(role.k for role in ROLES if role.donor is not None and role.has_account)


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the registry has one."""

    number: int
    psn_no: str
    name: str
    certno: str
    gend: str
    born: date
    insutype: str
    psn_type: str
    place: str


@dataclass(frozen=True, slots=True)
class Shop:
    """An institution with its key, which everybody may read: it guards nothing real."""

    code: str
    name: str
    place: str
    key_id: str
    secret: str
    pooling: bool


@dataclass(frozen=True, slots=True)
class Town:
    """So many people (a multiple of 40) and institutions (a multiple of 6)."""

    people: int
    shops: int

    @property
    def blocks(self) -> int:
        return self.people // BLOCK

    def role(self, number: int) -> Role:
        return ROLES[number // self.blocks]

    def of_role(self, k: int, block: int) -> int:
        """The person in a role of a block."""
        return k * self.blocks + block % self.blocks

    def donor(self, number: int) -> int | None:
        """Who pays for a person."""
        donor = self.role(number).donor
        return None if donor is None else self.of_role(donor, number % self.blocks)

    def place(self, number: int) -> str:
        return PLACES[number % self.blocks % len(PLACES)]

    def identity(self, number: int) -> Identity:
        """Everything the registry knows of a person."""
        role, place = self.role(number), self.place(number)
        born = _FIRST_DAY + timedelta(days=number % _DAYS)
        area, sequence = divmod(number // _DAYS, _A_DAY)
        certno = id_number(f"1399{area:02d}", born, 2 * sequence + 1 + number % 2)
        return Identity(
            number,
            psn_no(number),
            name_of(number),
            certno,
            "12"[number % 2],
            born,
            "310" if role.has_account else "390",
            "15" if not role.has_account else "11" if role.donor is None else "12",
            place,
        )

    def shop(self, number: int) -> Shop:
        """An institution; every fourth of a place pools outpatient cost."""
        return Shop(
            f"PB{number:010d}",
            f"测试药店{number}",
            PLACES[number % len(PLACES)],
            f"bench-{number}",
            f"bench-secret-not-for-real-use-{number}",
            number // len(PLACES) % 4 == 3,
        )


def psn_no(number: int) -> str:
    """A person's national number."""
    return f"1399{number:012d}"


def name_of(number: int) -> str:
    """A surname and two more characters; 18,000 different ones."""
    family, rest = number % len(_SURNAMES), number // len(_SURNAMES)
    first, second = rest % len(_GIVEN), rest // len(_GIVEN) % len(_GIVEN)
    return _SURNAMES[family] + _GIVEN[first] + _GIVEN[second]


def town_of(people: int) -> Town:
    """A town of about so many people, with an institution for every 500 of them, 60 to 6,000."""
    people = max(BLOCK, people // BLOCK * BLOCK)
    shops = min(6000, max(60, people // 500))
    return Town(people, shops // len(PLACES) * len(PLACES))
