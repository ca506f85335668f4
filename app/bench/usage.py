"""What processes use: CPU seconds and memory, by name. Linux only; elsewhere nothing is told."""

from __future__ import annotations

import os
from collections.abc import Mapping

from app.local.processes import proc


def server_pids() -> dict[str, int]:
    """The processes of this process' own children by what they are: PostgreSQL, Redis."""
    found = {}
    for pid, parent in _parents().items():
        if parent == os.getpid():
            name = _comm(pid)
            if name in ("postgres", "valkey-server"):
                found[name] = pid
    return found


def cpu_s(pids: Mapping[str, int]) -> dict[str, float]:
    """CPU seconds so far, with a program's children (PostgreSQL's sessions); ours as ``load``."""
    tick = os.sysconf("SC_CLK_TCK")
    parents = _parents()
    found = {"load": sum(os.times()[:2])}
    for name, pid in pids.items():
        family = [pid, *(child for child, parent in parents.items() if parent == pid)]
        found[name] = sum(_ticks(one) for one in family) / tick
    return found


def memory_mb(pids: Mapping[str, int]) -> dict[str, float]:
    """Resident memory of the programs themselves, in megabytes."""
    page = os.sysconf("SC_PAGE_SIZE")
    found = {}
    for name, pid in pids.items():
        try:
            pages = int((proc() / str(pid) / "statm").read_text().split()[1])
        except OSError:
            continue
        found[name] = round(pages * page / 1e6, 1)
    return found


def peak_mb(pid: int) -> float | None:
    """The largest resident memory that a program has had, in megabytes, or what it has now where
    the system doesn't keep the largest; None where it tells neither, or the program is gone."""
    try:
        status = (proc() / str(pid) / "status").read_text()
    except OSError:
        return None
    told = dict(line.split(":", 1) for line in status.splitlines() if line.startswith("Vm"))
    found = told.get("VmHWM") or told.get("VmRSS")
    return round(int(found.split()[0]) * 1024 / 1e6, 1) if found else None


def _parents() -> dict[int, int]:
    return {
        int(entry.name): int(stat[1])
        for entry in proc().glob("[0-9]*")
        if (stat := _stat(int(entry.name)))
    }


def _ticks(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[11]) + int(stat[12]) if stat else 0


def _stat(pid: int) -> list[str]:
    try:
        return (proc() / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _comm(pid: int) -> str:
    try:
        return (proc() / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""
