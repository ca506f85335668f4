"""``python -m tests.secrecy.started app|worker``: a process of ours on the day that the tests'
tables are written for, with faults in it whose texts quote what somebody sent."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.credential.service import Credentials
from app.domain.registry.service import Asked, People
from app.domain.settlement import drain
from app.domain.settlement.rules.fold import fold
from app.kit.clock import SystemClock

OFFSET = "QINJI_TEST_CLOCK_OFFSET_S"
FAULTY_NAME, FAULTY_TILL, FAULTY_ITEM = "寇准坏", "FAULTY", "XFAULTY"


def moved(offset_s: float) -> dict[tuple[object, str], object]:
    """What to set, so that every clock of a process is so many seconds off."""
    offset = timedelta(seconds=offset_s)
    return {
        (SystemClock, "now"): lambda self: datetime.now(UTC) + offset,
    }


async def _forgotten(text: str) -> None:
    """A task that nobody asks for its fault."""
    raise LookupError(text)


def plant() -> None:
    """Puts a fault behind the phones' door, one behind the tills' and one into the worker."""
    asked, decode = People.asked, Credentials.decode

    async def faulty_asked(
        self: People, asker_id: int, name: str, cert_type: str, certno: str
    ) -> Asked:
        number = certno
        if name == FAULTY_NAME:
            asyncio.get_running_loop().create_task(_forgotten(f"{name} {number}"))
            try:
                int(f"{number}:{name}")
            except ValueError as error:
                raise ExceptionGroup(name, [KeyError(number), OSError(number)]) from error
        return await asked(self, asker_id, name, cert_type, certno)

    async def faulty_decode(self: Credentials, code: str, *more: Any) -> Any:
        if FAULTY_TILL in more:
            raise KeyError(code)
        return await decode(self, code, *more)

    def faulty_fold(ordered: Sequence[Any], *more: Any) -> Any:
        if FAULTY_ITEM in repr(ordered):
            raise ValueError(repr(ordered))
        return fold(ordered, *more)

    People.asked = faulty_asked  # type: ignore[method-assign]
    Credentials.decode = faulty_decode  # type: ignore[method-assign, assignment]
    vars(drain)["fold"] = faulty_fold


if __name__ == "__main__":
    for (what, name), value in moved(float(os.environ[OFFSET])).items():
        setattr(what, name, value)
    plant()
    if sys.argv[1] == "app":
        from app.main import main
    else:
        from worker.main import main
    main()
