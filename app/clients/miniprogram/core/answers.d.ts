// What the phones' door answers, for the type check only: printed from its OpenAPI document by
//   .venv/bin/python -m tests.clients.miniprogram.answers
declare namespace Answer {
  interface AccountStatementAccount {
    kind: 'current' | 'carried' | 'wallet' | 'held' | 'family'
    closed: boolean
    opening_fen: number
    closing_fen: number
  }
  interface AidGrant {
    id: string
    role: 'donor' | 'beneficiary'
    agreed: boolean
    other_id: string | null
    other: string
    relation: string
    relation_zh: string
    other_is: string
    state: GrantState
    starts_on: string
    ends_on: string | null
    purposes: string[]
    rank: number
    may_order: boolean
    may_end: boolean
    since: string
    alias: string
    can_pay: boolean
    why_not: Why | null
    ask_above_fen: number | null
    once: boolean
    paused_until: string | null
    caps_used: CapUsed[]
    cap_per_use_fen: number | null
    cap_day_fen: number | null
    cap_week_fen: number | null
    cap_month_fen: number | null
    cap_year_fen: number | null
  }
  interface AidRules {
    alias: string
    relations: Choice[]
    max_out: number | null
    area: string
    both_agree: boolean
    period: 'open' | 'period' | 'either'
    first_day: string
    order_choice: boolean
    purposes: Choice[]
    purpose_choice: boolean
    min_bound_days: number
    ends_with_insurance: boolean
    rebind_cooldown_days: number
    carried_over_only: boolean
    allotted: boolean
    floor_fen: number
    caps: CapChoice[]
    templates: Template[]
    caps_together: boolean
    all_or_nothing: boolean
    cap_per_use_fen: number | null
    cap_day_fen: number | null
    cap_week_fen: number | null
    cap_month_fen: number | null
    cap_year_fen: number | null
  }
  interface Allotted {
    offered: boolean
    held_fen: number
    most_fen: number
    floor_fen: number
    cannot: Why | null
  }
  interface Basis {
    title: string
    number: string
    date: string
    link: string
    page: string
  }
  interface Between {
    name: string
    amount_fen: number
  }
  interface Bill {
    setl_id: string
    what: 'paid' | 'part_returned' | 'returned'
    institution: string
    total_fen: number
    was_fen: number
    cash_fen: number
    cash_back_fen: number
    legs: Payer[]
    reasons: Why[]
    at: string
  }
  interface Bills {
    people: Who[]
    month: string
    earlier: string | null
    items: MyBill[]
    picture: Month
    cut: boolean
  }
  interface Bought {
    code: string
    name: string
    count: string
    price: string
    amount_fen: number
    level: string
    outside_fen: number
    trace_codes: string[]
  }
  interface CapChoice {
    id: string
    name: string
    fen: number | null
  }
  interface CapOf {
    name: string
    i_pay: boolean
    cap: CapUsed
  }
  interface CapUsed {
    id: string
    cap_fen: number
    used_fen: number
    left_fen: number
    by_region: boolean
    until: string
  }
  interface Card {
    id: string
    number: string
    state: 'valid' | 'lost' | 'replaced' | 'cancelled'
    state_name: string
    since: string
    can_report: boolean
  }
  interface Choice {
    id: string
    name: string
  }
  interface Code {
    id: string
    code: string
    qr: string[]
    barcode: string
    expires_at: string
    server_time: string
    refresh_after_s: number
    holder: Holder
  }
  interface Diagnosis {
    can_pay: boolean
    all_or_nothing: boolean
    donors_at_once: number | null
    reasons: Why[]
    donors: DonorDiagnosis[]
    of_amount: OfAmount | null
  }
  interface DonorDiagnosis {
    grant: string
    donor: string
    can_pay: boolean
    shareable_fen: number | null
    reasons: Why[]
  }
  interface Ended {
    ended: number
  }
  interface Ends {
    given: number
    received: number
    frozen: number
    stay: number
    shows: number
    shown: number
    waits_fen: number
    premiums: boolean
  }
  interface Family {
    i_may_show: Relative[]
    may_show_me: Relative[]
    server_time: string
  }
  interface FamilyRules {
    relations: Choice[]
    max_out: number
    consent_age: number
    guardian_age: number
  }
  interface Filing {
    id: string
    area: string
    kind: string
    starts_on: string
    ends_on: string | null
  }
  type GrantState = 'ended' | 'to_confirm' | 'frozen' | 'paused' | 'used' | 'not_yet' | 'expired' | 'active'
  interface Help {
    to: 'bill' | 'freeze' | 'not_me' | 'grant' | 'family' | 'wallet' | 'premium' | 'balance' | 'logins' | 'prescription'
    id: string
  }
  interface History {
    items: Transfer[]
    next: string | null
  }
  interface Hold {
    purpose: 'wallet' | 'premium'
    what: string
    amount_fen: number
    since: string
    expires_at: string | null
  }
  interface Holder {
    name: string
    relation: string
    relation_zh: string
    elder: boolean
  }
  interface Inbox {
    unread: number
    tabs: Tabs
    state: string
    items: Notice[]
    next: string | null
  }
  interface Institution {
    fixmedins_code: string
    name: string
    kind: string
    same_place: boolean
    prescriptions: boolean
    wallet_at: Choice[]
  }
  interface Invitation {
    kind: 'family' | 'code' | 'grant' | 'pay'
    subject: string
    other: string
    other_is: string
    expires_at: string
    server_time: string
  }
  interface InvitationOpen {
    id: string
    kind: 'family' | 'code' | 'grant' | 'pay'
    subject: string
    expires_at: string
  }
  interface InvitationSent {
    id: string
    token: string
    expires_at: string
    server_time: string
  }
  interface Item {
    med_list_codg: string
    name: string
    chrgitm_lv: string
    price_limit: string | null
  }
  interface Login {
    token: string
    expires_at: string
    server_time: string
    person: Person | null
  }
  interface Me {
    name: string
    certno: string
    insutype: string
    plan_zh: string
    region: string
    place: string
    insured: boolean
    suspended: boolean
    accounts: MeAccount[]
    holds: Hold[]
    shareable_fen: number
    cannot_give: string | null
    aid_alias: string
    server_time: string
  }
  interface MeAccount {
    kind: 'current' | 'carried_over' | 'wallet' | 'held' | 'family'
    balance_fen: number
    as_of: string
  }
  interface Medicine {
    code: string
    state: 'none' | 'mine' | 'other' | 'more'
    says: string
    next: string
    sold_before: boolean
    sold_at: string | null
    settlement_id: string | null
  }
  interface MessageTemplate {
    template: 'money' | 'rights'
    id: string
    lasting: boolean
    left: number | null
  }
  interface Month {
    total_fen: number
    parts: Payer[]
    paid_by: Between[]
    paid_for: Between[]
    caps: CapOf[]
  }
  interface Movement {
    id: string
    at: string
    account: 'current' | 'carried' | 'wallet' | 'held' | 'family'
    what: string
    mutual_aid: boolean
    amount_fen: number
    balance_after_fen: number
    setl_id: string | null
    institution: string | null
    for_whom: string | null
    other: string | null
    part_of: string | null
  }
  interface MyBill {
    setl_id: string
    what: 'paid' | 'part_returned' | 'returned'
    institution: string
    items: string[]
    more: number
    total_fen: number
    was_fen: number
    cash_fen: number
    parts: Payer[]
    at: string
    newest_at: string
  }
  interface Notice {
    id: string
    kind: string
    topic: 'aid_pay' | 'bill' | 'code' | 'child' | 'family' | 'aid' | 'wallet' | 'premium' | 'insurance' | 'account'
    title: string
    text: string
    at: string
    read: boolean
    helps: Help[]
  }
  interface NoticeSettings {
    topics: Topic[]
    quiet: Quiet | null
    templates: MessageTemplate[]
  }
  interface OfAmount {
    amount_fen: number
    aid_fen: number
    own_fen: number | null
    cash_fen: number | null
    reasons: Why[]
  }
  interface OwnData {
    sections: Section[]
    cut: boolean
  }
  interface Payee {
    family: string | null
    grant: string | null
    person_id: string
    name: string
    other_is: string
    ask_relation: boolean
  }
  interface Payer {
    payer: 'fund' | 'own' | 'wallet' | 'aid' | 'cash' | 'others'
    name: string | null
    amount_fen: number
  }
  interface Paying {
    can_pay: boolean
    how: Why | null
  }
  interface Person {
    name: string
    certno: string
    insutype: string
    region_name: string
  }
  interface Premium {
    id: string
    resident: string
    mine: boolean
    year: number
    buy_back: number[]
    price_fen: number
    amount_fen: number
    state: 'planned' | 'reserved' | 'submitted' | 'paid' | 'booked' | 'released' | 'refund_asked' | 'refunded'
    charge_on: string | null
    short: boolean
    covers_from: string
    payers: PremiumPayer[]
    why: Why | null
    taking_back: boolean
    may_take_back: boolean
    may_refund: boolean
    ordered_at: string
    paid_at: string | null
    booked_at: string | null
    ended_at: string | null
  }
  interface PremiumOffer {
    year: number
    price_fen: number | null
    amount_fen: number | null
    covers_from: string | null
    waiting_months: number
    missed_years: number[]
    buy_back: boolean
    month_each: number
    at_least: number
    charged_on: string | null
    closes: string | null
    by_year: number | null
    can_pay: boolean
    reasons: Why[]
  }
  interface PremiumOffers {
    beneficiary: string
    name: string
    offers: PremiumOffer[]
  }
  interface PremiumPayer {
    name: string
    me: boolean
    amount_fen: number
    at_counter: boolean
  }
  interface PremiumRefused {
    beneficiary: string
    why: Why
  }
  interface PremiumsOrdered {
    ordered: Premium[]
    refused: PremiumRefused[]
  }
  interface Prescribed {
    name: string
    spec: string
    count: string
    left: string
    unit: string
    usage: string
  }
  interface Prescription {
    id: string
    number: string
    name: string
    clinic: string
    department: string
    doctor: string
    diagnosis: string
    prescribed_at: string
    ends_at: string
    state: 'good' | 'part' | 'used' | 'expired' | 'withdrawn'
    state_name: string
    can_show: boolean
    medicines: Prescribed[]
  }
  interface PrescriptionCode {
    code: string
    qr: string[]
    ends_at: string
  }
  interface Preview {
    institution: string
    total_fen: number
    parts: Payer[]
    reasons: Why[]
    steps: string[]
    rules: string
    basis: Basis[]
  }
  interface Question {
    id: string
    grant: string
    other: string
    other_is: string
    institution: string
    amount_fen: number
    asked_at: string
    until_at: string
  }
  interface Questions {
    items: Question[]
    server_time: string
  }
  interface Quiet {
    from_hour: number
    until_hour: number
  }
  interface Record {
    id: string
    grant: string
    setl_id: string
    what: 'paid' | 'returned'
    role: 'donor' | 'beneficiary'
    donor: string
    beneficiary: string
    other_is: string
    institution: string
    amount_fen: number
    refund: 'given_back' | 'returned' | 'at_counter' | null
    at: string
  }
  interface RecordPage {
    items: Record[]
    next: string | null
  }
  interface Refund {
    state: 'returned' | 'at_counter'
    setl_id: string
    at: string
  }
  interface Relative {
    id: string
    direction: 'out' | 'in'
    person_id: string | null
    name: string
    relation: string
    relation_zh: string
    other_is: string
    state: string
    since: string
    expires_at: string | null
    can_show: boolean
    why_not: Why | null
    to_confirm: boolean
    i_pay: Paying
    pays_me: Paying
  }
  interface Rules {
    region: string
    family: FamilyRules
    aid: AidRules
  }
  interface Section {
    title: string
    rows: string[][]
  }
  interface Session {
    id: string
    begun_at: string
    used_at: string
    device: string
    address: string
    present: boolean
  }
  interface Sessions {
    sessions: Session[]
    count: number
    server_time: string
  }
  interface Settlement {
    institution: string
    total_fen: number
    parts: Payer[]
    reasons: Why[]
    steps: string[]
    rules: string
    basis: Basis[]
    setl_id: string
    fixmedins_code: string
    what: 'paid' | 'returned'
    patient: string
    refund: Refund | null
    seen_as: 'patient' | 'shower' | 'donor'
    items: Bought[]
    at: string
  }
  interface Source {
    source: 'personal' | 'wallet'
    available_fen: number | null
  }
  interface State {
    id: string
    state: 'shown' | 'decoded' | 'paid' | 'expired'
    decoded_by: string | null
    bills: Bill[]
    newest: string
    expires_at: string
    server_time: string
  }
  interface Statement {
    from: string
    to: string
    opening_fen: number
    closing_fen: number
    as_of: string
    accounts: AccountStatementAccount[]
    items: Movement[]
    next: string | null
  }
  interface Tabs {
    codes?: number
    family?: number
    aid?: number
  }
  interface Template {
    id: string
    name: string
    ends_on: string | null
    once: boolean
    cap_per_use_fen: number | null
    cap_day_fen: number | null
    cap_week_fen: number | null
    cap_month_fen: number | null
    cap_year_fen: number | null
  }
  interface Topic {
    topic: 'aid_pay' | 'bill' | 'code' | 'child' | 'family' | 'aid' | 'wallet' | 'premium' | 'insurance' | 'account'
    name: string
    inbox: boolean
    outside: boolean
    fixed: boolean
  }
  interface Transfer {
    id: string
    direction: 'out' | 'in'
    for_whom: string | null
    other: string
    other_is: string
    other_place: string
    amount_fen: number
    source: 'personal' | 'wallet' | null
    state: 'pending' | 'accepted' | 'refused' | 'returned'
    made_at: string
    expires_at: string | null
    ended_at: string | null
    gives_back: string | null
    returnable_fen: number
    may_accept: boolean
    at_counter: boolean
  }
  interface Unread {
    unread: number
    tabs: Tabs
    state: string
  }
  interface Wallet {
    opened: boolean
    opened_at: string | null
    place_of_use: string
    place: string
    home: string
    places: Choice[]
    balance_fen: number
    cannot_open: Why | null
    cannot_send: Why | null
    rules: WalletLimits
    sent_today: number
    sources: Source[]
    offers: Transfer[]
    waiting: Transfer[]
    wards: Ward[]
    payees: Payee[]
    server_time: string
  }
  interface WalletLimits {
    sends_a_day: number
    single_fen: number
    closed_from_hour: number
    closed_until_hour: number
    returned_at_hour: number
    relations: Choice[]
  }
  interface Ward {
    holder: string
    name: string
    place_of_use: string
    opened: boolean
    cannot_open: Why | null
  }
  interface Who {
    id: string
    name: string
  }
  interface Why {
    reason: string
    message: string
    next_step: string
    fixer: string
    side?: 'donor' | 'beneficiary' | 'other' | null
    grant?: string | null
  }
}
