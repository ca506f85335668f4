"""From when on something is wrong: usual figures, and the bounds of what may be set. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from app.words import Word


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, milliseconds, per cent, days, hours and counts, as the names say.

    Attributes:
        quiet_minutes: no bill for so long is told between the two hours of the day.
    """

    queue_slow_s: int = 5
    queue_stuck_s: int = 60
    slow_p99_ms: int = 3000
    refused_percent: int = 30
    refused_min: int = 20
    sealing_behind_s: int = 300
    refund_days: int = 3
    quiet_minutes: int = 60
    quiet_from_hour: int = 8
    quiet_until_hour: int = 21

    def changed(self, values: Mapping[str, int]) -> Limits:
        """With what was set; what this version doesn't know is left out."""
        known = {name: value for name, value in values.items() if name in BOUNDS}
        return replace(self, **known)


USUAL = Limits()
BOUNDS: dict[str, tuple[int, int]] = {
    "queue_slow_s": (1, 600),
    "queue_stuck_s": (5, 3600),
    "slow_p99_ms": (100, 60_000),
    "refused_percent": (1, 100),
    "refused_min": (1, 100_000),
    "sealing_behind_s": (60, 86_400),
    "refund_days": (1, 365),
    "quiet_minutes": (5, 60),
    "quiet_from_hour": (0, 23),
    "quiet_until_hour": (1, 24),
}
"""The least and the most that each may be set to."""
WORDS: dict[str, Word] = {
    "queue_slow_s": Word("排队变慢：最早一笔等了（秒）", "Queue slow: the oldest waits for (s)"),
    "queue_stuck_s": Word("排队卡住：最早一笔等了（秒）", "Queue stuck: the oldest waits for (s)"),
    "slow_p99_ms": Word("结算变慢：99%以内（毫秒）", "Slow: 99 % within (ms)"),
    "refused_percent": Word("拒绝偏多：十分钟内占（%）", "Many refused in ten minutes (%)"),
    "refused_min": Word("拒绝偏多：至少（笔）", "Many refused: at least"),
    "sealing_behind_s": Word("加封落后（秒）", "Sealing behind (s)"),
    "refund_days": Word("退款在柜台等了（天）", "A refund waits at the counter (days)"),
    "quiet_minutes": Word("白天没有单子（分钟）", "No bill by day (minutes)"),
    "quiet_from_hour": Word("白天从几点起", "The day begins at (hour)"),
    "quiet_until_hour": Word("白天到几点", "The day ends at (hour)"),
}
assert {one.name for one in fields(Limits)} == set(BOUNDS) == set(WORDS)
