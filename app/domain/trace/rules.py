"""What a bill's trace codes must be like, and which place each takes. Pure.

A code's form: 20 digits, letters, digits and signs, or a GS1 code with product and serial (SOURCES
F6.2). A product's barcode (13 digits), a patient's code (28) and a carton's are refused where a
smallest package is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from app.domain.trace.errors import (
    TRACE_ALREADY_SOLD,
    TRACE_BOX_EMPTY,
    TRACE_FORMAT,
    TRACE_MISSING,
    TRACE_NOT_THIS_LINE,
    TRACE_PRODUCT_MISMATCH,
    TRACE_SEEN_ELSEWHERE,
    TRACE_TWICE,
)
from app.domain.trace.values import (
    PREFIX,
    Alert,
    Bought,
    Coded,
    Goods,
    Product,
    Sale,
    Scanned,
    product_of,
)
from app.domain.trace.words import Seen
from app.kit.reasons import Because, Refusal
from app.kit.value import value
from app.regions.rules import TraceRules

_ONE = Decimal(1)
_LENGTH = 20
_DIGITS = re.compile(rf"[0-9]{{{_LENGTH}}}\Z")
_GS1 = re.compile(r"\(01\)[0-9]{14}(?=.*\(21\)[^()])[A-Z0-9()/+=_.-]{1,82}\Z")
_SIGNS = re.compile(r"(?=.*[A-Z])[A-Z0-9()/+=_.-]{8,100}\Z")

Sold = Mapping[str, Sequence[Sale]]
"""What stands sold, by code."""
Products = Mapping[str, Product]
"""By what their codes begin with, as far as they are known."""


@value
class Known:
    """What a bill's codes are compared with, and who sells them."""

    sold: Sold
    products: Products
    here: str


def is_code(code: str) -> bool:
    """Whether it has the form of a code on a medicine's smallest package."""
    return bool(_DIGITS.match(code) or _SIGNS.match(code) or _GS1.match(code))


def seen(sales: Sequence[Bought], person_id: int) -> Seen:
    """What somebody may know of a box by its sales that stand: parts of one box that one
    institution has split are one sale."""
    if not sales:
        return "none"
    one = sales[0]
    split = all(sale.split and sale.fixmedins_code == one.fixmedins_code for sale in sales)
    if len(sales) > 1 and not split:
        return "more"
    return "mine" if any(sale.person_id == person_id for sale in sales) else "other"


def before(sales: Sequence[Bought], person_id: int) -> bool:
    """Whether a box was sold to somebody else before this person bought it first."""
    own = [sale.sold_at for sale in sales if sale.person_id == person_id]
    others = [sale.sold_at for sale in sales if sale.person_id != person_id]
    return bool(own and others) and min(others) < min(own)


def boxes(count: Decimal) -> int:
    """How many boxes so many are: what is begun counts whole."""
    whole = int(count)
    return whole if whole == count else whole + 1


def asked_of(line: Goods, rules: TraceRules, today: date) -> bool:
    """Whether a line needs codes: not what is exempt, nor while it lasts what has none."""
    if line.kind in rules.exempt:
        return False
    listed = rules.no_code is not None and line.med_list_codg in rules.no_code
    ends = rules.no_code_until
    return not (listed and (ends is None or today <= ends))


def check(lines: Sequence[Goods], rules: TraceRules, today: date, known: Known) -> list[Because]:
    """What is to be warned of. Codes are sold once wherever they are looked at at all; for the rest
    a region refuses or warns.

    Raises:
        Refusal: TRACE_TWICE, TRACE_ALREADY_SOLD, TRACE_BOX_EMPTY; TRACE_SEEN_ELSEWHERE where the
            region refuses that; where it requires codes TRACE_MISSING, TRACE_FORMAT,
            TRACE_PRODUCT_MISMATCH.
    """
    if rules.policy == "off":
        return []
    notes = []
    for at, line in enumerate(lines, 1):
        for wrong in _wrong(at, line, asked_of(line, rules, today), known.products):
            if rules.policy == "require":
                raise wrong
            notes.append(wrong.because())
    _check_once(lines)
    check_unsold(lines, known)
    if known.sold:
        notes += _seen_elsewhere(lines, rules, known)
    return notes


