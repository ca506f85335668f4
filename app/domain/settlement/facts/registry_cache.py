"""What a process keeps between batches: institutions, catalogue items, ids of flow accounts.

Institutions and items are kept as long as the registry's version, read with every batch, stands
still. A flow account's id never changes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.domain.settlement.bill import Terms
from app.domain.settlement.model import Institution
from app.domain.trace import repository as trace
from app.domain.trace.values import Product
from app.kit.ids import IdMaker
from app.ledger import repository as ledger
from app.ledger.kinds import AccountKind
from app.store.database import Connection, Record

_ITEMS_MAX = 50_000
_CATALOGUE = """
select c.med_list_codg, c.name, c.list_type, c.chrgitm_lv, c.selfpay_prop, c.pric_uplmt_amt,
    c.licence, c.goods, t.begins_on, t.chrgitm_lv as then_lv, t.selfpay_prop as then_prop,
    t.pric_uplmt_amt as then_limit
from catalogue_item c left join catalogue_term t using (med_list_codg)
where c.med_list_codg = any($1::varchar[]) order by c.med_list_codg, t.begins_on
"""
_INSTITUTIONS = """
select fixmedins_code, admdvs, hosp_lv, outpatient_pooling, cross_region, wallet_at
from institution where fixmedins_code = any($1::varchar[])
"""


class Registry:
    """What institutions and items say under one version. What is not there is asked for each time:
    a batch may have read the version just before it came to be."""

    def __init__(self, version: int) -> None:
        self.version = version
        self._institutions: dict[str, Institution] = {}
        self._items: dict[str, Terms] = {}
        self._products: dict[str, Product | None] = {}

    async def institutions(
        self, connection: Connection, codes: Collection[str]
    ) -> dict[str, Institution]:
        """Institutions by code; unknown ones are left out."""
        missing = [code for code in codes if code not in self._institutions]
        if missing:
            rows = await connection.fetch(_INSTITUTIONS, missing)
            self._institutions |= {row["fixmedins_code"]: _institution(row) for row in rows}
        return {code: self._institutions[code] for code in codes if code in self._institutions}

    async def items(self, connection: Connection, codes: Collection[str]) -> dict[str, Terms]:
        """Catalogue items by code; unknown ones are left out."""
        missing = [code for code in codes if code not in self._items]
        if missing:
            self._items |= await terms_of_codes(connection, missing)
        return {code: self._items[code] for code in codes if code in self._items}

    async def products(
        self, connection: Connection, prefixes: Collection[str]
    ) -> dict[str, Product]:
        """What the first digits of trace codes stand for; unknown ones are left out, and kept as
        such: most are unknown until a place brings the list."""
        missing = [prefix for prefix in prefixes if prefix not in self._products]
        if missing:
            found = await trace.products(connection, missing)
            self._products |= {prefix: found.get(prefix) for prefix in missing}
        known = ((prefix, self._products.get(prefix)) for prefix in prefixes)
        return {prefix: product for prefix, product in known if product is not None}

    @property
    def full(self) -> bool:
        """Whether it holds more than is worth keeping."""
        return max(len(self._items), len(self._products)) > _ITEMS_MAX


class RegistryCache:
    """What is kept; shared by all that goes on in a process."""

    def __init__(self, ids: IdMaker) -> None:
        self._ids = ids
        self._registry = Registry(0)
        self._flows: dict[tuple[AccountKind, str], int] = {}

    def at(self, version: int) -> Registry:
        """What is kept under a version that was just read. What an older version's readers still
        bring in stays in theirs."""
        if version > self._registry.version or self._registry.full:
            self._registry = Registry(version)
        return self._registry if version == self._registry.version else Registry(version)

    async def flows(
        self, connection: Connection, wanted: Collection[tuple[AccountKind, str]]
    ) -> dict[tuple[AccountKind, str], int]:
        """Ids of flow accounts; those that are missing are opened, and kept once they are there.

        One that this transaction opens may vanish with it, so it is not kept at once.
        """
        missing = [key for key in wanted if key not in self._flows]
        found = {key: self._flows[key] for key in wanted if key in self._flows}
        if missing:
            there = await ledger.find_flows(connection, missing)
            self._flows |= there
            found |= there
            if new := [key for key in missing if key not in there]:
                found |= await ledger.flow_accounts(connection, new, self._ids)
        return found


async def terms_of_codes(connection: Connection, codes: Collection[str]) -> dict[str, Terms]:
    """What the catalogue says of items; unknown ones are left out."""
    found: dict[str, Terms] = {}
    for row in await connection.fetch(_CATALOGUE, list(codes)):
        code = row["med_list_codg"]
        terms = found.get(code) or _terms(row)
        if row["begins_on"] is not None:
            then = replace(
                terms,
                chrgitm_lv=row["then_lv"],
                selfpay_prop=row["then_prop"],
                price_limit=row["then_limit"],
                later=(),
            )
            terms = replace(terms, later=(*terms.later, (row["begins_on"], then)))
        found[code] = terms
    return found


def _terms(row: Record) -> Terms:
    return Terms(
        row["name"],
        row["list_type"],
        row["chrgitm_lv"],
        row["selfpay_prop"],
        row["pric_uplmt_amt"],
        row["licence"],
        row["goods"],
    )


def _institution(row: Record) -> Institution:
    code = row["fixmedins_code"]
    return Institution(
        code,
        row["admdvs"],
        row["hosp_lv"],
        row["outpatient_pooling"],
        row["cross_region"],
        row["wallet_at"],
    )
