"""What is logged of a fault says where and of what kind it was, never what somebody had sent."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.kit.log import described
from app.settings import PROJECT_ROOT

SECRET = "司马相如"
BEGIN = (
    "import asyncio, logging, structlog\nfrom app.kit.log import configure\nconfigure('debug')\n"
)
RAISE = f"""
def broken():
    try:
        int('{SECRET}')
    except ValueError as error:
        raise ExceptionGroup('{SECRET}', [KeyError('{SECRET}'), OSError(28, '{SECRET}')]) from error
"""
CATCH = "try:\n    broken()\nexcept Exception as error:\n    {}\n"
FORGET = """
async def main():
    async def task():
        broken()
    asyncio.create_task(task())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
asyncio.run(main())
"""
WAYS = {
    "ours": CATCH.format("structlog.get_logger('x').exception('unexpected')"),
    "a library's": CATCH.format("logging.getLogger('arq.worker').exception('%s: %s', 1, error)"),
    "a forgotten task": FORGET,
    "the process's end": "broken()",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_is_told_without_its_text(way: str) -> None:
    program = BEGIN + RAISE + WAYS[way]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert SECRET not in said.replace(program, "")
    for kind in ("ValueError", "ExceptionGroup", "KeyError", "No space left on device"):
        assert kind in said
    assert "in broken" in said and said.count("Traceback") == 4


def test_what_a_database_refuses_is_named_by_its_rule() -> None:
    class Refused(Exception):
        sqlstate, table_name, constraint_name = "23505", "person", "person_pkey"

    assert described(Refused(SECRET)).endswith("Refused: 23505: person: person_pkey")
    assert described(OSError(SECRET)) == "OSError"
