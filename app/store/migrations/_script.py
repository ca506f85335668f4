"""Turns a file of SQL into one migration operation."""

from pathlib import Path

from tortoise.migrations.operations import RunSQL

_FOLDER = Path(__file__).parent / "sql"
_BACKWARDS = "\n-- backwards\n"


def script(name: str) -> RunSQL:
    """``sql/<name>.sql``: forwards above its line ``-- backwards``, backwards below it."""
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    forwards, line, backwards = text.partition(_BACKWARDS)
    assert line, f"{name}.sql says how to go back"
    return RunSQL(forwards, reverse_sql=backwards)
