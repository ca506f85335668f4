"""What happens in one cell, or where ties are, is told in the inbox of whoever it is about."""

from __future__ import annotations

from datetime import date
from functools import partial

from tests.cells.country import Cell, Country, citizen
from tests.crash.fleet import until

_TOLD = """
select count(*) from notice n join person p on p.id = n.person_id
where p.psn_no = $1 and n.kind = 'family_asked'
"""


async def test_who_is_asked_from_another_cell_reads_it_once(country: Country) -> None:
    north, south = country.cells
    asked = []
    for at, there, digits, other in ((north, south, "13", "44"), (south, north, "44", "13")):
        child = citizen("孙问", f"{digits}0100", date(1980, 5, 2))
        father = citizen("孙答", f"{other}0100", date(1950, 3, 1))
        await country.add(there, father)
        await country.ask_to_show(at, await country.joins(at, child), father, "father")
        asked.append((there, father.psn_no))

    for cell, psn_no in asked:
        await until(partial(_is_told, cell, psn_no), "the father is told", every_s=1.0)
    for cell in country.cells:
        assert await cell.value("select count(*) from notice_elsewhere") == 0
        mine = [psn_no for place, psn_no in asked if place is cell]
        counts = [await cell.value(_TOLD, psn_no) for _, psn_no in asked]
        assert sum(counts) == len(mine)


async def _is_told(cell: Cell, psn_no: str) -> bool:
    return bool(await cell.value(_TOLD, psn_no))
