"""What becomes of one person's rows when a month is credited. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from app.domain.year.rules.credits import Asked, Taken, in_order, part_of, reckon, take
from app.domain.year.values import Credit, Holder
from app.kit.value import value
from app.ledger.kinds import AccountKind, CreditKind, CreditState
from app.regions.rules import AccountRules

RulesOn = Callable[[date], AccountRules]
"""The rules of a person's place on a day."""
BaseOn = Callable[[date], int | None]
"""From which base a person's credit of a month is reckoned; None: it is not known."""
BASE = "base"
"""``source`` of a month's own row that no file has brought."""


@value
class Given:
    """What a row brings to a part of the account."""

    row_id: int
    kind: AccountKind
    amount_fen: int


@value
class Month:
    """What is to be written of one person: rows, and what moves."""

    rows: list[Credit]
    given: list[Given]
    taken: list[Taken]

    @property
    def touches_carried(self) -> bool:
        """Whether the carried-over part has to be locked, too."""
        return any(one.kind is AccountKind.CARRIED for one in self.given) or any(
            row.owed_fen for row in self.rows
        )


def of_month(
    holder: Holder,
    known: Sequence[Credit],
    base_on: BaseOn,
    period: date,
    rules_on: RulesOn,
    now: datetime,
    today: date,
    next_id: Callable[[], int],
) -> Month:
    """What is to be booked for a person: the month's own row if there is none, what waits, what was
    passed over. ``known``: the person's rows that are open or owed, and the months' own.

    A month that can't be reckoned yet waits, so that whichever run comes once its base is known
    books it. What was passed over is reckoned by what the person was when it was.

    What is taken back is owed at first; ``collect`` says how much of it there is.
    """
    rows = {row.id: row for row in known}
    asked = _asked(holder, known, base_on, period, next_id)
    in_advance = {
        row.period: row.amount_fen
        for row in known
        if row.kind is CreditKind.PRE_CREDIT and row.state is CreditState.BOOKED
    }
    credited = {
        row.period
        for row in known
        if row.kind is CreditKind.MONTHLY and row.state is CreditState.BOOKED
    }
    month = Month([row for row in known if row.owed_fen], [], [])
    for one in in_order(asked):
        rules = rules_on(one.period)
        before = in_advance.get(one.period, 0) if one.kind is CreditKind.MONTHLY else 0
        late = one.kind is CreditKind.PRE_CREDIT and one.period in credited
        if late:  # nothing is left to be credited in advance of
            before = one.given_fen or 0
        row = rows.get(one.id) or _new(one, holder.person_id, now)
        if holder.suspended and one.kind is not CreditKind.RECOVERY:
            if row.state is CreditState.WAITING:
                skipped = replace(row, state=CreditState.SKIPPED, retired=holder.retired)
                month.rows.append(skipped)
            continue
        retired = holder.retired if row.retired is None else row.retired
        found = reckon(one, retired=retired, credited_before_fen=before, rules=rules)
        if found is None:
            if one.id not in rows:
                month.rows.append(row)
            continue
        if one.kind is CreditKind.PRE_CREDIT:
            in_advance[one.period] = found.amount_fen
        month.rows.append(
            replace(
                row,
                state=CreditState.BOOKED,
                place=holder.place,
                base_fen=one.base_fen,
                retired=retired,
                gross_fen=found.gross_fen,
                withheld_fen=found.withheld_fen,
                set_off_fen=found.set_off_fen,
                amount_fen=found.amount_fen,
                owed_fen=max(0, -found.amount_fen),
                booked_at=now,
            )
        )
        if found.amount_fen > 0:
            part = part_of(one.period, today, rules_on(today))
            month.given.append(Given(one.id, part, found.amount_fen))
    return month


def collect(month: Month, current_fen: int, carried_fen: int) -> Month:
    """The same, with what is owed taken out of the account as far as it goes; what the month brings
    is there already when it is."""
    brought = dict.fromkeys((AccountKind.CURRENT, AccountKind.CARRIED), 0)
    for one in month.given:
        brought[one.kind] += one.amount_fen
    owed = sorted((row.booked_at, row.id, row.owed_fen) for row in month.rows if row.owed_fen)
    taken = take(
        [(row_id, fen) for _, row_id, fen in owed],
        current_fen + brought[AccountKind.CURRENT],
        carried_fen + brought[AccountKind.CARRIED],
    )
    left = {row_id: fen for _, row_id, fen in owed}
    for part in taken:
        left[part.row_id] -= part.amount_fen
    rows = [replace(row, owed_fen=left.get(row.id, 0)) for row in month.rows]
    return Month(rows, month.given, taken)


def _asked(
    holder: Holder,
    known: Sequence[Credit],
    base_on: BaseOn,
    period: date,
    next_id: Callable[[], int],
) -> list[Asked]:
    asked = [
        Asked(row.id, row.kind, row.period, _base_of(row, base_on), row.given_fen)
        for row in known
        if row.state is CreditState.WAITING or (row.state is CreditState.SKIPPED and holder.insured)
    ]
    own = any(row.kind is CreditKind.MONTHLY and row.period == period for row in known)
    if not own and (holder.insured or holder.suspended):
        asked.append(Asked(next_id(), CreditKind.MONTHLY, period, base_on(period)))
    return asked


def _base_of(row: Credit, base_on: BaseOn) -> int | None:
    if row.kind is CreditKind.MONTHLY and row.base_fen is None and row.given_fen is None:
        return base_on(row.period)
    return row.base_fen


def _new(asked: Asked, person_id: int, now: datetime) -> Credit:
    return Credit(
        id=asked.id,
        person_id=person_id,
        kind=asked.kind,
        period=asked.period,
        state=CreditState.WAITING,
        base_fen=asked.base_fen,
        given_fen=asked.given_fen,
        place=None,
        retired=None,
        gross_fen=0,
        withheld_fen=0,
        set_off_fen=0,
        amount_fen=0,
        owed_fen=0,
        source=BASE,
        made_at=now,
        booked_at=None,
    )
