"""The file of social-security cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple

import pytest

from tests.domain.registry.imports.conftest import Office

CARD = "A01234567,130100D156000005ABCDEF,P1,valid"


@pytest.fixture(autouse=True)
async def people(office: Office, person: Callable[..., str]) -> None:
    await office.people(person(1), person(2))


async def state(office: Office) -> tuple[str, str]:
    [row] = await office.database.rows("select state, state_by from card")
    return row["state"], row["state_by"]


async def history(office: Office) -> list[str]:
    rows = await office.database.rows("select state from card_change order by id")
    return [row["state"] for row in rows]


async def test_the_same_file_again_changes_nothing(office: Office) -> None:
    assert astuple(await office.cards(CARD)) == (1, 0, 0, 0)
    assert astuple(await office.cards(CARD)) == (0, 0, 1, 0)
    assert astuple(await office.cards(CARD.replace("A0", "ａ0"))) == (0, 0, 1, 0)
    assert await history(office) == ["valid"]


async def test_what_a_file_says_of_a_card_holds(office: Office) -> None:
    await office.cards(CARD)
    said = [CARD.replace("valid", word) for word in ("lost", "found", "replaced", "cancelled")]
    for line in said:
        assert astuple(await office.cards(line)) == (0, 1, 0, 0)
        assert astuple(await office.cards(line)) == (0, 0, 1, 0)
    assert await history(office) == ["valid", "lost", "valid", "replaced", "cancelled"]
    assert astuple(await office.cards(CARD.replace("ABCDEF,P1,valid", "0,P1,cancelled")))[1] == 1
    assert len(await history(office)) == 5


async def test_a_loss_that_was_reported_is_lifted_by_no_file(office: Office) -> None:
    await office.cards(CARD)
    await office.database.value("update card set state = 'lost', state_by = 'phone'")
    for word in ("valid", "found"):
        assert astuple(await office.cards(CARD.replace("valid", word))) == (0, 0, 1, 0)
        assert [one.column for one in office.warned] == ["state"]
        assert await state(office) == ("lost", "phone")
    assert astuple(await office.cards(CARD.replace("valid", "replaced"))) == (0, 1, 0, 0)
    assert await state(office) == ("replaced", "file")


async def test_number_and_serial_lie_sealed(office: Office) -> None:
    await office.cards(CARD)
    [row] = await office.database.rows("select to_jsonb(c)::text as all, * from card c")
    assert "01234567" not in row["all"] and "ABCDEF" not in row["all"]
    assert office.cipher.open(row["card_no_sealed"], f"card.card_no:{row['id']}") == "A01234567"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (CARD.replace("P1", "P9"), "psn_no"), (CARD.replace("valid", "stolen"), "state"),
        (CARD.replace("valid", ""), "state"), (CARD.replace("A01234567", ""), "card_no"),
        (CARD.replace("A01234567", "A 1"), "card_no"), (CARD.replace("A", "A" * 50), "card_no"),
        (CARD.replace("130100D156000005ABCDEF", ""), "card_sn"), (CARD + ",x", ""),
        (CARD.replace("130100D", "1" * 20), "card_sn"), (CARD.replace("P1", ""), "psn_no"),
        (CARD.replace("P1", "P2"), "card_no"),
    ],
)  # fmt: skip
async def test_a_bad_line_is_refused_and_the_others_loaded(
    office: Office, line: str, column: str
) -> None:
    await office.cards(CARD)
    other = CARD.replace("A01234567", "B7")
    assert astuple(await office.cards(line, other)) == (1, 0, 0, 1)
    assert [(one.line, one.column) for one in office.refused] == [(2, column)]
    assert "01234567" not in office.refused[0].reason


async def test_a_card_stands_once_in_a_file(office: Office) -> None:
    assert astuple(await office.cards(CARD, CARD.lower().replace("p1", "P1"))) == (1, 0, 0, 1)
    assert office.refused[0].column == "card_no"
