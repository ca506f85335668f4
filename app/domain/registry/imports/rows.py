"""The file formats: columns, what a right row is, what makes rows the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import get_args

from app.domain.registry.imports import fields as check
from app.domain.registry.imports.lines import ABSENT, Bad
from app.domain.registry.indexes import card_form
from app.domain.registry.published import is_demo_key, is_published
from app.kit.sm2.keys import Sm2KeyError, public_key
from app.kit.sm2.signing import HERE
from app.kit.words.id_numbers import faults
from app.kit.words.names import number_form
from app.kit.words.normal import capital_form, capitals, code_form
from app.regions.rules import Goods
from app.words import CHANNELS, IDENTITY_CARD, NUMBERED_ALIKE, CardState, Insutype, Terminal
from app.words import CREDITS as KINDS

PEOPLE = (
    "psn_no", "psn_name", "psn_cert_type", "certno", "gend", "brdy", "insutype", "psn_type",
    "psn_insu_stas", "insuplc_admdvs", "has_account", "balance_current", "balance_carried",
)  # fmt: skip
INSTITUTIONS = (
    "fixmedins_code", "fixmedins_name", "fixmedins_type", "hosp_lv", "admdvs", "auth_scheme",
    "key_id", "secret", "outpatient_pooling", "cross_region",
)  # fmt: skip
INSTITUTIONS_MAY = ("wallet_at", "id_number", "uscc", "tif_allowed")
"""Columns that a file may leave out: then what is stored stays."""
CATALOGUE = (
    "med_list_codg", "name", "list_type", "chrgitm_lv", "selfpay_prop", "pric_uplmt_amt",
    "licence",
)  # fmt: skip
CATALOGUE_MAY = ("goods", "begndate")
PRODUCTS = ("product", "med_list_codg", "units")
PRODUCTS_MAY = ("gone",)
CARDS = ("card_no", "card_sn", "psn_no", "state")
RESIDENTS = ("psn_no", "year", "channel", "identity")
BASES = ("psn_no", "since", "base")
CREDITS = ("psn_no", "kind", "period", "base", "amount")

CERT_TYPES = frozenset(
    [*(f"{number:02d}" for number in range(1, 18)), "90", "99", "990102", "990201"]
)
_GEND = frozenset("0129")
FIRST_MONTH = date(2021, 4, 1)
"""Before the reform accounts were credited otherwise (SOURCES S109)."""
_FIRST_DAY = date(2000, 1, 2)
"""What holds since ever is told with the day before."""
FIRST_YEAR = 2003
"""There was no insurance of residents before."""
_CARD_STATES: dict[str, CardState] = {one.value: one for one in CardState} | {
    "found": CardState.VALID
}
_IDENTITIES = frozenset(("none", "student", "aided"))
_PLANS = frozenset(Insutype)
_LIST_TYPES = frozenset(("101", "102", "103", "104", "105", "201", "301"))
_LEVELS = {"1": "01", "2": "02", "3": "03", "01": "01", "02": "02", "03": "03"}
_SCHEMES = frozenset(("tif", "hmac-sm3", "sm2"))
_APP_ID_MAX = 32
_ID_CARD = re.compile(r"[0-9]{17}[0-9X]\Z", re.ASCII)
_INSTITUTION_CODE = re.compile(r"[A-Z0-9]{12,14}\Z", re.ASCII)
_CREDIT_CODE = re.compile(r"[A-Z0-9]{18}\Z", re.ASCII)
_SECRET_SHORTEST = 16


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A checked line of the people file; balances in fen."""

    psn_no: str
    psn_name: str
    psn_cert_type: str
    certno: str
    gend: str
    brdy: date
    insutype: str
    psn_type: str
    psn_insu_stas: str
    insuplc_admdvs: str
    has_account: bool
    current_fen: int
    carried_fen: int


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """A checked line of the residents file: a benefit year of a resident that was paid, how, and
    what the resident is besides an age."""

    psn_no: str
    year: int
    channel: str
    identity: str