def plainly_right(lines: Sequence[Coded], known: Known) -> bool:
    """Whether nothing at all is to be said of lines, as of nearly all: a code of digits for each
    whole box, none of them twice, none known to be sold, each as what its product may be sold."""
    codes: list[str] = []
    products = known.products
    for line in lines:
        if len(line.codes) != line.count:
            return False
        for scanned in line.codes:
            code = scanned.code
            if scanned.split or len(code) != _LENGTH or not (code.isascii() and code.isdigit()):
                return False
            product = products.get(code[:PREFIX]) if products else None
            if product is not None and line.med_list_codg not in product.items:
                return False
            codes.append(code)
    return len(set(codes)) == len(codes) and known.sold.keys().isdisjoint(codes)


def check_named(codes: Iterable[tuple[str, Scanned]], serials: Iterable[str]) -> None:
    """Refuses codes of a line that is not in the bill.

    Raises:
        Refusal: TRACE_NOT_THIS_LINE.
    """
    there = set(serials)
    for serial, scanned in codes:
        if serial not in there:
            raise Refusal(TRACE_NOT_THIS_LINE, code=scanned.code, line=serial)


def check_unsold(lines: Sequence[Goods], known: Known, coming: int | None = None) -> None:
    """Refuses what stands sold at the same institution, and more of a box than is left of it.
    ``coming``: a settlement whose codes are about to be free.

    Raises:
        Refusal: TRACE_ALREADY_SOLD, TRACE_BOX_EMPTY.
    """
    for scanned in (one for line in lines for one in line.codes) if known.sold else ():
        for sale in known.sold.get(scanned.code, ()):
            same = sale.fixmedins_code == known.here and sale.settlement_id != coming
            if same and not (sale.split and scanned.split):
                raise Refusal(TRACE_ALREADY_SOLD, code=scanned.code, setl_id=sale.settlement_id)
    if not any(scanned.split for line in lines for scanned in line.codes):
        return
    taken: dict[str, Decimal] = {}
    for line in lines:
        for scanned, units in allotted(line, known, taken, coming):
            left = _left(scanned.code, known, taken, coming)
            if scanned.split and left is not None and units > left:
                raise Refusal(
                    TRACE_BOX_EMPTY, code=scanned.code, left=_plain(left), asked=_plain(units)
                )
            taken[scanned.code] = taken.get(scanned.code, Decimal(0)) + units


def allotted(
    line: Coded, known: Known, taken: Mapping[str, Decimal], coming: int | None = None
) -> Iterator[tuple[Scanned, Decimal]]:
    """How much of a line comes out of which of its boxes: of split ones what is left in each, and
    the rest out of the last. ``taken``: what lines before took; it may grow meanwhile."""
    split = [one for one in line.codes if one.split]
    rest = line.count - (len(line.codes) - len(split))
    for scanned in line.codes:
        if not scanned.split:
            yield scanned, Decimal(1)
            continue
        left = _left(scanned.code, known, taken, coming)
        last = scanned is split[-1]
        units = rest if last or left is None else min(rest, left)
        units = max(units, Decimal(0))
        rest -= units
        yield scanned, units


def take(
    lines: Sequence[Coded], settlement_id: int, known: Known
) -> tuple[list[Sale], list[Alert]]:
    """The sales that a settlement makes of its codes, each in the first free place of its code; and
    which of them stand sold elsewhere."""
    sales: list[Sale] = []
    alerts: list[Alert] = []
    boxes_of = [(line.feedetl_sn, one) for line in lines for one in line.codes]
    if not any(one.split or one.code in known.sold for _, one in boxes_of):  # nearly always
        here = known.here
        return [
            Sale(one.code, settlement_id, serial, here, 1, split=False, units=_ONE, known=False)
            for serial, one in boxes_of
        ], alerts
    taken: dict[str, Decimal] = {}
    places: dict[str, set[int]] = {}
    for line in lines:
        for scanned, units in allotted(line, known, taken):
            code = scanned.code
            taken[code] = taken.get(code, Decimal(0)) + units
            before = known.sold.get(code, ())
            used = places.setdefault(code, {sale.slot for sale in before})
            slot = next(n for n in range(1, len(used) + 2) if n not in used)
            used.add(slot)
            serial, split = line.feedetl_sn, scanned.split
            sales.append(Sale(code, settlement_id, serial, known.here, slot, split, units))
            first = _elsewhere(code, known)
            if first is not None and all(alert.code != code for alert in alerts):
                other = first.settlement_id, first.fixmedins_code
                alerts.append(Alert(code, settlement_id, known.here, *other))
    return sales, alerts


