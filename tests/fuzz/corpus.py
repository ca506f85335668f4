"""What was found: a small file each, played first in every run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.case import Case, as_text, loaded
from tests.fuzz.siege import Finding

CORPUS = Path(__file__).parent / "found"
_LARGEST = 64 * 1024


def corpus() -> Iterator[Case]:
    for path in sorted(CORPUS.glob("*.json")):
        yield loaded(json.loads(path.read_text(encoding="utf-8")))


def keep(finding: Finding, folder: Path | None = None) -> None:
    """Writes a case down; one that is too long is found again by its seed and round."""
    text = as_text(finding.case)
    if len(text) <= _LARGEST:
        ((folder or CORPUS) / finding.name).write_text(text, encoding="utf-8")
