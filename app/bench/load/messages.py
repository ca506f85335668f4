"""Signed messages of tills, made ready before a run so that the load client only has to write."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.bench.load.wire import Shot
from app.bench.made.town import Shop, Town
from app.bench.made.typical import LINES
from app.clients.till.client import CALL_PATH, Item, Sale, TillClient, sign_hmac_sm3
from app.clients.till.sale import sale_input
from app.kit.clock import SystemClock

TYPICAL = tuple(Item(line[1], Decimal(line[3]), Decimal(line[4])) for line in LINES)
"""The README's bill."""
_SHELF = (
    ("XQ99DEM001A001010100001", "14.50"), ("XQ99DEM002A001010100002", "18.00"),
    ("XQ99DEM005A001010100005", "36.00"), ("XQ99DEM008A001010100008", "30.00"),
    ("CQ99DEM011A001010100011", "79.00"), ("XQ99DEM014A001010100014", "16.00"),
)  # fmt: skip
HUGE = tuple(Item(code, Decimal(1), Decimal(price)) for code, price in _SHELF) * 13
"""A bill of 78 lines: more hardly fit into the 40,000 characters that a message may have."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A person with the token of a code that a pharmacy has decoded."""

    number: int
    shop: Shop
    token: str


class Tills:
    """Makes messages of a town's tills; each has a msgid of its own."""

    def __init__(self, town: Town, host: str, seed: int) -> None:
        self._town = town
        self._host = host
        self._clock = SystemClock()
        self._chance = random.Random(seed)  # noqa: S311 (which goods, nothing secret)
        self._stem = f"{time.time_ns() // 1_000_000:013d}"
        self._count = 0
        self._boxes = time.time_ns() // 1_000

    def sale(
        self, infno: str, customer: Customer, items: Sequence[Item] = (), called: str = ""
    ) -> Shot:
        """A 2101 or 2102 of these items, else of one to four of a small shelf.

        ``called`` is what the report names it, where that is not its ``infno``.
        """
        who = self._town.identity(customer.number)
        sale = Sale(
            who.psn_no, customer.token, who.insutype, who.place, list(items) or self._basket()
        )
        data = sale_input(sale, self._clock.now())
        return self._shot(infno, customer.shop, data, who.place, called)

    def traced(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """The items with the trace code of each box; no box comes twice."""
        return tuple(replace(item, codes=self._codes(int(item.cnt))) for item in items)

    def _codes(self, count: int) -> tuple[str, ...]:
        first = self._boxes
        self._boxes += count
        return tuple(f"8123456{number % 10**13:013d}" for number in range(first, first + count))

    def decode(self, number: int, shop: Shop, code: str) -> Shot:
        """A 6101."""
        node = {
            "ecQrCode": code,
            "orgId": shop.code,
            "businessType": "02121",
            "operatorId": "T01",
            "operatorName": "收银员",
            "officeId": "01",
            "officeName": "收银台",
        }
        return self._shot("6101", shop, {"data": node}, self._town.place(number))

    def cancels(self, customer: Customer) -> Callable[[bytes], Shot | None]:
        """Makes the 2103 of a sale from its answer."""

        def cancel(answer: bytes) -> Shot | None:
            if b'"setl_id":"' not in answer:
                return None
            node = {name: field(answer, name) for name in ("setl_id", "mdtrt_id", "psn_no")}
            place = self._town.place(customer.number)
            return self._shot("2103", customer.shop, {"data": node}, place)

        return cancel

    def _basket(self) -> list[Item]:
        goods = self._chance.choices(_SHELF, k=self._chance.choice((1, 2, 2, 3, 4)))
        return [Item(code, Decimal(self._chance.randint(1, 3)), Decimal(p)) for code, p in goods]

    def _shot(
        self, infno: str, shop: Shop, data: dict[str, Any], place: str, called: str = ""
    ) -> Shot:
        self._count += 1
        till = TillClient("", shop.code, shop.name, shop.place, shop.key_id, shop.secret)
        body = till.body(infno, data, f"{self._stem}{self._count:09d}", place)
        headers = sign_hmac_sm3(shop.key_id, shop.secret, body, int(self._clock.now().timestamp()))
        head = _head(CALL_PATH, self._host, headers | {"prefer": "wait=20"}, len(body))
        return Shot(head + body, called or infno)


def show_code(host: str, token: str) -> Shot:
    """A phone that shows its own code: POST /credentials."""
    body = b'{"holder":"me"}'
    headers = {"authorization": f"Bearer {token}"}
    return Shot(_head("/api/v1/credentials", host, headers, len(body)) + body, "code")


def _head(path: str, host: str, headers: dict[str, str], length: int) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"host: {host}", f"content-length: {length}"]
    lines += ["content-type: application/json; charset=utf-8"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def field(answer: bytes, name: str) -> str:
    """A text field's value in an answer."""
    mark = f'"{name}":"'.encode()
    at = answer.index(mark) + len(mark)
    return answer[at : answer.index(b'"', at)].decode()


def arrivals(rate: float, seconds: float, seed: int) -> Sequence[float]:
    """The moments of a Poisson stream, in seconds from its begin."""
    chance = random.Random(seed)  # noqa: S311 (when somebody comes, nothing secret)
    moments, now = [], chance.expovariate(rate)
    while now < seconds:
        moments.append(now)
        now += chance.expovariate(rate)
    return moments
