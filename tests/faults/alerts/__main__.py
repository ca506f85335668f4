"""``python -m tests.faults.alerts``: each alert of deploy/watch/alerts.yml is brought about on the
running system, seen by a real Prometheus, and mended as its page of deploy/RUNBOOKS.md says. The
exit code is 1 when one didn't fire, wasn't over, or the books were wrong then; 2 without
Prometheus."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys

from tests.faults.alerts.cases import CASES
from tests.faults.alerts.prometheus import NoPrometheus, program
from tests.faults.alerts.run import Woken, run

_HEAD = f"{'alert':22} {'broken':38} {'fired':>8}  {'resolved':>8}  mended by"


async def _main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.alerts", description=__doc__)
    names = sorted({one.alert for one in CASES})
    parser.add_argument("alerts", nargs="*", choices=[*names, []], metavar="ALERT", default=[])
    parser.add_argument(
        "--faster", type=int, default=10, help="so many times as fast as alerts.yml"
    )
    asked = parser.parse_args()
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)  # it misses a server that is away
    try:
        program("prometheus")
    except NoPrometheus as error:
        print(error)
        return 2
    cases = [one for one in CASES if not asked.alerts or one.alert in asked.alerts]
    print(_HEAD, flush=True)

    def tell(woken: Woken) -> None:
        print(woken.line(), flush=True)

    found = await run(cases, asked.faster, tell=tell)
    wrong = sum(bool(one.wrong) for one in found)
    print(f"{len(found)} of {len(cases)}, {wrong} wrong")
    return 1 if wrong or len(found) < len(cases) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
