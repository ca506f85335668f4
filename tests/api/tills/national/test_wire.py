"""Every transaction through the door, against the national tables: what a certified till sends is
taken, what it may not send is refused by the field's name, what it is told has the text's form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.api.tills.table import BY_NUMBER
from tests.api.tills.national.tables import Line
from tests.api.tills.national.test_tables import KEPT, OURS
from tests.api.tills.national.walk import NATIONAL, Form, Input, Walk
from tests.api.tills.test_outpatient import Clinic, clinic

__all__ = ["clinic"]


@pytest.mark.parametrize("form", ["full", "minimum", "blank"])
async def test_each_form_is_taken_and_answered_by_the_tables(clinic: Clinic, form: Form) -> None:
    walk = await Walk(clinic, form).whole()
    assert set(walk.sent) == set(BY_NUMBER) - OURS
    assert not walk.wrong, "\n".join(sorted(set(walk.wrong)))


def places(infno: str, sent: Input) -> Iterator[tuple[Input, Line]]:
    """Each field of a message: its object and its line of the table."""
    for table in NATIONAL[infno].given:
        if table.shape != "rows" and "." not in table.name:
            node = sent[table.name]
            for line in table.lines:
                yield (node[0] if isinstance(node, list) else node), line


async def test_what_is_missed_or_wrong_is_refused_by_its_name(clinic: Clinic) -> None:
    walk = await Walk(clinic, "full").whole()
    found = []
    for infno, sent in walk.sent.items():
        for holder, line in places(infno, sent):
            was = holder.get(line.name)
            for value in wrong_values(infno, line):
                holder[line.name] = value
                said, output = await walk.ask(infno, sent)
                wanted = f"交易输入不合规范：{line.name} "
                if not (said.startswith(f"INPUT_INVALID {wanted}") or wanted in of_rows(output)):
                    found.append(f"{infno} {line.name} {str(value)[:20]!r}: {said[:60]}")
            holder[line.name] = was
    assert not found, "\n".join(found)


def of_rows(output: Any) -> str:
    """Why rows were refused that are refused one by one (35xxA)."""
    nodes = output.values() if isinstance(output, dict) else ()
    rows = [row for node in nodes for row in (node if isinstance(node, list) else [node])]
    return "".join(row.get("msgRslt", "") for row in rows if isinstance(row, dict))


def wrong_values(infno: str, line: Line) -> Iterator[Any]:
    if line.required and (infno, line.name) not in KEPT:
        yield from ("", None, " ")
    if line.type in ("bytes", "node"):
        return
    yield ["x"]
    if line.type == "text":
        return
    if line.type in ("d", "t"):
        yield from ("2026-13-01", "yesterday", "x" * 20)
    elif line.type[0] == "n":
        digits, _, places = line.type[1:].partition(",")
        yield from ("x", "1" + "0" * (int(digits) - int(places or 0)))
        yield f"1.{'0' * int(places or 0)}1"
    else:
        yield "1" * (line.longest + 1)
