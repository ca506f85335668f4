"""Opens the stores and makes the services: the same for the HTTP process, the worker and tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from app.domain.aid.allotting import Allotting
from app.domain.aid.carrying import GrantsCarried
from app.domain.aid.service import Aid
from app.domain.card.readings import Readings
from app.domain.card.service import Cards
from app.domain.catalogue.own import OwnCodes
from app.domain.catalogue.service import Catalogue
from app.domain.counter.cards import CardsDesk
from app.domain.counter.desk import Desk
from app.domain.counter.events.service import EventTasks
from app.domain.counter.grants import GrantsDesk
from app.domain.counter.money import MoneyDesk
from app.domain.counter.papers import PapersDesk
from app.domain.counter.relatives import RelativesDesk
from app.domain.counter.tasks import CounterTasks
from app.domain.credential.service import Credentials
from app.domain.events.birthdays import Birthdays
from app.domain.events.bureaus import Bureaus
from app.domain.events.service import Events
from app.domain.family.carrying import BindingsCarried
from app.domain.family.service import Family
from app.domain.filing.chronic import ChronicFilings
from app.domain.filing.service import Filings
from app.domain.forgetting.service import Forgetting
from app.domain.invitation.service import Invitations
from app.domain.leaving.service import Leaving
from app.domain.limit.once import Once
from app.domain.limit.service import Limits
from app.domain.login.service import Login
from app.domain.notice.rules.outside import forms_of
from app.domain.notice.sending import Messenger
from app.domain.notice.service import Notices
from app.domain.notice.telling import Teller
from app.domain.ops.figures.live import Live
from app.domain.ops.finding.service import Finding
from app.domain.ops.pace.service import Pacing
from app.domain.ops.stories.service import Stories
from app.domain.ops.tally.service import Tallies
from app.domain.ops.watch.service import Watch
from app.domain.practitioner.service import Practitioners
from app.domain.premium.looking import Looking as PremiumLooking
from app.domain.premium.month_end import MonthEnd
from app.domain.premium.service import Premiums
from app.domain.premium.tax_run import TaxRuns
from app.domain.prescription.circulation import Circulation
from app.domain.prescription.looking import PrescriptionsSeen
from app.domain.prescription.service import Prescriptions
from app.domain.reconcile.clearing.service import Clearing
from app.domain.reconcile.exchange import Exchange
from app.domain.reconcile.nightly import InstitutionStatements
from app.domain.reconcile.service import Reconciliation
from app.domain.registry.service import People, certno_opener, name_opener
from app.domain.registry.sign_ins import SignIns
from app.domain.settlement.facts.loader import Loader
from app.domain.settlement.intake.empty_undoings import EmptyUndoings
from app.domain.settlement.looking import Looking
from app.domain.settlement.service import Settlements
from app.domain.settlement.traced import TracedSettlements
from app.domain.shop.service import Cashiers
from app.domain.staff.service import Operators
from app.domain.trace.service import Medicines
from app.domain.trace.uploads.service import Uploads
from app.domain.visit.service import Visits
from app.domain.wallet.service import Wallets
from app.domain.year.closing import Closing
from app.domain.year.crediting import Crediting
from app.domain.year.merging import Merging
from app.domain.year.paying_out import PayingOut
from app.domain.year.running import Runner
from app.kit import spans
from app.kit.clock import Clock, SystemClock
from app.kit.sm import Cipher
from app.ledger.balances import Balances
from app.ledger.holding import Holdings
from app.ledger.proof.audit.sealing import AuditSealer
from app.ledger.proof.handing import Handing
from app.ledger.proof.sealing import LedgerSealer
from app.ledger.proof.service import Verification
from app.ledger.statements import Statements
from app.outside.identity import IdentityProvider, provider_of
from app.outside.outbound import Outbound
from app.outside.roots import RootsTaker
from app.outside.tax import TaxOffice
from app.outside.wechat_messages.sending import SubscribeMessages
from app.outside.wechat_messages.token import AccessToken
from app.regions.loader import Rulebook
from app.settings import Settings
from app.store.cache import Cache
from app.store.cells.others import Others, others_of
from app.store.cells.shared import Shared, apart, shared_at, shared_cache_at
from app.store.database import Database
from app.store.keys import load_keys
from app.store.late.lateness import Lateness, lateness
from app.store.news import News
from app.store.queue import Queue
from app.store.sealed import ring
from app.store.sealed.cache import SealedCache
from app.store.where import locate


@dataclass(frozen=True, slots=True)
class Services:
    """All services of a process. A door gets of them what it names, and no other."""

    settings: Settings
    database: Database
    shared: Shared
    cache: Cache
    clock: Clock
    rulebook: Rulebook
    people: People
    login: Login
    family: Family
    limits: Limits
    once: Once
    once_anywhere: Once
    sign_ins: SignIns
    news: News
    balances: Balances
    holdings: Holdings
    credentials: Credentials
    cards: Cards
    medicines: Medicines
    uploads: Uploads
    catalogue: Catalogue
    own_codes: OwnCodes
    practitioners: Practitioners
    chronic: ChronicFilings
    prescriptions: Prescriptions
    circulation: Circulation
    prescriptions_seen: PrescriptionsSeen
    readings: Readings
    aid: Aid
    invitations: Invitations
    allotting: Allotting
    events: Events
    birthdays: Birthdays
    bureaus: Bureaus
    wallets: Wallets
    leaving: Leaving
    settlements: Settlements
    settled: Looking
    visits: Visits
    premiums: Premiums
    premiums_seen: PremiumLooking
    tax_runs: TaxRuns
    month_end: MonthEnd
    crediting: Crediting
    closing: Closing
    paying_out: PayingOut
    filings: Filings
    reconciliation: Reconciliation
    clearing: Clearing
    institution_statements: InstitutionStatements
    desk: Desk
    relatives_desk: RelativesDesk
    grants_desk: GrantsDesk
    cards_desk: CardsDesk
    money_desk: MoneyDesk
    papers_desk: PapersDesk
    counter_tasks: CounterTasks
    forgetting: Forgetting
    event_tasks: EventTasks
    statements: Statements
    verification: Verification
    ledger_sealer: LedgerSealer
    audit_sealer: AuditSealer
    roots: Handing
    notices: Notices
    teller: Teller
    messenger: Messenger
    operators: Operators
    cashiers: Cashiers
    stories: Stories
    finding: Finding
    tallies: Tallies
    pacing: Pacing
    watch: Watch
    live: Live
    lateness: Lateness
    others: Others | None

    @property
    def apart(self) -> Shared | None:
        """Where the shared tables are, if that is another database."""
        return apart(self.shared, self.database)


@asynccontextmanager
async def open_services(
    config: Settings, clock: Clock | None = None, *, application: str = "qinji-app"
) -> AsyncIterator[Services]:
    """All services over open stores; closed again at the end.

    Raises:
        NotRunning: the settings name no servers, and none run in the home folder.
        StartRefused: a server is too old, its URL can't be understood, or a key is none.
    """
    where = locate(config)
    async with AsyncExitStack() as stack:
        database = await Database.open(
            where.database_url, pool_max=config.database_pool_max, application=application
        )
        stack.push_async_callback(database.close)
        shared = await stack.enter_async_context(
            shared_at(
                config.shared_database_url,
                database,
                pool_max=config.database_pool_max,
                application=application,
            )
        )
        cipher = load_keys(config).cipher()
        await ring.use(database, cipher)
        cache = await Cache.open(where.redis_url)
        stack.push_async_callback(cache.close)
        news = News(cache, database.ids.node)
        stack.push_async_callback(news.close)
        log_ins = await stack.enter_async_context(shared_cache_at(config.shared_redis_url, cache))
        told = news if log_ins is cache else News(log_ins)
        stack.push_async_callback(told.close)
        queue = await Queue.open(where.redis_url)
        stack.push_async_callback(queue.close)
        identity = provider_of(config)
        if identity is not None:
            stack.push_async_callback(identity.close)
        moment = clock or SystemClock()
        late = await stack.enter_async_context(
            lateness(config, database, moment, where.standby_url, application)
        )
        others = await stack.enter_async_context(others_of(config, database, application))
        found = _joined(
            config,
            moment,
            database,
            shared,
            late,
            cache,
            news,
            queue,
            log_ins,
            told,
            others,
            cipher,
            identity,
        )
        for service in (
            found.people,
            found.balances,
            found.once,
            found.once_anywhere,
            found.login,
            found.credentials,
            found.settlements,
            found.live,
            found.premiums,
            found.tax_runs,
            found.messenger,
            found.roots,
        ):
            stack.push_async_callback(service.close)
        yield found


def _joined(
    config: Settings,
    clock: Clock,
    database: Database,
    shared: Shared,
    late: Lateness,
    cache: Cache,
    news: News,
    queue: Queue,
    log_ins: Cache,
    told: News,
    others: Others | None,
    cipher: Cipher,
    identity: IdentityProvider | None,
) -> Services:
    """Each service with those that it calls. ``log_ins``, ``told``: where log-ins and sign-ins are
    kept, and news of them, which are for all cells."""
    rulebook, once = Rulebook.load(), Once(database, clock)
    people = People(cipher, database, others)
    family = Family(database, shared, clock, people, rulebook, identity)
    secret = SealedCache(cache.redis, cipher)
    balances = Balances(database, cache, clock)
    aid = Aid(database, clock, people, rulebook)
    login = Login(config, database, shared, log_ins, told, clock, people, identity)
    allotting = Allotting(database, clock, people, rulebook, balances)
    events = Events(
        database,
        shared,
        people.cipher,
        clock,
        rulebook,
        balances.renew,
        login.end_log_ins,
        config.is_here,
    )
    operators = Operators(shared, log_ins, clock, cipher)
    ties = None if shared is database else shared
    loader = Loader(rulebook, database.ids, name_opener(people.cipher), ties)
    settlements = (TracedSettlements if spans.active() else Settlements)(
        database,
        news,
        queue,
        clock,
        loader,
        balances,
        EmptyUndoings(database, cache, clock, config.empty_undoings_max),
        lanes=config.lanes,
        batch_max=config.batch_max,
    )
    forms = forms_of(config.wechat_templates)
    premiums = Premiums(
        database, clock, rulebook, loader, balances, office=bool(config.tax_base_url)
    )
    wallets = Wallets(database, clock, people, rulebook, balances, family, aid)
    runner = Runner(database, clock, balances)
    closing = Closing(database, clock, rulebook, runner)
    paying_out = PayingOut(database, clock, rulebook, balances, closing, wallets, premiums)
    merging = Merging(
        database,
        shared,
        clock,
        balances,
        paying_out,
        premiums,
        GrantsCarried(database, clock, people, rulebook),
        BindingsCarried(shared, clock, people, rulebook),
    )
    premiums_seen = PremiumLooking(database, clock, rulebook)
    credentials = Credentials(
        config, database, secret, news, clock, people, family, rulebook, log_ins
    )
    invitations = Invitations(shared, clock, people, family, aid)
    notices = Notices(database, shared, news, clock, forms)
    desk = Desk(database, clock, people, operators)
    cards = Cards(database, clock, people.cipher)
    relatives_desk, grants_desk = (
        RelativesDesk(database, shared, desk, family),
        GrantsDesk(desk, aid),
    )
    return Services(
        settings=config,
        database=database,
        shared=shared,
        cache=cache,
        clock=clock,
        rulebook=rulebook,
        people=people,
        login=login,
        family=family,
        limits=Limits(database, cache, clock, people.cipher, config.phone_limits_times),
        once=once,
        once_anywhere=once if others is None else Once(shared, clock),
        sign_ins=SignIns(database, clock, cipher, others),
        news=news,
        balances=balances,
        holdings=Holdings(database),
        credentials=credentials,
        cards=cards,
        medicines=Medicines(database),
        uploads=Uploads(database, clock),
        catalogue=Catalogue(database, clock),
        own_codes=OwnCodes(database, clock),
        settled=Looking(late.own),
        clearing=Clearing(database, rulebook, clock),
        practitioners=Practitioners(database, cipher),
        chronic=ChronicFilings(database, cipher),
        prescriptions=Prescriptions(database, clock, cipher),
        circulation=Circulation(database, clock, cipher),
        prescriptions_seen=PrescriptionsSeen(database, clock, cipher),
        cards_desk=CardsDesk(desk, cards),
        readings=Readings(database, secret, clock, people, rulebook),
        aid=aid,
        invitations=invitations,
        allotting=allotting,
        wallets=wallets,
        leaving=Leaving(
            database,
            clock,
            login,
            aid,
            family,
            wallets,
            premiums,
            invitations,
            Holdings(database),
            notices,
        ),
        events=events,
        birthdays=Birthdays(database, shared, clock, rulebook, events),
        bureaus=Bureaus(database, people.cipher, clock, config.clock_window_s),
        settlements=settlements,
        visits=Visits(database, rulebook, clock, cipher),
        premiums=premiums,
        premiums_seen=premiums_seen,
        tax_runs=TaxRuns(
            database,
            clock,
            rulebook,
            premiums,
            balances,
            _tax_office(config),
            certno_opener(people.cipher),
        ),
        month_end=MonthEnd(database, clock, rulebook, loader, premiums, balances),
        crediting=Crediting(database, clock, rulebook, runner),
        closing=closing,
        paying_out=paying_out,
        filings=Filings(database, clock),
        reconciliation=Reconciliation(
            database, late.own, rulebook, Exchange(database, clock, cipher)
        ),
        institution_statements=InstitutionStatements(database, late.nightly, clock),
        desk=desk,
        relatives_desk=relatives_desk,
        grants_desk=grants_desk,
        money_desk=MoneyDesk(desk, wallets, premiums, credentials),
        papers_desk=PapersDesk(database, desk, relatives_desk, grants_desk, people),
        counter_tasks=CounterTasks(database, clock, cipher, desk, operators, paying_out, merging),
        forgetting=Forgetting(database, shared, clock, people, desk, login, balances),
        event_tasks=EventTasks(database, clock, desk, merging),
        statements=Statements(late.own),
        verification=Verification(
            database, late.nightly, balances, clock, rulebook, apart(shared, database), others
        ),
        ledger_sealer=LedgerSealer(database, clock),
        audit_sealer=AuditSealer(database, clock, apart(shared, database)),
        roots=_handing(config, database),
        notices=notices,
        teller=Teller(database, shared, news, clock, rulebook, others=others),
        messenger=Messenger(
            database,
            shared,
            clock,
            _wechat_messages(config, SealedCache(log_ins.redis, cipher)),
            forms,
        ),
        operators=operators,
        cashiers=Cashiers(database, clock, cipher),
        stories=Stories(database, people, operators),
        finding=Finding(database, people, operators),
        tallies=Tallies(database, late.recent, people),
        pacing=Pacing(late.recent, database.ids),
        watch=Watch(shared, clock, cipher, operators),
        lateness=late,
        others=others,
        live=Live(database, late, cache, clock, config.lanes, premiums_seen),
    )


def _handing(config: Settings, database: Database) -> Handing:
    """Who hands the days' roots over, to whom the settings name."""
    taker = None
    if config.roots_url:
        taker = RootsTaker(Outbound(config.roots_url, config.outside_timeout_s))
    key = config.roots_key.get_secret_value()
    return Handing(database, key, config.roots_folder, taker)


def _tax_office(config: Settings) -> TaxOffice | None:
    """The tax office, where one is named; else no premium is ever confirmed."""
    if not config.tax_base_url:
        return None
    outbound = Outbound(config.tax_base_url, config.outside_timeout_s)
    return TaxOffice(outbound, config.tax_key.get_secret_value())


def _wechat_messages(config: Settings, cache: SealedCache) -> SubscribeMessages | None:
    """WeChat's messages, where templates are named; else nothing goes out."""
    if not (config.wechat_appid and config.wechat_templates):
        return None
    outbound = Outbound(config.wechat_base_url, config.outside_timeout_s)
    secret = config.wechat_secret.get_secret_value()
    return SubscribeMessages(outbound, AccessToken(outbound, cache, config.wechat_appid, secret))
