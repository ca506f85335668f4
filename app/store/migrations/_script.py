"""Turns a pair of SQL files into one migration operation."""

from pathlib import Path

from tortoise.migrations.operations import RunSQL

_FOLDER = Path(__file__).parent / "sql"


def script(name: str) -> RunSQL:
    """``sql/<name>/up.sql`` forwards, ``sql/<name>/down.sql`` backwards."""
    forwards = (_FOLDER / name / "up.sql").read_text(encoding="utf-8")
    backwards = (_FOLDER / name / "down.sql").read_text(encoding="utf-8")
    return RunSQL(forwards, reverse_sql=backwards)
