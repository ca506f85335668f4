"""What is hashed: transfers and settlements as canonical texts, and days. Pure.

A canonical text is a JSON array made by PostgreSQL, beginning with a tag that names its columns
(``T1``, ``S1``, ``S2``): columns added later get a new tag, and old hashes stay valid. Moments are
whole microseconds since 1970 in UTC.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.kit.sm import sm3
from app.kit.value import value

TRANSFER, SETTLEMENT = 1, 2
"""``seal.kind``."""
FEED = "seal"
"""The cipher's name among those who read the ledger's tables (``feed.name``)."""
NOTHING = bytes(32)
"""In place of a hash: there is no earlier transfer (or none that was sealed)."""

TRANSFER_FIELDS = (
    "id", "kind", "settlement_id", "grant_id", "reverses_id", "debit_account", "credit_account",
    "amount_fen", "debit_version", "debit_after_fen", "credit_version", "credit_after_fen",
    "created_at",
)  # fmt: skip
SETTLEMENT_FIELDS = (
    "id", "kind", "cancels_id", "request_id", "fixmedins_code", "mdtrtarea_admvs", "person_id",
    "mdtrt_id", "credential_id", "insutype", "psn_type", "insuplc_admdvs", "med_type", "invono",
    "bill_time", "settled_at", "medfee_sumamt_fen", "fulamt_ownpay_fen", "overlmt_selfpay_fen",
    "preselfpay_fen", "inscp_scp_fen", "act_pay_dedc_fen", "hifp_pay_fen", "pool_prop",
    "fund_pay_fen", "psn_part_fen", "own_pay_fen", "wallet_pay_fen", "mulaid_pay_fen",
    "cash_pay_fen", "balance_after_fen", "lines", "trace", "rules",
)  # fmt: skip
SHOWN_FIELDS = ("cert_type", "card_id")
"""Of settlements that were paid with something else than a code (``S2``)."""
_MOMENTS = {"created_at", "bill_time", "settled_at"}


def _array(tag: str, alias: str, fields: tuple[str, ...]) -> str:
    columns = [
        f"(extract(epoch from {alias}.{name}) * 1000000)::bigint"
        if name in _MOMENTS
        else f"{alias}.{name}"
        for name in fields
    ]
    return f"json_build_array('{tag}', {', '.join(columns)})::text"


TRANSFER_TEXT = _array("T1", "t", TRANSFER_FIELDS)
"""SQL: a transfer ``t`` as its canonical text."""
SETTLEMENT_TEXT = (
    "case when s.cert_type = '01' and s.card_id is null"
    f" then {_array('S1', 's', SETTLEMENT_FIELDS)}"
    f" else {_array('S2', 's', SETTLEMENT_FIELDS + SHOWN_FIELDS)} end"
)
"""SQL: a settlement ``s`` as its canonical text."""


_LATELY = 90 * 86_400_000 << 22
"""So much lower is the id of what was made ninety days before."""


def _before(side: str, name: str) -> str:
    """SQL: the transfer before ``t`` in the chain of one of its sides, and its seal. Nearly always
    it is of the last months, so those are looked through first, and mostly alone. Of one that is
    away its account's base has the hash."""
    parts = " union all ".join(
        f"select id from transfer p where p.{other}_account = t.{side}_account"  # noqa: S608
        f" and p.{other}_version = t.{side}_version - 1 and p.id {when} t.id - {_LATELY}"
        for when in (">=", "<")
        for other in ("debit", "credit")
    )
    return f"""left join lateral (
        select p.id, x.hash from ({parts}) as p left join seal x on x.id = p.id
        union all
        select null, b.hash from month_base b
        where b.account_id = t.{side}_account and b.version = t.{side}_version - 1
        limit 1
    ) as {name} on t.{side}_version > 1"""  # noqa: S608


BEFORE = _before("debit", "d") + " " + _before("credit", "c")
"""SQL: joins ``d`` and ``c`` (id, hash), the transfers before ``t`` on either side."""


class TextError(ValueError):
    """A canonical text is not one."""


def leaf(text: str, before_debit: bytes | None, before_credit: bytes | None) -> bytes:
    """The hash of one row: its text, and the hashes of the transfers before it on either side."""
    return sm3(
        b"\x00" + text.encode() + b"\x00" + (before_debit or NOTHING) + (before_credit or NOTHING)
    )


def day_hash(previous: bytes | None, day: date, leaves: int, merkle: bytes) -> bytes:
    """A day's root, chained to the root of the last day before it that has one."""
    return sm3(
        b"\x02" + (previous or NOTHING) + f"{day.isoformat()} {leaves}".encode() + b"\x00" + merkle
    )


def fields_of(text: str) -> tuple[int, dict[str, Any]]:
    """A canonical text as its kind and its columns.

    Raises:
        TextError: it is no canonical text that is known here.
    """
    names = {
        "T1": (TRANSFER, TRANSFER_FIELDS),
        "S1": (SETTLEMENT, SETTLEMENT_FIELDS),
        "S2": (SETTLEMENT, SETTLEMENT_FIELDS + SHOWN_FIELDS),
    }
    try:
        tag, *values = json.loads(text)
        kind, fields = names[tag]
        return kind, dict(zip(fields, values, strict=True))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TextError("not a sealed row's text") from error


_FIRST, _ROOT = 8, 32  # bytes a block: its first id, its root


@value
class Day:
    """A closed day."""

    day: date
    leaves: int
    last_id: int
    merkle: bytes
    previous: bytes | None
    root: bytes
    firsts: tuple[int, ...]
    """The first id of each block of its tree."""
    roots: tuple[bytes, ...]

    def block_of(self, id_: int) -> int:
        """In which block a row of the day stands."""
        return bisect_right(self.firsts, id_) - 1

    def ids_of(self, block: int) -> tuple[int, int]:
        """From which id to which a block goes."""
        last = self.firsts[block + 1] - 1 if block + 1 < len(self.firsts) else self.last_id
        return self.firsts[block], last


def day_of(row: Mapping[str, Any]) -> Day:
    """A day from its row in ``day_root``."""
    blocks = unpacked(row["blocks"])
    return Day(
        row["day"],
        row["leaves"],
        row["last_id"],
        row["merkle"],
        row["previous"],
        row["root"],
        tuple(first for first, _ in blocks),
        tuple(root for _, root in blocks),
    )


def packed(first_id: int, root: bytes) -> bytes:
    """A block as it stands in ``day_root.blocks``."""
    return first_id.to_bytes(_FIRST, "big") + root


def unpacked(blocks: bytes) -> list[tuple[int, bytes]]:
    """Each block's first id and root, of ``day_root.blocks``."""
    return [
        (int.from_bytes(blocks[at : at + _FIRST], "big"), blocks[at + _FIRST : at + _FIRST + _ROOT])
        for at in range(0, len(blocks), _FIRST + _ROOT)
    ]
