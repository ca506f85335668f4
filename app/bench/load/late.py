"""What reads everything, as a process of its own beside the tills: the books checked and the
institutions' statements made, again and again, on the primary or on its standby."""

from __future__ import annotations

import asyncio
import json
import sys
import time

from app.compose import Services, open_services
from app.settings import settings


class Reading:
    """How often it came to an end, and how long that took."""

    def __init__(self) -> None:
        self.done = {"verified": 0, "statements": 0, "wrong": 0}
        self.ms = {"verified": 0, "statements": 0}

    async def run(self, services: Services) -> None:
        """For ever."""
        books = services.institution_statements
        while True:
            begun = time.monotonic()
            self.done["wrong"] += (await services.verification.run()).wrong
            self._note("verified", begun)
            begun = time.monotonic()
            await books.make(books.yesterday())
            self._note("statements", begun)

    def _note(self, what: str, begun: float) -> None:
        self.done[what] += 1
        self.ms[what] += round(1000 * (time.monotonic() - begun))


async def _main() -> None:
    """Until the other end closes; then what came of it."""
    reading = Reading()
    async with open_services(settings(), application="qinji-bench-late") as services:
        sys.stdout.write("\n")
        sys.stdout.flush()
        going = asyncio.create_task(reading.run(services))
        over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await asyncio.wait((going, over), return_when=asyncio.FIRST_COMPLETED)
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        reads = {place.value: count for place, count in services.lateness.reads.items()}
    sys.stdout.write(json.dumps({"done": reading.done, "ms": reading.ms, "reads": reads}))


if __name__ == "__main__":
    asyncio.run(_main())
