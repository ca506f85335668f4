"""What is looked for, and what was found: values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

PAGE = 50
READ_MAX = 20_000
"""So many rows are looked at for one page at the most; then it is told up to when."""
TRACES_MAX = 5_000
"""The same of rows whose long traces are unpacked."""


@dataclass(frozen=True, slots=True)
class WantedBills:
    """Bills by number, by institution and days, or by a person's name and the ID number's end.

    Attributes:
        ending: the number, or its last digits.
        days: the first and the last day; None: whenever.
        amount_fen: the total, or what one of those who paid gave.
        clr_optins: the clearing office: of the insured people's pool.
        before: the id of the last that is known.
    """

    ending: str = ""
    fixmedins_code: str = ""
    days: tuple[date, date] | None = None
    amount_fen: int | None = None
    clr_optins: str = ""
    psn_name: str = field(default="", repr=False)
    certno_last: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)
    before: int | None = None

    @property
    def target(self) -> str:
        """As the audit names it: no name, and nothing of an ID number."""
        found = ["bills"]
        found += [self.fixmedins_code] if self.fixmedins_code else []
        found += ["by name"] if self.psn_name else []
        found += [f"{self.days[0]}..{self.days[1]}"] if self.days else []
        found += [f"{self.amount_fen} fen"] if self.amount_fen is not None else []
        found += [f"no. {self.ending}"] if self.ending else []
        return " ".join(found)[:80]


@dataclass(frozen=True, slots=True)
class WantedMessages:
    """Messages of a stretch of time by their arrival; ``state`` as in ``outcome``, 0: undecided.
    ``unpaid``: bills instead that aid left unpaid, for this reason, of the insured in ``pool``."""

    since: datetime
    until: datetime
    state: int | None = None
    reason: str = ""
    fixmedins_code: str = ""
    unpaid: str = ""
    pool: str = ""
    before: int | None = None