@dataclass(frozen=True, slots=True)
class BaseRow:
    """A checked line of the bases file: from which month on a credit is reckoned from what."""

    psn_no: str
    since: date
    base_fen: int


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A checked line of the credits file: of a month's own credit its base or the sum, of all else
    the sum."""

    psn_no: str
    kind: str
    period: date
    base_fen: int | None
    given_fen: int | None


@dataclass(frozen=True, slots=True)
class CardRow:
    """A checked line of the cards file."""

    card_no: str
    card_sn: str
    psn_no: str
    state: CardState


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """A checked line of the institutions file."""

    fixmedins_code: str
    fixmedins_name: str
    fixmedins_type: str
    hosp_lv: str
    admdvs: str
    auth_scheme: str
    key_id: str
    secret: str
    outpatient_pooling: bool
    cross_region: bool
    wallet_at: str | None = None
    id_number: bool | None = None
    uscc: str | None = None
    tif_allowed: bool | None = None
    """None, here and above: the file doesn't say."""


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A checked line of the products file: what a box's trace code stands for."""

    product: str
    med_list_codg: str
    units: Decimal | None
    gone: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A checked line of the catalogue file; the price limit in yuan."""

    med_list_codg: str
    name: str
    list_type: str
    chrgitm_lv: str
    selfpay_prop: Decimal
    pric_uplmt_amt: Decimal | None
    licence: str
    goods: str | None = None
    """What kind of goods it is; "": nothing of the kind; None: the file doesn't say."""
    begins_on: date | None = None
    """From which day on share, level and limit hold; None: from now on."""


def person_row(
    fields: Sequence[str],
    today: date,
    *,
    lenient: bool = False,
    is_here: Callable[[str], bool] = lambda _: True,
) -> PersonRow:
    """Checks one line of the people file; ``lenient``: an ID number may be impossible.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    psn_no, name, cert_type, certno, gend, brdy, insutype, psn_type, stas, place = fields[:10]
    check.alnum("psn_no", psn_no, 30)
    name = check.text("psn_name", name, 50)
    check.code("psn_cert_type", cert_type, CERT_TYPES)
    certno = _certno(cert_type, certno)
    check.code("gend", gend, _GEND)
    day = check.born("brdy", brdy, today)
    check.code("insutype", insutype, _PLANS)
    check.digits("psn_type", psn_type, 2, 4)
    check.digits("psn_insu_stas", stas, 1, 2, 3)
    check.digits("insuplc_admdvs", place, 6)
    if not is_here(place):
        raise Bad("insuplc_admdvs", "of another cell")
    account = _accounts(insutype, fields[10], fields[11], fields[12])
    row = PersonRow(
        psn_no, name, cert_type, certno, gend, day, insutype, psn_type, stas, place, *account
    )
    if not lenient and (found := number_faults(row)):
        raise found[0]
    return row


def number_faults(row: PersonRow) -> list[Bad]:
    """What is impossible in a person's ID number, where numbers of its kind tell."""
    number, begins = number_form(row.certno), NUMBERED_ALIKE.get(row.psn_cert_type, ())
    if not number.startswith(begins) or not _ID_CARD.match(number):
        return []
    return [Bad("certno", fault) for fault in faults(number, row.brdy, row.gend)]


def _certno(cert_type: str, certno: str) -> str:
    certno = capitals(check.text("certno", certno, 50))
    if cert_type != IDENTITY_CARD:
        return certno
    if not _ID_CARD.match(number := number_form(certno)):
        raise Bad("certno", "an ID number has 17 digits and a digit or X")
    return number


def _accounts(insutype: str, has: str, current: str, carried: str) -> tuple[bool, int, int]:
    has_account = check.flag("has_account", has)
    if has_account and insutype != Insutype.EMPLOYEE:
        raise Bad("has_account", "only the employee plan (310) has a personal account")
    if has_account:
        return (
            True,
            check.yuan("balance_current", current),
            check.yuan("balance_carried", carried),
        )
    for column, value in (("balance_current", current), ("balance_carried", carried)):
        if value and check.yuan(column, value):
            raise Bad(column, "a balance without an account")
    return False, 0, 0


