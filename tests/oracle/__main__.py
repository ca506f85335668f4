"""``python -m tests.oracle 20000``: so many cases of premiums put to house and oracle, a third of
them over the packs there are, the others over made-up ones; ``--from`` begins with a later one.
With ``--asked`` they are bills whose donors mostly want to be asked first."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.regions.loader import PACKS
from tests.oracle import test_oracle
from tests.oracle.test_premium import PACKED, compare, made_up


def main() -> None:
    """Ends with an assertion that prints the case when the two differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--asked", action="store_true")
    words = parser.parse_args()
    begun, third = time.monotonic(), words.cases // 3
    packed = range(words.first, words.first + third)
    others = range(packed.stop, words.first + words.cases)
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        if words.asked:
            seen = test_oracle.compare(PACKS, packed, asks=0.9)
            seen += test_oracle.over_made_up(Path(folder), others, asks=0.9)
            told.update({kind: number for (kind, place), number in seen.items() if not place})
        else:
            told += compare(PACKS, packed, PACKED)
            told += made_up(Path(folder), len(others), words.first)
    print(f"{words.cases} cases agree, {time.monotonic() - begun:.0f} s")
    for kind, count in told.most_common():
        print(f"{count:>8} {kind}")


if __name__ == "__main__":
    main()
