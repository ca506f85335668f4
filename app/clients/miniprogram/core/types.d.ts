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
  /** Nothing is wrong: it only comes first. */
  calm: boolean
  /** Of when the page's data are, where there is no network to have newer ones. */
  asOf?: string
}
/** Something done in place, a page of ours, a telephone, or a sentence to copy. */
interface Fix {
  act?: string
  url?: string
  tab?: boolean
  phone?: string
  copy?: boolean
  text: string
}

// What the server answers (answers.d.ts), under the names that pages use.
type Cap = `cap_${string}_fen`
type Caps = Record<Cap, number | null>
type Choice = Answer.Choice
/** A cap that there is, and the region's own. */
interface CapChoice extends Answer.CapChoice {
  id: Cap
}
type Account = Answer.MeAccount
type Me = Answer.Me
type LogIn = Answer.Session
type LogIns = Answer.Sessions
interface AidRules extends Answer.AidRules {
  caps: CapChoice[]
}
type Grant = Answer.AidGrant & Caps
type Why = Answer.Why
type Allotted = Answer.Allotted
type Paying = Answer.Paying
type Relative = Answer.Relative
type PaidRecord = Answer.Record
type Wallet = Answer.Wallet
type Transfer = Answer.Transfer
type Movement = Answer.Movement
type Invited = Answer.InvitationOpen

// What pages draw.
interface CapLine {
  key: string
  who: string
  text: string
  note: string
  /** In hundredths. */
  part: number
  full: boolean
}
interface CapField {
  column: Cap
  label: string
  hint: string
  value: string
  /** What of it is used today. */
  used: string
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
interface State {
  tone: string
  mark: string
  word: string
  why: string
  next: string
}
interface TieLine extends State {
  label: string
}
interface PersonCard {
  id: string
  name: string
  codes: TieLine[]
  pays: TieLine[]
  [more: string]: any
}
interface BindForm {
  grant: string
  askRelation: boolean
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
interface ReasonCard {
  reason: string
  message: string
  next_step: string
  fix: Fix | null
}
interface OfferCard {
  id: string
  who: string
  title: string
  sum: string
  forWhom: string
  until: string
}
interface WaitingCard {
  id: string
  title: string
  sum: string
  note: string
}
interface WardCard {
  id: string
  name: string
  place: string
  opened: boolean
  state: string
  canOpen: boolean
  why: string
}
interface TransferRow {
  id: string
  who: string
  title: string
  where: string
  at: string
  sum: string
  state: string
  tone: string
  left: number
  leftText: string
}
interface PrescriptionCard {
  id: string
  /** Whose it is, when it isn't one's own. */
  of: string
  from: string
  at: string
  until: string
  diagnosis: string
  state: string
  /** Something can be had on it still. */
  good: boolean
  medicines: { key: string, name: string, spec: string, usage: string, much: string, left: string }[]
}

interface NoticeCard {
  id: string
  topic: string
  title: string
  text: string
  at: string
  /** It was unread when it came onto the page. */
  fresh: boolean
  helps: { to: string, id: string, text: string, key: string }[]
}
interface RecordRow {
  id: string
  url: string
  title: string
  where: string
  /** The month that begins with this row. */
  month: string
  monthId: string
  at: string
  sum: string
  sign: string
  back: boolean
  refund: string
  waits: boolean
  /** A part return, and what it consists of when it is unfolded. */
  part?: string
  parts?: RecordRow[]
}
interface BillLine {
  key: string
  code: string
  name: string
  note: string
  price: string
  count: string
  prescribed: boolean
}