def institution_row(fields: Sequence[str], today: date) -> InstitutionRow:
    """Checks one line of the institutions file.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    code, name, kind, level, admdvs, scheme, key_id, secret, pooling, cross, *rest = fields
    code, level, admdvs, key_id = registered(code), *map(code_form, (level, admdvs, key_id))
    if not _INSTITUTION_CODE.match(code):
        raise Bad("fixmedins_code", "must be 12 to 14 characters A-Z 0-9" if code else "empty")
    name = check.text("fixmedins_name", name, 200)
    check.code("fixmedins_type", kind, frozenset("12345"))
    check.alnum("hosp_lv", level, 3)
    check.digits("admdvs", admdvs, 6)
    check.code("auth_scheme", scheme, _SCHEMES)
    check.token("key_id", key_id, _APP_ID_MAX if scheme == "sm2" else 64)
    if check.text("secret", secret, 200) != secret:
        raise Bad("secret", "holds characters that can't be printed")
    if len(secret) < _SECRET_SHORTEST:
        raise Bad("secret", f"shorter than {_SECRET_SHORTEST} characters")
    if scheme == "sm2":
        secret = _sm2(secret)
    tif = None if (said := _said(rest, 3)) is None else check.flag("tif_allowed", said)
    if scheme == "tif" and tif is False:
        raise Bad("tif_allowed", "0, and auth_scheme is tif")
    return InstitutionRow(
        code,
        name,
        kind,
        level,
        admdvs,
        scheme,
        key_id,
        secret,
        check.flag("outpatient_pooling", pooling),
        check.flag("cross_region", cross),
        None if (at := _said(rest, 0)) is None else _terminals(at),
        None if (by := _said(rest, 1)) is None else check.flag("id_number", by),
        None if (uscc := _said(rest, 2)) is None else _credit_code(uscc),
        tif,
    )


def _credit_code(value: str) -> str:
    """The unified credit code of who runs an institution (统一社会信用代码), or none."""
    code = code_form(value).upper()
    if code and not _CREDIT_CODE.match(code):
        raise Bad("uscc", "must be 18 characters A-Z 0-9, or empty")
    return code


def _sm2(key: str) -> str:
    """A public key in the one form in which it is kept."""
    if not HERE:
        raise Bad("auth_scheme", "sm2 is not to be had on this machine, use hmac-sm3")
    try:
        return public_key(key).hex()
    except Sm2KeyError as error:
        raise Bad("secret", str(error)) from None


def _said(rest: Sequence[str], at: int) -> str | None:
    """A field of a column that may be left out; None: it is."""
    return None if at >= len(rest) or rest[at] is ABSENT else rest[at]


def _terminals(value: str) -> str:
    """Kinds of terminals (``opter_type``), in order, each once: ``13``; empty: none."""
    if set(value) - set(Terminal):
        raise Bad("wallet_at", f"must be of the digits {''.join(Terminal)}, such as 13, or empty")
    return "".join(sorted(set(value)))


def signing_faults(row: InstitutionRow) -> Sequence[Bad]:
    """What is weak in how an institution signs; it is loaded all the same."""
    told = {
        "tif": "tif signs no body: who reads a message under way and comes first can send another"
        " in its stead; let the institution move to hmac-sm3",
        "sm2": "sm2 signs the header and not the input, as the national text has it: who reads a"
        " message under way and comes first can send another in its stead; let nobody read it",
    }
    reason = told.get(row.auth_scheme)
    return () if reason is None else (Bad("auth_scheme", reason),)


def real_institution_row(fields: Sequence[str], today: date) -> InstitutionRow:
    """The same outside the demo, where nobody may sign with what stands in the repository.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    row = institution_row(fields, today)
    if is_demo_key(row.key_id):
        raise Bad("key_id", "belongs to the demo, choose another one")
    if is_published(row.secret):
        raise Bad("secret", "is published with the program, so everybody knows it: make a new one")
    return row


def item_row(fields: Sequence[str], today: date) -> ItemRow:
    """Checks one line of the catalogue file.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    code, name, list_type, level, prop, limit, licence, *rest = fields
    code = registered(code)
    check.token("med_list_codg", code, 50)
    name = check.text("name", name, 200)
    check.code("list_type", list_type, _LIST_TYPES)
    check.code("chrgitm_lv", level, frozenset(_LEVELS))
    share = check.decimal("selfpay_prop", prop, 4)
    if share > 1:
        raise Bad("selfpay_prop", "must lie between 0 and 1")
    price = check.decimal("pric_uplmt_amt", limit, 6) if limit else None
    if price is not None and price >= 10**10:
        raise Bad("pric_uplmt_amt", "too large")
    licence = check.text("licence", licence, 20, empty=True)
    goods = _said(rest, 0)
    if goods:
        check.code("goods", goods, frozenset(get_args(Goods)))
    began = _said(rest, 1)
    begins = check.day("begndate", began, _FIRST_DAY) if began else None
    return ItemRow(code, name, list_type, _LEVELS[level], share, price, licence, goods, begins)


def product_row(fields: Sequence[str], today: date) -> ProductRow:
    """Checks one line of the products file.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    product, code, units, *rest = fields
    product, code = code_form(product), registered(code)
    check.digits("product", product, 7, 14)
    check.token("med_list_codg", code, 50)
    held = check.decimal("units", units, 4) if units else None
    if held is not None and not 0 < held < 10**12:
        raise Bad("units", "must be more than 0, or empty")
    gone = _said(rest, 0)
    return ProductRow(product, code, held, gone=bool(gone) and check.flag("gone", gone or ""))


