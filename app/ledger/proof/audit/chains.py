"""Which lines are in which database's chain, where the shared tables are in one of their own: a
chain is over the lines beside it, so that each database shows by itself that its lines stand."""

from __future__ import annotations

from app.ledger.proof.audit.lines import FORMS, Form
from app.store.cells.places import PLACES, Place
from app.store.late.reading import Reader

_THERE = "select name from unnest($1::text[]) as t (name) where to_regclass(name) is not null"


async def forms_in(reader: Reader, place: Place) -> tuple[Form, ...]:
    """The forms of the tables that have their place in a database, and of any other that is there:
    a chain which was begun when all of them were in one database goes on in both, and the lines
    of before stay where it has them."""
    there = {row["name"] for row in await reader.rows(_THERE, [form.table for form in FORMS])}
    return tuple(form for form in FORMS if PLACES[form.table] is place or form.table in there)
