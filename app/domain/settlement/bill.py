"""A bill as the pure rules see it: what was bought, and how its cost splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b

from app.domain.aid.rules.giving import Answer
from app.domain.trace.values import Scanned
from app.kit.value import value
from app.regions.rules import Goods
from app.words import CertType, Terminal


@value
class Line:
    """One line of a bill. Price in yuan with up to six places, count with up to four."""

    feedetl_sn: str
    med_list_codg: str
    amount_fen: int
    count: Decimal
    price: Decimal
    prescribed: bool = False
    """Bought on a prescription that came from outside (``rx_circ_flag`` 1)."""
    terms: Terms | None = field(default=None, compare=False)
    """What the catalogue said when the line was first settled; None: what it says now."""
    codes: tuple[Scanned, ...] = ()
    """The trace codes that were scanned for it."""
    rxno: str = ""
    """The prescription of ours on which it is dispensed (``domain/prescription``)."""


def numbered(feedetl_sn: str) -> tuple[int, str]:
    """The order of lines by their numbers, which are texts: 2 before 11."""
    return len(feedetl_sn), feedetl_sn


@value
class Terms:
    """What the catalogue says of an item."""

    name: str
    list_type: str
    chrgitm_lv: str  # 01 甲, 02 乙, 03 丙
    selfpay_prop: Decimal
    price_limit: Decimal | None  # yuan a unit
    licence: str
    goods: Goods | None = None
    """What kind of goods it is, where regions make a difference."""
    later: tuple[tuple[date, Terms], ...] = ()
    """What it says from certain days on, in their order."""

    def on(self, day: date) -> Terms:
        """What it says on a day."""
        found = self
        for since, terms in self.later:
            if since > day:
                break
            found = terms
        return found


@value
class LineSplit:
    """How one line's amount splits (``detlcutinfo`` on the wire)."""

    line: Line
    terms: Terms | None
    fulamt_ownpay_fen: int
    overlmt_fen: int
    preselfpay_fen: int
    inscp_scp_fen: int


@value
class Split:
    """How a whole bill splits; the four parts sum to the total (law 3)."""

    lines: tuple[LineSplit, ...]
    total_fen: int
    fulamt_ownpay_fen: int
    overlmt_fen: int
    preselfpay_fen: int
    inscp_scp_fen: int


@value
class Insured:
    """Where a settlement saw its patient insured, and as what; at which place the care was."""

    place: str
    psn_type: str
    care_place: str


@value
class Bill:
    """A bill that was accepted: who buys what, where, when, and whether the account may pay."""

    person_id: int
    insutype: str
    med_type: str
    bill_time: datetime
    total_fen: int
    account_used: bool
    lines: tuple[Line, ...]
    invono: str = ""
    credential_id: int | None = None
    cert_type: str = CertType.CREDENTIAL
    """What the patient showed."""
    card_id: int | None = None
    """The card that was shown: it has to be valid still when the bill is settled (law 6)."""
    visit: tuple[int, str] | None = None
    """A clinic's visit and the batch of its fee lines (mdtrt_id, chrg_bchno); None: a purchase."""
    echo: tuple[int | None, ...] | None = None
    """What the pre-settlement said: self-paid, over limit, first share, in scope, in fen; None: it
    isn't said again."""
    terminal: str = Terminal.WINDOW
    """At what it is settled: not everything that an institution has takes every purse."""
    codes: tuple[tuple[str, Scanned], ...] = ()
    """Trace codes beside the lines, with the line's number: of a visit, whose lines lie with it."""
    insured: Insured | None = None
    """What is left of an earlier settlement follows that one: its pool, agency and rules. None: as
    the registry says now."""
    asks_s: float = 0.0
    """So long after its arrival donors may be asked first: the till waits for it."""
    answers: Mapping[int, Answer] = field(default_factory=dict, hash=False, compare=False)
    """What donors who were asked have said, by grant."""


SAME_FOR = timedelta(minutes=15)
"""A till that has had no answer comes again within it; a token does not live longer either."""


def bill_key(
    fixmedins_code: str,
    person_id: int,
    credential_id: int | None,
    total_fen: int,
    lines: Iterable[Line],
) -> int:
    """What makes two bills the same, whatever their msgids: institution, patient, the scanned code,
    the total, and the lines with their numbers. Who shows no code may come again and buy the same:
    those are the same only for so long as an answer may have been lost (``SAME_FOR``)."""
    goods = sorted(
        f"{line.feedetl_sn} {line.med_list_codg} {line.amount_fen} {_plain(line.count)} "
        f"{_plain(line.price)} {line.prescribed:d}{line.rxno}"
        for line in lines
    )
    said = "\n".join((fixmedins_code, str(person_id), str(credential_id), str(total_fen), *goods))
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), signed=True)


def _plain(number: Decimal) -> str:
    """The same for 2 and 2.0."""
    return f"{number.normalize():f}"
