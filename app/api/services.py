"""The services of a process, made once by its composition root and given to every door."""

from __future__ import annotations

from dataclasses import dataclass

from app.api.tills.guard import Guard
from app.domain.aid.service import Aid
from app.domain.counter.tasks import CounterTasks
from app.domain.credential.service import Credentials
from app.domain.family.service import Family
from app.domain.filing.service import Filings
from app.domain.login.service import Login
from app.domain.ops.figures.live import Live
from app.domain.ops.stories.service import Stories
from app.domain.reconcile.nightly import InstitutionStatements
from app.domain.reconcile.service import Reconciliation
from app.domain.registry.service import People
from app.domain.settlement.service import Settlements
from app.domain.staff.service import Operators
from app.domain.visit.service import Visits
from app.kit.clock import Clock
from app.ledger.balances import Balances
from app.ledger.proof.sealing import Sealer as LedgerSealer
from app.ledger.proof.service import Verification
from app.ledger.statements import Statements
from app.regions.loader import Rulebook
from app.settings import Settings
from app.store.cache import Cache
from app.store.database import Database
from app.store.news import News


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a door may call."""

    settings: Settings
    database: Database
    cache: Cache
    clock: Clock
    rulebook: Rulebook
    people: People
    login: Login
    family: Family
    news: News
    balances: Balances
    credentials: Credentials
    aid: Aid
    settlements: Settlements
    visits: Visits
    filings: Filings
    reconciliation: Reconciliation
    institution_statements: InstitutionStatements
    counter_tasks: CounterTasks
    guard: Guard
    statements: Statements
    verification: Verification
    ledger_sealer: LedgerSealer
    operators: Operators
    stories: Stories
    live: Live
