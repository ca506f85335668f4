"""An outcome as it travels from the worker that committed it to the door that waits. Pure.

It is made of the very rows that were written, after the commit, and read by the process whose till
waits. Whoever misses it reads the same rows from the database.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from app.domain.registry.named import Named
from app.domain.settlement.model import Grant, Kind, Outcome, Result, Settlement, State

_FIELDS = tuple(field.name for field in fields(Settlement))


def tell(
    result: Result, persons: Mapping[int, Named], grants: Mapping[int, Iterable[Grant]]
) -> str:
    """What became of a request, with those who must be named in the answer."""
    row, because = result.settlement, result.because
    return orjson.dumps(
        {
            "id": result.request.id,
            "state": int(result.state),
            "reason": because.reason.code if because else None,
            "params": because.params if because else {},
            "row": None if row is None else [getattr(row, name) for name in _FIELDS],
            "people": [_person(persons[i]) for i in _about(row, grants) if i in persons],
        },
        default=str,  # the one Decimal, pool_prop
    ).decode()


def heard(text: str) -> Outcome:
    """The outcome that ``tell`` told."""
    told = orjson.loads(text)
    people = [_named(*values) for values in told["people"]]
    return Outcome(
        told["id"], State(told["state"]), told["reason"], told["params"],
        None if told["row"] is None else _row(told["row"]),
        people={person.id: person for person in people},
    )  # fmt: skip


def _about(row: Settlement | None, grants: Mapping[int, Iterable[Grant]]) -> set[int]:
    """The patient, those who paid, and those who might have."""
    if row is None:
        return set()
    donors = {grant.donor_id for grant in grants.get(row.person_id, ())}
    return {row.person_id, *row.donor_sums(), *donors}


def _person(named: Named) -> list[Any]:
    sealed = (named.psn_name_sealed, named.certno_sealed)
    name, number = (b64encode(part).decode() for part in sealed)
    return [named.id, named.psn_no, name, named.psn_cert_type, number, named.gend, named.brdy]


def _named(
    number: int, psn_no: str, name: str, cert_type: str, certno: str, gend: str, brdy: str
) -> Named:
    return Named(
        number, psn_no, b64decode(name), cert_type, b64decode(certno), gend,
        date.fromisoformat(brdy),
    )  # fmt: skip


def _row(values: list[Any]) -> Settlement:
    row = Settlement(*values)
    row.kind = Kind(row.kind)
    row.bill_time = datetime.fromisoformat(str(row.bill_time))
    row.settled_at = datetime.fromisoformat(str(row.settled_at))
    row.pool_prop = Decimal(row.pool_prop)
    return row
