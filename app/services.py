"""The services of a process, made once by its composition root and given to every door."""

from __future__ import annotations

from dataclasses import dataclass

from app.aid.service import Aid
from app.credential.service import Credentials
from app.family.service import Family
from app.filing.service import Filings
from app.gateway.guard import Guard
from app.kit.clock import Clock
from app.ledger.balances import Balances
from app.ledger.statements import Statements
from app.login.service import Login
from app.ops.figures.live import Live
from app.ops.service import Operators
from app.ops.stories.service import Stories
from app.people.service import People
from app.reconcile.sealing import Sealer as LedgerSealer
from app.reconcile.service import Verification
from app.regions.loader import Rulebook
from app.settings import Settings
from app.settlement.service import Settlements
from app.statement.nightly import InstitutionStatements
from app.statement.service import Reconciliation
from app.statement.tasks import CounterTasks
from app.store.cache import Cache
from app.store.database import Database
from app.store.news import News
from app.visit.service import Visits


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
