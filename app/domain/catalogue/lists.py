"""The nation's lists: which there are, and the columns of their files in order (SOURCES N5)."""

from __future__ import annotations

from pathlib import Path

from app.kit.value import value

_RID, _VALID, _VERSION = ("唯一记录号", "数据唯一记录号", "rid"), "有效标志", "版本号"
EMPTY = "null"
"""What an empty cell is in a file."""
CELL_MAX = 8_000


@value
class NationalList:
    """One list, called by the transaction that gives it.

    Attributes:
        rid, valid, version: at which place of a row its own number, whether it holds, and the
            version stand. The version is ours: a till asks for what is newer than its highest.
    """

    infno: str
    columns: tuple[str, ...]
    rid: int
    valid: int
    version: int

    @property
    def is_file(self) -> bool:
        """Whether it is downloaded whole; else it is asked for page by page."""
        return self.infno != "1304"


def _read() -> dict[str, NationalList]:
    text = (Path(__file__).parent / "columns.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            infno, _, names = line.split("|")
            columns = tuple(names.split(" "))
            rid = next(columns.index(name) for name in _RID if name in columns)
            valid = columns.index("vali_flag" if "vali_flag" in columns else _VALID)
            version = columns.index("ver" if "ver" in columns else _VERSION)
            found[infno] = NationalList(infno, columns, rid, valid, version)
    return found


LISTS = _read()
TAB = "\t"
