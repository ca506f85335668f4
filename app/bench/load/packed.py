"""``python -m app.bench.load.packed FOLDER MODULE``: a program of ours with the regions' rules of
that folder; and the folder, in which institutions' places ask for trace codes."""

from __future__ import annotations

import runpy
import shutil
import sys
from pathlib import Path

from app.bench.made.town import PLACES
from app.regions.loader import PACKS, Rulebook

_ASKS = """[region]
code = "{pool}"
name = "试验{pool}"

[[rules]]
from = 2021-04-01
source = "F6.1: a measurement"
certainty = "D"
[rules.trace]
policy = "require"
"""


def asking(folder: Path) -> Path:
    """The rules of the house, but that the town's institutions need a code for every box."""
    packs = folder / "packs"
    shutil.copytree(PACKS, packs)
    for place in PLACES:
        pool = place[:4]
        (packs / f"{pool}.toml").write_text(_ASKS.format(pool=pool), encoding="utf-8")
    return packs


def main() -> None:
    """Runs the module with those rules."""
    packs, module = Path(sys.argv[1]), sys.argv[2]
    book = Rulebook.load(packs)
    Rulebook.load = classmethod(lambda cls: book)  # type: ignore[assignment,method-assign]
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__")


if __name__ == "__main__":
    main()
