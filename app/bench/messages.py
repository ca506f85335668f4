"""Signed messages of tills, made ready before a run so that the load client only has to write."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.bench.town import PLACE, Pharmacy, Town
from app.bench.wire import Shot
from app.kit.clock import SystemClock
from app.pos.client import CALL_PATH, Item, Sale, TillClient, sign_hmac_sm3
from app.pos.sale import sale_input

_SHELF = (
    ("XQ99DEM001A001010100001", "14.50"), ("XQ99DEM002A001010100002", "18.00"),
    ("XQ99DEM005A001010100005", "36.00"), ("XQ99DEM008A001010100008", "30.00"),
    ("CQ99DEM011A001010100011", "79.00"), ("XQ99DEM014A001010100014", "16.00"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody whose code a pharmacy has decoded."""

    number: int
    token: str


class Tills:
    """Makes messages of a town's pharmacies; ``stem`` keeps the msgids of runs apart."""

    def __init__(self, town: Town, host: str, seed: int) -> None:
        self._town = town
        self._host = host.encode()
        self._clock = SystemClock()
        self._chance = random.Random(seed)
        self._stem = f"{time.time_ns() // 1_000_000:013d}"
        self._count = 0

    def sale(self, infno: str, customer: Customer, lines: int = 0) -> Shot:
        """A 2101 or 2102 of one to four lines (or as many as given)."""
        goods = self._chance.choices(_SHELF, k=lines or self._chance.choice((1, 2, 2, 3, 4)))
        items = [Item(code, Decimal(self._chance.randint(1, 3)), Decimal(p)) for code, p in goods]
        sale = Sale(self._town.psn_no(customer.number), customer.token, "310", PLACE, items)
        return self._shot(
            infno, self._town.home_of(customer.number), sale_input(sale, self._clock.now())
        )

    def decode(self, number: int, code: str) -> Shot:
        """A 6101."""
        shop = self._town.home_of(number)
        node = {"ecQrCode": code, "orgId": shop.code, "businessType": "02121", "operatorId": "T01",
                "operatorName": "收银员", "officeId": "01", "officeName": "收银台"}  # fmt: skip
        return self._shot("6101", shop, {"data": node})

    def cancel(self, number: int, settled: bytes) -> Shot:
        """A 2103 of the bill that an answer tells of."""
        node = {name: field(settled, name) for name in ("setl_id", "mdtrt_id", "psn_no")}
        return self._shot("2103", self._town.home_of(number), {"data": node})

    def _shot(self, infno: str, shop: Pharmacy, data: dict[str, object]) -> Shot:
        self._count += 1
        till = TillClient("", shop.code, "测量药店", PLACE, shop.key_id, shop.secret)
        body = till.body(infno, data, f"{self._stem}{self._count:09d}", PLACE)
        headers = sign_hmac_sm3(shop.key_id, shop.secret, body, int(time.time()))
        signed = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"POST {CALL_PATH} HTTP/1.1\r\nhost: {self._host.decode()}\r\n{signed}"
            f"content-type: application/json; charset=utf-8\r\nprefer: wait=20\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        return Shot(head.encode() + body, infno)


def show_code(host: str, token: str) -> Shot:
    """A phone that shows its own code: POST /credentials."""
    body = b'{"holder":"me"}'
    head = (
        f"POST /api/v1/credentials HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return Shot(head.encode() + body, "code")


def field(answer: bytes, name: str) -> str:
    """A text field's value in an answer."""
    mark = f'"{name}":"'.encode()
    at = answer.index(mark) + len(mark)
    return answer[at : answer.index(b'"', at)].decode()


def arrivals(rate: float, seconds: float, seed: int) -> Sequence[float]:
    """The moments of a Poisson stream, in seconds from its begin."""
    chance = random.Random(seed)
    moments, now = [], chance.expovariate(rate)
    while now < seconds:
        moments.append(now)
        now += chance.expovariate(rate)
    return moments
