"""Our tables of fields against the national ones, line by line."""

from __future__ import annotations

import pytest

from app.api.tills.table import BY_NUMBER
from app.api.tills.transactions.dictionary import dictionaries
from app.api.tills.wire.envelope import FIELDS
from app.api.tills.wire.fields import Field
from tests.api.tills.national.tables import DICTIONARIES, Line, transactions

NATIONAL = transactions()
KEPT = {
    ("5203A", "mdtrt_id"): "who never got the answer doesn't know it: asked for by msgid alone",
    ("5203A", "med_type"): "the same",
    (
        "2001",
        "fixmedins_code",
    ): "12 in print here, 14 in the envelope that it has to be the same as",
    ("1201", "fixmedins_code"): "the same",
    **{
        (infno + form, "drug_trac_codg"): "a row of codes that names none is a mistake"
        for infno in ("3501", "3502", "3505", "3506")
        for form in ("", "A")
    },
}
"""Where we stay away from the text on purpose: the field, and why."""
OURS = {"2103A", "3203", "3204", "5203B", "5203C", "9001A", "9001B", "9001C"}
"""Transactions of which the text at hand has no tables."""


def test_every_transaction_is_one_of_the_text_s() -> None:
    assert set(BY_NUMBER) - OURS == set(NATIONAL) - {"envelope"}


def wrongs(infno: str, line: Line, ours: Field | None) -> list[str]:
    if ours is None:
        return [f"{infno} {line.name} is not in our table"]
    found = []
    if ours.type != line.printed and (infno, line.name) not in KEPT:
        found.append(f"{infno} {line.name} is {ours.type}, in the text {line.printed}")
    if ours.required != line.required and (infno, line.name) not in KEPT:
        found.append(f"{infno} {line.name} required: {ours.required}")
    if line.coded != bool(ours.codes):
        found.append(f"{infno} {line.name} has a dictionary: {line.coded}")
    return found


@pytest.mark.parametrize("infno", sorted(set(BY_NUMBER) - OURS))
def test_an_input_has_the_text_s_fields(infno: str) -> None:
    # Trace codes have two forms of one name: nested, which is the text's, and beside the lines.
    ours = {node.name: node for node in reversed(BY_NUMBER[infno].shape.input)}
    found: list[str] = []
    for table in NATIONAL[infno].given:
        if table.shape == "rows":  # of a file
            continue
        node = ours[table.name.rpartition(".")[2]]
        assert node.form.startswith(table.shape)
        lines = {field.name: field for field in node.fields}
        for line in table.lines:
            found += wrongs(infno, line, lines.get(line.name))
        mine = {name for name, one in lines.items() if one.required}
        more = mine - {line.name for line in table.lines} - {"ecQrCode"}
        assert not more, f"{infno}: required here, unknown to the text: {more}"
    assert not found, "\n".join(found)


def test_the_envelope_has_the_text_s_fields() -> None:
    [request] = NATIONAL["envelope"].given
    for line in request.lines:
        if line.name == "input":
            continue
        longest, required, _ = FIELDS[line.name]
        if line.name == "infno":
            assert longest == 5, "some numbers have a letter after their four digits"
        elif line.type != "t":
            assert longest == line.longest, line.name
        assert required is line.required, line.name
    assert set(FIELDS) < {line.name for line in request.lines}


def test_the_dictionaries_that_tills_are_given_are_the_text_s() -> None:
    ours = dictionaries()
    for name, (_, codes) in DICTIONARIES.items():
        named = {code.lstrip("0") or "0" for code, _ in ours[name]}
        # Of some codes the copy of the text has no names; such are told to nobody.
        assert named <= codes, name
        assert len(codes - named) <= (3 if name == "psn_cert_type" else 0), name
