"""``python -m tests.faults 1000 --seed 7``: so many faults in a row, from ``--first`` on. The exit
code is 1 when any law broke; seed and number play that fault again."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.crash.fleet import own_home, own_servers
from tests.faults.disk import Disk, NoDisk, own_disk
from tests.faults.kinds import KINDS
from tests.faults.run import Struck, run


def told(struck: Struck) -> str:
    """A line for people."""
    verdict = "WRONG" if struck.wrong else "right"
    line = f"{struck.number:5} {struck.kind:17} back after {struck.back_s:6.2f} s, {verdict}"
    return "\n".join([line, *(f"    {what}" for what in struck.wrong)])


def report(found: list[Struck]) -> list[str]:
    """What came of all."""
    worst = max(found, key=lambda one: one.back_s)
    wrong = [one for one in found if one.wrong]
    orders = sum((one.orders for one in found), Counter[str]())
    lines = [
        f"{len(found)} faults, {len(wrong)} after which a law was broken;"
        f" longest without service: {worst.back_s:.2f} s ({worst.kind}, number {worst.number})",
        "accounted for: " + ", ".join(f"{count:,} {what}" for what, count in orders.items()),
    ]
    for one in wrong:
        lines += [f"{one.kind}: {one.again}", *(f"    {what}" for what in one.wrong)]
    return lines


async def _main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--tills", type=int, default=8)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=[], metavar="KIND")
    parser.add_argument("--before", type=Path, help="the folder of another version beside this")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    with ExitStack() as stack:
        home, disk = stack.enter_context(own_home()), None
        try:
            mortal = stack.enter_context(own_servers(own_disk))
            disk = Disk.under(mortal[1])
        except NoDisk as error:
            print(f"full_disk is left out: {error}", flush=True)
            mortal = stack.enter_context(own_servers())
        found = await run(
            Path(home) / "runs",
            mortal,
            asked.count,
            seed=asked.seed,
            first=asked.first,
            tills=asked.tills,
            among=asked.kinds,
            disk=disk,
            before=asked.before,
            tell=lambda struck: print(told(struck), flush=True),
        )
    print(*report(found), sep="\n")
    return 1 if any(one.wrong for one in found) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
