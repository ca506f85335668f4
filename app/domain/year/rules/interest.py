"""What a year's balances earn, and what is carried over (SOURCES F9.4). Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from app.kit.value import value
from app.regions.rules import AccountRules

_MONTHS = 12


@value
class Products:
    """The months' last balances of a year added up: fen times months (积数).

    ``owed``: of what is owed, which counts against this year's part.
    """

    current: int
    carried: int
    owed: int = 0


def interest_fen(products: Products, rules: AccountRules) -> int:
    """A year's interest, rounded half up to the fen for each part."""
    current, carried = products.current - products.owed, products.carried
    if current <= 0:
        carried += current if rules.nets_current else 0
        current = 0
    return _interest(current, rules.current_rate) + _interest(max(0, carried), rules.carried_rate)


def _interest(product: int, rate: Decimal) -> int:
    exact = Decimal(product) * rate / _MONTHS
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def product_of(opening_fen: int, moved: int, months: int) -> int:
    """A part's product: what it held at first in every month, and each movement in the months that
    ended after it (``moved``: fen times those months)."""
    return opening_fen * months + moved


def carried_fen(current_fen: int, new_fen: int) -> int:
    """What of this year's part is of the year that is over, some time after its end: what came for
    the new year stays, and what was spent since was the old money first."""
    return max(0, current_fen - new_fen)
