"""What the tills' door calls, by name: nothing else of the house is in its reach."""

from __future__ import annotations

from dataclasses import dataclass

from app.compose import Services
from app.domain.card.readings import Readings
from app.domain.catalogue.own import OwnCodes
from app.domain.catalogue.service import Catalogue
from app.domain.credential.service import Credentials
from app.domain.filing.chronic import ChronicFilings
from app.domain.limit.once import Once
from app.domain.limit.service import Limits
from app.domain.practitioner.service import Practitioners
from app.domain.prescription.circulation import Circulation
from app.domain.prescription.service import Prescriptions
from app.domain.reconcile.clearing.service import Clearing
from app.domain.reconcile.service import Reconciliation
from app.domain.registry.service import People
from app.domain.registry.sign_ins import SignIns
from app.domain.settlement.looking import Looking
from app.domain.settlement.paid.service import PaidWays
from app.domain.settlement.service import Settlements
from app.domain.shop.service import Cashiers
from app.domain.trace.uploads.service import Uploads
from app.domain.visit.service import Visits
from app.kit.clock import Clock
from app.kit.ids import IdMaker
from app.ledger.balances import Balances
from app.regions.loader import Rulebook
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Rooms:
    """The services of this door. ``ids`` gives the answers their serials."""

    settings: Settings
    clock: Clock
    ids: IdMaker
    rulebook: Rulebook
    people: People
    once: Once
    once_anywhere: Once
    sign_ins: SignIns
    cashiers: Cashiers
    credentials: Credentials
    readings: Readings
    limits: Limits
    balances: Balances
    visits: Visits
    settlements: Settlements
    settled: Looking
    paid_ways: PaidWays
    reconciliation: Reconciliation
    clearing: Clearing
    uploads: Uploads
    catalogue: Catalogue
    own_codes: OwnCodes
    practitioners: Practitioners
    chronic: ChronicFilings
    prescriptions: Prescriptions
    circulation: Circulation


def rooms_of(services: Services) -> Rooms:
    """This door's part of a process's services."""
    return Rooms(
        settings=services.settings,
        clock=services.clock,
        ids=services.database.ids,
        rulebook=services.rulebook,
        people=services.people,
        once=services.once,
        once_anywhere=services.once_anywhere,
        sign_ins=services.sign_ins,
        cashiers=services.cashiers,
        credentials=services.credentials,
        readings=services.readings,
        limits=services.limits,
        balances=services.balances,
        visits=services.visits,
        settlements=services.settlements,
        settled=services.settled,
        paid_ways=PaidWays(services.database, services.clock),
        reconciliation=services.reconciliation,
        clearing=services.clearing,
        uploads=services.uploads,
        catalogue=services.catalogue,
        own_codes=services.own_codes,
        practitioners=services.practitioners,
        chronic=services.chronic,
        prescriptions=services.prescriptions,
        circulation=services.circulation,
    )
