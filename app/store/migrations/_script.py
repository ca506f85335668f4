"""Turns a file of SQL into one migration operation."""

import re
from pathlib import Path

from tortoise.migrations.operations import RunSQL

_FOLDER = Path(__file__).parent / "sql"
_BACKWARDS = "\n-- backwards\n"
_PIECE = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/) | '(?:[^']|'')*' | "[^"]*"
    | (?P<quote>\$[a-z_]*\$).*?(?P=quote) | (?P<end>;) | .""",
    re.DOTALL | re.VERBOSE,
)
"""What a text of SQL is made of, as far as it tells where a statement ends."""


def statements(text: str) -> list[str]:
    """The statements of a text, one by one: a distributed schema takes no two at once."""
    found, current, says = [], "", False
    for piece in _PIECE.finditer(text):
        if piece["end"]:
            found.append(current.strip())
            current, says = "", False
            continue
        current += piece[0]
        says = says or not (piece["comment"] or piece[0].isspace())
    if says:
        found.append(current.strip())
    return found


def script(name: str) -> RunSQL:
    """``sql/<name>.sql``: forwards above its line ``-- backwards``, backwards below it."""
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    forwards, line, backwards = text.partition(_BACKWARDS)
    assert line, f"{name}.sql says how to go back"
    return RunSQL(statements(forwards), reverse_sql=statements(backwards))
