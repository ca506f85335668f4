"""What can't be done in a cell is refused by whoever sets it up."""

from __future__ import annotations

from app.domain.events.reading import COLUMNS
from app.domain.registry.imports.rows import PEOPLE
from tests import commands
from tests.cells.country import Cell, Country, citizen


async def _told(cell: Cell, *words: str) -> str:
    """Runs a command that must not succeed; what it said."""
    code, out, err = await commands.qinji(cell.env, *words)
    assert code == 1, out + err
    return out + err


async def test_nobody_is_loaded_or_moved_into_a_cell_that_is_not_theirs(country: Country) -> None:
    here, there = citizen("冯冀", "130100"), citizen("冯粤", "440100")
    path = country.folder / "mixed.csv"
    path.write_text("\n".join([",".join(PEOPLE), here.row, there.row, ""]), encoding="utf-8")
    said = await _told(country.north, "import", "people", str(path))
    assert "1 loaded" in said and "insuplc_admdvs: of another cell" in said, said
    known = "select count(*) from person where psn_no = any($1::varchar[])"
    assert await country.north.value(known, [here.psn_no, there.psn_no]) == 1

    moved = country.folder / "moved.csv"
    line = f"M{here.psn_no},{here.psn_no},moved,2026-01-01,insuplc_admdvs=440100"
    moved.write_text("\n".join([",".join(COLUMNS), line, ""]), encoding="utf-8")
    assert "of another cell" in await _told(country.north, "import", "events", str(moved))
    place = "select insuplc_admdvs from person where psn_no = $1"
    assert await country.north.value(place, here.psn_no) == "130100"


async def test_keys_are_not_changed_in_one_of_several(country: Country) -> None:
    for words in (("keys", "new"), ("keys", "rotate")):
        assert "several cells" in await _told(country.south, *words)


async def test_each_cell_is_examined_with_what_all_share(country: Country) -> None:
    for cell in country.cells:
        code, out, err = await commands.qinji(cell.env, "doctor")
        assert code == 0, out + err