def left_of(
    codes: tuple[Scanned, ...], count: Decimal, returned: Decimal, named: frozenset[str], at: str
) -> tuple[Scanned, ...]:
    """The codes of a line of which a part comes back: which boxes those were has to be said, as
    soon as more would stay than are left.

    Raises:
        Refusal: TRACE_MISSING.
    """
    whole = [one for one in codes if not one.split]
    stay = count - returned
    needed = len(whole) - boxes(stay)
    got = sum(one.code in named for one in whole)
    if stay and (got < needed or got > boxes(returned)):
        need = max(needed, min(got, boxes(returned)))
        raise Refusal(TRACE_MISSING, line=at, need=need, got=got)
    return tuple(one for one in codes if one.code not in named)


def _wrong(at: int, line: Goods, asked: bool, products: Products) -> Iterator[Refusal]:
    split = any(one.split for one in line.codes)
    need, got = 1 if split else boxes(line.count), len(line.codes)
    if (asked and got < need) or (not split and got > need):
        yield Refusal(TRACE_MISSING, line=at, need=need, got=got)
    for scanned in line.codes:
        code = scanned.code
        if line.kind == "drug" and not is_code(code):
            yield Refusal(TRACE_FORMAT, line=at, code=code)
        product = products.get(product_of(code))
        if product is not None and line.med_list_codg not in product.items:
            yield Refusal(TRACE_PRODUCT_MISMATCH, line=at, code=code)


def _check_once(lines: Sequence[Goods]) -> None:
    """One box twice in a bill: only parts of it, on lines of their own."""
    codes = [scanned.code for line in lines for scanned in line.codes]
    if len(set(codes)) == len(codes):
        return
    seen: dict[str, list[tuple[str, bool]]] = {}
    for line in lines:
        for scanned in line.codes:
            before = seen.setdefault(scanned.code, [])
            if any(
                serial == line.feedetl_sn or not (split and scanned.split)
                for serial, split in before
            ):
                raise Refusal(TRACE_TWICE, code=scanned.code)
            before.append((line.feedetl_sn, scanned.split))


def _seen_elsewhere(lines: Iterable[Goods], rules: TraceRules, known: Known) -> list[Because]:
    found = []
    sold = [one.code for line in lines for one in line.codes if one.code in known.sold]
    for code in dict.fromkeys(sold):
        if _elsewhere(code, known) is not None:
            refusal = Refusal(TRACE_SEEN_ELSEWHERE, code=code)
            if rules.sold_elsewhere == "refuse":
                raise refusal
            found.append(refusal.because())
    return found


def _elsewhere(code: str, known: Known) -> Sale | None:
    """What stands sold of a code at another institution, the first of it."""
    others = (sale for sale in known.sold.get(code, ()) if sale.fixmedins_code != known.here)
    return min(others, key=lambda sale: sale.settlement_id, default=None)


def _left(
    code: str, known: Known, taken: Mapping[str, Decimal], coming: int | None
) -> Decimal | None:
    """What is left in a box; None: nobody has told how much one holds."""
    product = known.products.get(product_of(code))
    if product is None or product.units is None:
        return None
    gone = [sale.units for sale in known.sold.get(code, ()) if sale.settlement_id != coming]
    return product.units - sum(gone, Decimal(0)) - taken.get(code, Decimal(0))


def _plain(number: Decimal) -> str:
    return f"{max(number, Decimal(0)).normalize():f}"
