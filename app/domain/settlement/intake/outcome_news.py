"""An outcome as it travels from the worker that committed it to the door that waits. Pure.

It is made of the very rows that were written, after the commit, and read by the process whose till
waits. Whoever misses it, or can't read it, reads the same rows from the database: while a new
version is rolled out, workers and doors of two versions work side by side.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from app.domain.registry.named import Named
from app.domain.settlement import lines, trace
from app.domain.settlement.model import (
    COLUMNS,
    Grant,
    Kind,
    Outcome,
    Result,
    Settlement,
    State,
    Written,
)
from app.domain.settlement.rules.errors import SET_ASIDE
from app.kit.reasons import Because

_FORM = 3
"""To be raised when what is sent changes otherwise than by a settlement's columns."""
_BILL_TIME, _SETTLED_AT = COLUMNS.index("bill_time"), COLUMNS.index("settled_at")
_COUNTED_ON = COLUMNS.index("counted_on")
_LINES, _TRACE = COLUMNS.index("lines"), COLUMNS.index("trace")
VERSION = zlib.crc32(" ".join((str(_FORM), *COLUMNS)).encode())


def encode(
    result: Result, persons: Mapping[int, Named], grants: Mapping[int, Iterable[Grant]]
) -> str:
    """What became of a request, with those who must be named in the answer."""
    row = result.settlement
    people = [_person(persons[i]) for i in _about(row, grants) if i in persons]
    values = None if row is None else _values(row, result.written)
    return _told(result.request.id, result.state, result.because, values, people)


def encode_set_aside(request_id: int) -> str:
    """That a request was set aside."""
    return _told(request_id, State.SET_ASIDE, Because(SET_ASIDE), None, [])


def _told(
    request_id: int,
    state: State,
    because: Because | None,
    row: list[object] | None,
    people: list[list[Any]],
) -> str:
    return orjson.dumps(
        {
            "v": VERSION,
            "id": request_id,
            "state": int(state),
            "reason": because.reason.code if because else None,
            "params": because.params if because else {},
            "row": row,
            "people": people,
        },
        default=str,  # the one Decimal, pool_prop
    ).decode()


def decode(text: str) -> Outcome | None:
    """The outcome that was encoded; None: another version of the program has sent it."""
    told = orjson.loads(text)
    if told.get("v") != VERSION:
        return None
    people = [_named(*values) for values in told["people"]]
    return Outcome(
        told["id"],
        State(told["state"]),
        told["reason"],
        told["params"],
        None if told["row"] is None else _row(told["row"]),
        people={person.id: person for person in people},
    )


def _values(row: Settlement, written: Written | None) -> list[object]:
    values: list[object] = [getattr(row, name) for name in COLUMNS]
    if written is None:
        values[_LINES], values[_TRACE] = lines.stored(row.lines), trace.stored(row.trace)
    else:
        values[_LINES] = orjson.Fragment(written.lines)
        values[_TRACE] = orjson.Fragment(written.trace)
    return values


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
        number,
        psn_no,
        b64decode(name),
        cert_type,
        b64decode(certno),
        gend,
        date.fromisoformat(brdy),
    )


def _row(values: list[Any]) -> Settlement:
    row = Settlement(*values)
    row.kind = Kind(row.kind)
    row.bill_time = datetime.fromisoformat(values[_BILL_TIME])
    row.settled_at = datetime.fromisoformat(values[_SETTLED_AT])
    row.counted_on = date.fromisoformat(values[_COUNTED_ON])
    row.pool_prop = Decimal(row.pool_prop)
    row.lines = lines.read(values[_LINES])
    row.trace = trace.read(values[_TRACE])
    return row
