"""``python -m tests.oracle 20000``: so many cases of premiums put to house and oracle, a third of
them over the packs there are, the others over made-up ones; ``--from`` begins with a later one."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.regions.loader import PACKS
from tests.oracle.test_premium import PACKED, compare, made_up


def main() -> None:
    """Ends with an assertion that prints the case when the two differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int)
    parser.add_argument("--from", dest="first", type=int, default=0)
    words = parser.parse_args()
    begun, third = time.monotonic(), words.cases // 3
    told: Counter[str] = compare(PACKS, range(words.first, words.first + third), PACKED)
    with tempfile.TemporaryDirectory() as folder:
        told += made_up(Path(folder), words.cases - third, words.first)
    print(f"{words.cases} cases agree, {time.monotonic() - begun:.0f} s")
    for kind, count in told.most_common():
        print(f"{count:>8} {kind}")


if __name__ == "__main__":
    main()
