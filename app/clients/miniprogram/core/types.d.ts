// Shapes that the client's files share, for the type check only.
type Language = 'zh' | 'en'
type Texts = Record<Language, Record<string, string>>
type AnyPage = WechatMiniprogram.Page.Instance<any, any>
interface RefusalView {
  reason: string
  message: string
  next_step: string
  retryable: boolean
  offline: boolean
  status: number
  request_id: string
}
interface RefusalCard extends RefusalView {
  fix: Fix | null
}
/** A page of ours, a telephone, or a sentence to copy. */
interface Fix {
  url?: string
  tab?: boolean
  phone?: string
  copy?: boolean
  text: string
}

// What the server answers, as far as pages use it.
type Cap = `cap_${string}_fen`
type Caps = Record<Cap, number | null>
interface Choice {
  id: string
  name: string
}
/** A cap that there is, and the region's own. */
interface CapChoice {
  id: Cap
  name: string
  fen: number | null
}
interface Account {
  kind: 'current' | 'carried_over' | 'wallet'
  balance_fen: number
  as_of: string
}
interface Me {
  name: string
  certno: string
  insutype: string
  region: string
  insured: boolean
  suspended: boolean
  accounts: Account[]
  shareable_fen: number
  aid_alias: string
}
interface AidRules {
  alias: string
  relations: Choice[]
  both_agree: boolean
  period: 'open' | 'period' | 'either'
  first_day: string
  order_choice: boolean
  purposes: Choice[]
  purpose_choice: boolean
  beneficiary_may_end: boolean
  min_bound_days: number
  carried_over_only: boolean
  floor_fen: number
  caps: CapChoice[]
  caps_together: boolean
  all_or_nothing: boolean
}
interface Grant extends Caps {
  id: string
  role: 'donor' | 'beneficiary'
  other_id: string
  other: string
  other_is: string
  state: 'active' | 'frozen' | 'not_yet' | 'expired' | 'to_confirm' | 'ended'
  starts_on: string
  ends_on: string | null
  purposes: string[]
  rank: number
}
interface Why {
  reason: string
  message: string
  next_step: string
}
interface Paying {
  can_pay: boolean
  how: Why | null
}
interface Relative {
  id: string
  direction: 'out' | 'in'
  person_id: string
  name: string
  other_is: string
  state: string
  expires_at: string | null
  can_show: boolean
  why_not: Why | null
  to_confirm: boolean
  i_pay: Paying
  pays_me: Paying
}
interface PaidRecord {
  id: string
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

// What pages draw.
interface CapField {
  column: Cap
  label: string
  hint: string
  value: string
}
interface GrantCard {
  id: string
  mine: boolean
  name: string
  state: string
  [more: string]: any
}
interface RequestCard {
  id: string
  name: string
  title: string
  until: string
}
interface Ties {
  name: string
  out?: Relative
  into?: Relative
  given?: Grant
  received?: Grant
}
interface TieLine {
  label: string
  can: boolean
  word: string
  why: string
  next: string
}
interface PersonCard {
  id: string
  name: string
  codes: TieLine[]
  pays: TieLine[]
  [more: string]: any
}
interface BindForm {
  path: string
  relation: number
  name: string
  certno: string
  proof: number
  proofs: Choice[]
  proofNo: string
  signature: string
}
interface Pad {
  move(x: number, y: number, begins: boolean): void
  picture(): string
  clear(): void
}
interface Movement {
  id: string
  at: string
  account: string
  what: string
  mutual_aid: boolean
  amount_fen: number
  balance_after_fen: number
  setl_id: string | null
  institution: string | null
  for_whom: string | null
}
interface RecordRow {
  id: string
  url: string
  title: string
  where: string
  at: string
  sum: string
  sign: string
  back: boolean
  refund: string
  waits: boolean
}
interface BillLine {
  key: string
  code: string
  name: string
  note: string
  price: string
  count: string
}
