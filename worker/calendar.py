"""When the background's jobs are due. arq looks at the machine's clock alone; ours goes by the one
clock (law 11), so that a clock in the hand plays nights and month ends with their jobs."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from arq.cron import CronJob
from arq.utils import to_unix_ms
from arq.worker import Worker

from app.kit.clock import SystemClock, local
from app.kit.hand import taken

_SECOND = timedelta(seconds=1)
_BACK = timedelta(minutes=1)


class CalendarWorker(Worker):
    """A worker whose jobs of an hour or a minute go by the clock. Those of every second or so keep
    what runs in order, and go by the machine's pace, however fast days pass.

    A job that was due several times meanwhile (a clock that leapt) runs once. A clock that went
    back keeps none waiting for what it had already shown.
    """

    seen: datetime | None = None

    @classmethod
    def of(cls, given: Any) -> CalendarWorker:
        """A worker with these settings of arq's."""
        return cls(**given)

    async def run_cron(self, n: datetime, delay: float, num_windows: int = 2) -> None:
        """Announces what is due within the next moment, so that all workers name the same job."""
        hand, now = taken(), local(SystemClock().now())
        speed = hand.speed if hand else 1
        back = self.seen is not None and now < self.seen - _BACK
        self.seen = now
        window = timedelta(seconds=delay * num_windows)
        due = []
        for job in self.cron_jobs:
            moment, pace = (now, speed) if of_calendar(job) else (n, 1)
            if job.next_run is None and job.run_at_startup:
                job.next_run = moment
            elif job.next_run is None or back:
                job.calculate_next(moment)
                continue
            if job.next_run >= moment + window * pace and job.next_run > moment:
                continue
            ahead = (job.next_run - moment) / max(pace, 1)
            # Late after a leap: all workers must name it before one has run it, or it runs twice.
            wait = timedelta(seconds=delay) if ahead < timedelta() else ahead
            due.append(self._announce(job.name, job.next_run, n + wait))
            job.calculate_next(max(job.next_run, moment + max(pace - 1, 0) * _SECOND))
        await asyncio.gather(*due)

    async def _announce(self, name: str, due: datetime, at: datetime) -> None:
        await self.pool.enqueue_job(
            name,
            _job_id=f"{name}:{to_unix_ms(due)}",
            _queue_name=self.queue_name,
            _defer_until=at,
        )


def of_calendar(job: CronJob) -> bool:
    """Whether a job is bound to an hour or a minute; else it comes every few seconds."""
    return job.hour is not None or job.minute is not None
