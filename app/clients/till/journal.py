"""What a till must not forget: its messages' numbers, and each message before it is sent.

All files have mode 600: they name patients' visits.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from app.kit.clock import SHANGHAI

_STAMP = "%Y%m%d%H%M%S"
SEQUENCES = 10_000
SALES = ("2102", "2103A")
"""What leaves a settlement standing, which can be taken back."""


class MsgIds(Protocol):
    """Makes message ids."""

    def next(self, fixmedins_code: str, now: datetime) -> str:
        """A new id: institution (12), yyyyMMddHHmmss (14), a number (4)."""
        ...


class Counter:
    """Message ids counted in memory: for tests and load, one object a till."""

    def __init__(self) -> None:
        self._last = ("", -1)

    def next(self, fixmedins_code: str, now: datetime) -> str:
        self._last = following(self._last, now)
        return f"{fixmedins_code[:12]}{self._last[0]}{self._last[1]:04d}"


def following(last: tuple[str, int], now: datetime) -> tuple[str, int]:
    """The second and number after ``last``; never earlier, even if the clock steps back."""
    stamp = now.astimezone(SHANGHAI).strftime(_STAMP)
    if stamp > last[0]:
        return stamp, 0
    if last[1] + 1 < SEQUENCES:
        return last[0], last[1] + 1
    # Ten thousand in one second: borrow from the next.
    later = datetime.strptime(last[0], _STAMP).replace(tzinfo=SHANGHAI) + timedelta(seconds=1)
    return later.strftime(_STAMP), 0


class FileCounter:
    """Message ids counted in a file, so that two commands of one till never share one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def next(self, fixmedins_code: str, now: datetime) -> str:
        with _locked(self._path) as file:
            text = os.pread(file, 64, 0).decode()
            stamp, _, number = text.partition(" ")
            last = following((stamp, int(number or 0)), now)
            os.pwrite(file, f"{last[0]} {last[1]:04d}".encode(), 0)
            os.fsync(file)
        return f"{fixmedins_code[:12]}{last[0]}{last[1]:04d}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the journal, with what was kept of its answer, if one came."""

    msgid: str
    infno: str
    body: dict[str, Any]
    answer: dict[str, Any] | None = field(default=None)


class Journal:
    """Messages that move money, each on disk before it is sent."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def sending(self, msgid: str, infno: str, body: bytes) -> None:
        """Writes a message down and waits until the disk has it."""
        self._append({"msgid": msgid, "infno": infno, "body": json.loads(body)})

    def answered(self, msgid: str, answer: dict[str, Any]) -> None:
        """Notes an answer: ids and the verdict, no names."""
        self._append({"msgid": msgid, "answer": answer})

    def entries(self) -> Iterator[Entry]:
        """All messages, the oldest first."""
        sent: dict[str, dict[str, Any]] = {}
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                try:
                    one = json.loads(line)
                except ValueError:
                    continue  # the last line of a till that lost power
                sent.setdefault(one["msgid"], {}).update(one)
        for one in sent.values():
            yield Entry(one["msgid"], one.get("infno", ""), one.get("body", {}), one.get("answer"))

    def last(self, *infnos: str) -> Entry | None:
        """The newest message of one of these kinds."""
        return next((e for e in reversed(list(self.entries())) if e.infno in infnos), None)

    def find(self, msgid: str) -> Entry | None:
        """The message with this id."""
        return next((e for e in self.entries() if e.msgid == msgid), None)

    def settlement(self, setl_id: str | None = None) -> Entry | None:
        """The settlement with this setl_id, or the newest one that was answered with yes: also what
        a part return has left."""
        return self.made(setl_id, SALES)

    def made(self, setl_id: str | None, infnos: Collection[str]) -> Entry | None:
        """The message of one of these kinds that has made what has this setl_id, or the newest."""
        for entry in reversed(list(self.entries())):
            found = (entry.answer or {}).get("setl_id")
            if entry.infno in infnos and found and setl_id in (None, found):
                return entry
        return None

    def _append(self, value: dict[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
        with _locked(self._path, os.O_APPEND) as file:
            end = os.fstat(file).st_size
            torn = end > 0 and os.pread(file, 1, end - 1) != b"\n"
            os.write(file, ("\n" * torn + line).encode())
            os.fsync(file)


@contextmanager
def _locked(path: Path, flags: int = 0) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
