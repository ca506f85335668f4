"""The town's people as a file for `qinji import people`, to measure the import."""

from __future__ import annotations

from collections.abc import Iterator

from app.bench.made.town import RELATIVE_FEN, RICH_FEN, Town
from app.domain.registry.imports.rows import PEOPLE
from app.kit.money import yuan_text


def lines(town: Town) -> Iterator[str]:
    """The file's lines, the header first."""
    yield ",".join(PEOPLE)
    for number in range(town.people):
        who, role = town.identity(number), town.role(number)
        current, carried = RELATIVE_FEN if role.donor is not None else (RICH_FEN, 0)
        money = [yuan_text(current), yuan_text(carried)] if role.has_account else ["", ""]
        yield ",".join(
            (
                who.psn_no,
                who.name,
                "01",
                who.certno,
                who.gend,
                who.born.isoformat(),
                who.insutype,
                who.psn_type,
                "1",
                who.place,
                str(int(role.has_account)),
                *money,
            )
        )
