"""``python -m tests.cluster 20 [--tills 24] [--rate 600] [--seed 7]``: so many blows, and how long
each was felt."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from random import Random

from app.local.cluster.running import lacking
from tests.cluster.apart import in_own_network, own_network, possible
from tests.cluster.storm import BLOWS, run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster")
    parser.add_argument("blows", type=int, nargs="?", default=20)
    parser.add_argument("--tills", type=int, default=24)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--only", choices=BLOWS, nargs="+")
    parser.add_argument("--rate", type=float, default=0.0, help="light bills a second besides")
    asked = parser.parse_args()
    if missing := lacking():
        sys.exit(missing)
    if possible() and not own_network():
        words = [*sys.argv[1:], "--seed", str(asked.seed)]
        command = in_own_network(["tests.cluster", *words])
        os.execvp(command[0], command)
    kinds = [blow for blow in BLOWS if own_network() or blow != "cut"]
    luck = Random(asked.seed)
    blows = asked.only or [luck.choice(kinds) for _ in range(asked.blows)]
    print(f"seed {asked.seed}: {', '.join(blows)}", flush=True)
    result = asyncio.run(run(blows, asked.tills, asked.seed, asked.rate))
    bills = len(result.bills)
    if (rush := result.rush) is not None:
        bills += len(rush.told)
        reasons = Counter(told.reason or "settled" for told in rush.told.values())
        print(f"light tills: {dict(reasons)}, {len(rush.told) / result.seconds:.0f} a second;")
        print(f"sent again: {dict(rush.again)}; longest wait for an answer {rush.longest_s:.1f} s")
    print(f"{bills} bills, {result.paid} paid: all found, none lost, none doubled")
    print(f"longest without service: {result.longest_s:.1f} s")


if __name__ == "__main__":
    main()