def resident_row(fields: Sequence[str], today: date) -> ResidentRow:
    """Checks one line of the residents file.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    psn_no, year, channel, identity = fields
    check.token("psn_no", psn_no, 30)
    check.digits("year", year, 4)
    if not FIRST_YEAR <= int(year) <= today.year + 1:
        raise Bad("year", f"must lie between {FIRST_YEAR} and {today.year + 1}")
    check.code("channel", channel, frozenset(CHANNELS) - {"aid"})
    check.code("identity", identity or "none", _IDENTITIES)
    return ResidentRow(psn_no, int(year), channel, identity or "none")


def base_row(fields: Sequence[str], today: date) -> BaseRow:
    """Checks one line of the bases file.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    psn_no, since, base = fields
    check.token("psn_no", psn_no, 30)
    return BaseRow(psn_no, check.month("since", since, FIRST_MONTH, None), check.yuan("base", base))


def credit_row(fields: Sequence[str], today: date) -> CreditRow:
    """Checks one line of the credits file.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    psn_no, kind, period, base, amount = fields
    check.token("psn_no", psn_no, 30)
    check.code("kind", kind, frozenset(KINDS))
    month = check.month("period", period, FIRST_MONTH, today)
    if kind != "monthly" and base:
        raise Bad("base", "only the month's own credit is reckoned from a base")
    if kind == "monthly" and bool(base) is bool(amount):
        raise Bad("amount", "either a base or an amount")
    base_fen = check.yuan("base", base) if base else None
    given_fen = None if base else check.yuan("amount", amount)
    if given_fen == 0:
        raise Bad("amount", "must not be 0")
    return CreditRow(psn_no, kind, month, base_fen, given_fen)


def base_keys(fields: Sequence[str]) -> dict[str, str]:
    """What no two lines of the bases file may share, by column."""
    return {"since": f"{fields[0]}\0{fields[1]}"}


def credit_keys(fields: Sequence[str]) -> dict[str, str]:
    """What no two lines of the credits file may share, by column."""
    return {"period": "\0".join(fields[:3])}


def card_row(fields: Sequence[str], today: date) -> CardRow:
    """Checks one line of the cards file.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    number, serial, psn_no, state = card_form(fields[0]), card_form(fields[1]), *fields[2:]
    check.token("card_no", number, 50)
    check.token("card_sn", serial, 32)
    check.alnum("psn_no", psn_no, 30)
    check.code("state", state, frozenset(_CARD_STATES))
    return CardRow(number, serial, psn_no, _CARD_STATES[state])


def person_keys(fields: Sequence[str]) -> dict[str, str]:
    """What no two lines of the people file may share, by column."""
    return {"psn_no": fields[0], "certno": f"{fields[2]}\0{number_form(fields[3])}"}


def institution_keys(fields: Sequence[str]) -> dict[str, str]:
    """What no two lines of the institutions file may share, by column."""
    return {"fixmedins_code": registered(fields[0]), "key_id": code_form(fields[6])}


def card_keys(fields: Sequence[str]) -> dict[str, str]:
    """What no two lines of the cards file may share, by column."""
    return {"card_no": card_form(fields[0])}


def resident_keys(fields: Sequence[str]) -> dict[str, str]:
    """What no two lines of the residents file may share, by column."""
    return {"year": f"{fields[0]}\0{fields[1]}"}


def product_keys(fields: Sequence[str]) -> dict[str, str]:
    """What no two lines of the products file may share, by column."""
    return {"product": f"{code_form(fields[0])}\0{registered(fields[1])}"}


def item_keys(fields: Sequence[str]) -> dict[str, str]:
    """What no two lines of the catalogue file may share, by column."""
    begins = _said(fields, 8)  # of an item there may be a line a day
    return {"med_list_codg": registered(fields[0]) + (f"\0{begins}" if begins else "")}


def registered(code: str) -> str:
    """A code of the nation as tills name it too: half-width, capital letters (WIRE 2102)."""
    return capital_form(code)
