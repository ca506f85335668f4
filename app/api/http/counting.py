"""What this process's doors have done since it began: a few dictionaries, nothing on the way of a
call but an addition."""

from __future__ import annotations

from collections import Counter
from typing import Any

_DOORS = {
    "api": "phone",
    "fsi": "till",
    "ops": "ops",
    "bureau": "bureau",
    "health": "health",
    "metrics": "health",
}

_calls: Counter[tuple[str, str]] = Counter()
_milliseconds: dict[str, float] = {}
_refusals: Counter[tuple[str, str]] = Counter()
_limits: Counter[str] = Counter()


def door_of(path: str) -> str:
    """Which door a path belongs to; ``page`` for static files, and for what is no path (``*``).
    The tills' is theirs however it is written: they read no other form than their own."""
    first, _, rest = path.partition("/")
    if first:
        return "page"
    named = rest.lstrip("/").partition("/")[0]
    return _DOORS.get("fsi" if named.lower() == "fsi" else named, "page")


def count_call(path: str, status: int, ms: float) -> None:
    """Counts an answered call."""
    door = door_of(path)
    _calls[door, f"{status // 100}xx"] += 1
    _milliseconds[door] = _milliseconds.get(door, 0.0) + ms


def count_refusal(door: str, reason: str) -> None:
    """Counts a refusal that a door has told. Reasons are of a fixed set, so this stays small."""
    _refusals[door, reason] += 1


def count_limit(call: str) -> None:
    """Counts a call that a limit has refused. Calls are of a fixed set, so this stays small."""
    _limits[call] += 1


def counts() -> dict[str, dict[str, Any]]:
    """All of it, for JSON: ``doors`` and ``refusals`` by door, ``calls_ms`` by door, ``limits`` by
    call."""
    doors: dict[str, dict[str, int]] = {}
    for (door, status), count in _calls.items():
        doors.setdefault(door, {})[status] = count
    refusals: dict[str, dict[str, int]] = {}
    for (door, reason), count in _refusals.items():
        refusals.setdefault(door, {})[reason] = count
    return {
        "doors": doors,
        "calls_ms": dict(_milliseconds),
        "refusals": refusals,
        "limits": dict(_limits),
    }
