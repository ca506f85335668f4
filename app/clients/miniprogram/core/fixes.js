/*
 * What mends what a reason names. The sentence and the next step are the server's; this only adds a
 * button, one of three kinds:
 *   a page of ours, when this phone is the one on which it can be done;
 *   else the sentence to copy, for the relative who can do it;
 *   or the insurance office's telephone.
 * `ELSEWHERE` names the reasons that only a till, an institution or another try mends, or the very
 * form that shows them. A test holds that every reason of the server is in exactly one of the lists.
 *
 *   fixOf('FROZEN', { side: 'donor', grant: '12' })  → { act: '/aid/12/unfreeze', text: '解冻' }
 *   fixOf('FROZEN', { side: 'donor' })               → { url: '/pages/aid/aid', text: '去解冻' }
 *   fixOf('FROZEN', { side: 'beneficiary' })         → { copy: true, text: '复制这段话，发给亲属' }
 */
import { language } from './i18n.js'

/** 全国医保服务热线, the same number everywhere in China. */
export const HOTLINE = '12393'

/** Pages with a tab: they are switched to, not opened. */
export const TABS = ['/pages/codes/codes', '/pages/family/family', '/pages/aid/aid', '/pages/me/me']

const AID = '/pages/aid/aid'
const GRANT = '/pages/aid/grant'
const EDIT = '/pages/aid/grant?id={grant}'
const FAMILY = '/pages/family/family'
const ALLOT = '/pages/allot/allot'
const PREVIEW = '/pages/preview/preview'
const ME = '/pages/me/me'
const PREMIUM = '/pages/premium/premium'
const IDENTITY = '/pages/identity/identity'
const RAISE = { url: EDIT, who: 'donor', zh: '去调整上限', en: 'Change the limit' }
const TRY = { url: PREVIEW, zh: '先算一算', en: 'Work it out first' }
const NEW_GRANT = { url: GRANT, who: 'donor', zh: '去开通共济', en: 'Set up mutual aid' }
const MY_MONEY = { url: ME, who: 'donor', zh: '看我的账户', en: 'See my accounts' }
const CHECK = { url: IDENTITY, zh: '去实名认证', en: 'Real-name check' }
const SEE = { url: PREMIUM, zh: '看办理进度', en: 'See how far it is' }
const WALLET = '/pages/wallet/wallet'
const MY_WALLET = { url: WALLET, zh: '看我的钱包', en: 'See my wallet' }
const RELATIVES = { url: FAMILY, zh: '看我的亲属', en: 'See my relatives' }

/**
 * Pages by reason. `who`: only this side can do it on the own phone. `act`: done in place, where it is
 * known of which grant.
 * @type {Record<string, { url: string, act?: string, who?: string, zh: string, en: string }>}
 */
export const PAGES = {
  IDENTITY_REQUIRED: CHECK,
  IDENTITY_TAKEN: CHECK,
  FACE_FAILED: CHECK,
  CARD_CHECK_FAILED: CHECK,
  CONSENT_REQUIRED: { url: '/pages/consent/consent', zh: '查看隐私说明', en: 'Read about privacy' },
  NO_AID_GRANT: NEW_GRANT,
  ONLY_FAMILY_ACCOUNT: NEW_GRANT,
  DONOR_NOT_EMPLOYEE_PLAN: { ...NEW_GRANT, who: 'nobody' },
  DONOR_NO_PERSONAL_ACCOUNT: { ...NEW_GRANT, who: 'nobody' },
  BINDING_PENDING: { url: FAMILY, who: 'holder', zh: '去确认', en: 'Confirm it' },
  HOLDER_MUST_CONFIRM: { url: FAMILY, who: 'holder', zh: '去确认', en: 'Confirm it' },
  NOT_ACTIVATED: { ...CHECK, who: 'holder' },
  RELATIVE_ELSEWHERE: { ...MY_WALLET, who: 'holder' },
  CONSENT_MISSING: { url: FAMILY, who: 'holder', zh: '去确认', en: 'Confirm it' },
  BINDING_ENDED: { url: '/pages/family/bind', zh: '重新绑定', en: 'Add again' },
  BIND_SELF: { url: '/pages/codes/codes', zh: '出示我的码', en: 'Show my code' },
  GUARDIAN_REQUIRED: { url: '/pages/family/bind', who: 'guardian', zh: '去绑定', en: 'Add the child' },
  ALREADY_BOUND: RELATIVES,
  MAX_OUT: RELATIVES,
  ASK_BENEFICIARY: { url: AID, who: 'beneficiary', zh: '看我的共济', en: 'See my mutual aid' },
  CONSENT_PENDING: { url: AID, who: 'beneficiary', zh: '去确认', en: 'Confirm it' },
  ONLY_BENEFICIARY_MAY: { url: AID, who: 'beneficiary', zh: '去办理', en: 'Do it' },
  ORDER_FIXED: { url: AID, zh: '看我的共济', en: 'See my mutual aid' },
  ONLY_DONOR_MAY: { url: AID, who: 'donor', zh: '去办理', en: 'Do it' },
  CHAIN_FORBIDDEN: { url: AID, zh: '看我的共济', en: 'See my mutual aid' },
  COOLDOWN: { url: AID, zh: '去冻结', en: 'Freeze it' },
  FROZEN: { url: AID, act: '/aid/{grant}/unfreeze', who: 'donor', zh: '去解冻', en: 'Unfreeze it' },
  PAUSED: { url: AID, act: '/aid/{grant}/unfreeze', who: 'donor', zh: '去恢复', en: 'Let it go on' },
  USED_UP: { ...NEW_GRANT, zh: '再开通一次', en: 'Grant it again' },
  NOT_YET_EFFECTIVE: { url: AID, zh: '看生效日期', en: 'See the dates' },
  EXPIRED: { ...NEW_GRANT, zh: '重新开通', en: 'Set it up again' },
  ENDED_WITH_INSURANCE: { ...NEW_GRANT, zh: '重新开通', en: 'Set it up again' },
  ENDED_BY_EVENT: { ...NEW_GRANT, zh: '重新开通', en: 'Set it up again' },
  PURPOSE_NOT_AUTHORISED: { url: EDIT, who: 'donor', zh: '去修改用途', en: 'Change the purposes' },
  CAP_SINGLE: RAISE,
  CAP_DAY: RAISE,
  CAP_WEEK: RAISE,
  CAP_MONTH: RAISE,
  CAP_YEAR: RAISE,
  DONOR_BALANCE_ZERO: MY_MONEY,
  BELOW_FLOOR: MY_MONEY,
  CURRENT_YEAR_NOT_SHAREABLE: MY_MONEY,
  NOTHING_ALLOTTED: { url: ALLOT, who: 'donor', zh: '去划拨', en: 'Set money aside' },
  NO_ALLOTTING: { url: AID, zh: '看我的共济', en: 'See my mutual aid' },
  OWN_BALANCE_NOT_ZERO: { url: ME, who: 'beneficiary', zh: '看我的账户', en: 'See my accounts' },
  DONOR_NOT_ASKED: { url: AID, who: 'beneficiary', zh: '看我的共济', en: 'See my mutual aid' },
  DONOR_ASKED_FIRST: { url: EDIT, who: 'donor', zh: '改何时先问我', en: 'Change when I am asked' },
  DONOR_SILENT: { url: EDIT, who: 'donor', zh: '改何时先问我', en: 'Change when I am asked' },
  DONOR_SILENT_REFUSED: { url: EDIT, who: 'donor', zh: '改何时先问我', en: 'Change when I am asked' },
  DONOR_SAID_NO: TRY,
  DONOR_AGREED_TO_LESS: TRY,
  QUESTION_OVER: { url: '/pages/records/records', zh: '看付款记录', en: 'See the records' },
  DONOR_BALANCE_BELOW_BILL: TRY,
  DONORS_TOGETHER_BELOW_BILL: TRY,
  AID_PAID_PARTLY: TRY,
  PLACE_OF_USE_NOT_ALLOWED: TRY,
  ITEM_OUT_OF_SCOPE: TRY,
  ACCOUNT_USE_DECLINED: TRY,
  INSTITUTION_NOT_DESIGNATED: TRY,
  INSTITUTION_NOT_CONNECTED: TRY,
  PREMIUM_UNDER_WAY: SEE,
  PREMIUM_WITH_TAX_OFFICE: SEE,
  NOTHING_TO_REFUND: SEE,
  TAKEN_BACK: { url: PREMIUM, zh: '重新办理', en: 'Order it again' },
  DONOR_BELOW_PREMIUM: MY_MONEY,
  AREA_NOT_ALLOWED: { url: WALLET, who: 'donor', zh: '用医保钱包转账', en: 'Send by the wallet' },
  MONEY_WAITS: { url: ME, zh: '看冻结中的钱', en: 'See what is held' },
  PLACE_FIXED: { url: WALLET, zh: '看钱包', en: 'See the wallet' },
  PLACE_NOT_LIVE: { url: GRANT, zh: '看家庭共济', en: 'See Mutual aid' },
  NOT_OPENED: { url: WALLET, zh: '去开通', en: 'Open it' },
  PAYEE_NOT_OPENED: { url: WALLET, zh: '代为开通', en: 'Open it for them' },
  PENDING_UNACCEPTED: MY_WALLET,
  DAILY_COUNT: MY_WALLET,
  OFFER_ENDED: MY_WALLET,
  ONLY_OWNER_RETURNS: { url: WALLET, who: 'holder', zh: '去退回', en: 'Give it back' },
  INVITATION_ANSWERED: RELATIVES,
  INVITATION_OWN: RELATIVES,
  WALLET_NOT_HERE: { url: PREVIEW, zh: '找能用钱包的机构', en: 'Find one that takes it' },
}

/** Reasons that the insurance office mends. */
export const OFFICE = [
  'PERSON_UNKNOWN', 'BENEFICIARY_NOT_ENROLLED', 'MISUSE_SUSPENSION', 'DONOR_SUSPENDED',
  'IDENTITY_BOUND', 'ACCOUNT_CLOSED', 'CROSS_REGION_NOT_FILED',
  'WECHAT_USER_BLOCKED', 'INTERNAL', 'PREMIUM_NOT_HERE', 'NOT_RESIDENT_PLAN', 'EXCLUDED_GROUP',
  'TAX_CONFIRM_FAILED', 'TAX_REFUND_REFUSED', 'REFUND_TOO_LATE', 'MONTH_AWAY',
]

/** Reasons that nothing on this phone mends: see above. */
export const ELSEWHERE = [
  // forms say it where it is filled in, and another try mends it
  'INVALID_INPUT', 'NOT_FOUND', 'UNAVAILABLE', 'TOO_LARGE', 'TOO_MANY_AT_ONCE',
  'ENCODING_UNSUPPORTED', 'METHOD_NOT_ALLOWED', 'PERIOD_INVALID',
  'LAST_DAY_NEEDED', 'LAST_DAY_FORBIDDEN', 'PURPOSE_NOT_YOURS_TO_CHOOSE',
  'PURPOSE_NOT_OFFERED', 'RELATION_NOT_ALLOWED', 'RELATION_CONFLICT', 'RELATION_UNPROVEN', 'NOT_GUARDIAN',
  'COMMITMENT_MISSING', 'MAX_IN', 'MONTHLY_BIND_QUOTA', 'TOO_OFTEN', 'WAITS_AT_ONCE', 'IDENTITY_TRIES', 'IDENTITY_AWAY',
  'IDENTITY_NOT_OFFERED', 'PROOF_USED', 'BUSINESS_TYPE_UNKNOWN', 'STATEMENT_PERIOD',
  'WINDOW_CLOSED', 'ALREADY_PAID', 'YEAR_NOT_MISSED', 'ONLY_ASKER_MAY',
  'SINGLE_AMOUNT', 'CLOSED_HOURS', 'NOT_NEAR_RELATIVE', 'PAYEE_IS_SENDER', 'SOURCE_NOT_OFFERED',
  'SOURCE_SHORT', 'RETURN_TOO_MUCH', 'ALLOTTED_THIS_MONTH', 'ALLOTTED_TOO_MUCH',
  // whoever sent the card sends another, or passes it on
  'INVITATION_UNKNOWN', 'INVITATION_FOR_OTHER', 'INVITATION_WITHDRAWN', 'INVITATION_EXPIRED',
  // logging in
  'LOGIN_REQUIRED', 'WECHAT_APPID_MISSING', 'WECHAT_APPID_WRONG', 'WECHAT_AWAY', 'WECHAT_BUSY',
  'WECHAT_CODE_INVALID', 'WECHAT_CODE_MISSING', 'WECHAT_CODE_USED', 'WECHAT_QUOTA',
  'WECHAT_REFUSED', 'WECHAT_SECRET_MISSING', 'WECHAT_SECRET_WRONG',
  // the till
  'CARD_UNKNOWN', 'CARD_LOST', 'CARD_REPLACED', 'CARD_CANCELLED', 'CARD_OF_OTHER', 'CARD_NOT_READ', 'CARD_NOT_VALID', 'READING_SPENT', 'READING_TRIES',
  'ID_NUMBER_NOT_TAKEN', 'ID_NUMBER_NOT_HERE', 'ID_NUMBER_NOT_READ', 'ID_NUMBER_OF_OTHER', 'NAME_NUMBER_MISMATCH',
  'BUSY', 'CODE_EXPIRED', 'CODE_FOR_OTHER', 'CODE_USED', 'CODE_MALFORMED', 'CODE_UNKNOWN', 'WRONG_HOLDER', 'TOKEN_UNKNOWN', 'TOKEN_SPENT',
  'ADDRESS_UNKNOWN', 'ENVELOPE_INVALID', 'INPUT_INVALID', 'SIGN_IN_UNKNOWN', 'TRANSACTION_UNKNOWN', 'LINE_CHANGED',
  'NOTHING_TO_SETTLE', 'PRESETTLE_CHANGED', 'VISIT_NUMBER_USED', 'VISIT_UNKNOWN', 'VISIT_SETTLED',
  'MSGID_REUSED', 'SET_ASIDE', 'AMOUNT_MISMATCH', 'CERT_TYPE_UNSUPPORTED', 'INSUPLC_MISMATCH',
  'INSUTYPE_MISMATCH', 'BILL_TOO_OLD', 'LINE_AMOUNT_MISMATCH', 'CLOCK_SKEW', 'NOT_YOUR_INSTITUTION', 'INSTITUTION_CLOSED', 'REPLAYED',
  'SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'ALREADY_CANCELLED', 'NOT_REVERSIBLE',
  'ORIGINAL_MISMATCH', 'EMPTY_UNDOINGS', 'REVERSED_BEFORE_ARRIVAL', 'UNDONE_SINCE', 'VOIDED_TOO_LATE', 'SETTLEMENT_UNKNOWN', 'MESSAGE_UNKNOWN', 'REFUND_SPENT',
  'REPLACED_SINCE', 'SAME_BILL', 'SETTLED_TWICE', 'WALLET_OTHER_TERMINAL', 'WALLET_OTHER_PLACE', 'PURSE_NOT_FOR_PART',
  'TRACE_MISSING', 'TRACE_FORMAT', 'TRACE_TWICE', 'TRACE_NOT_THIS_LINE', 'TRACE_PRODUCT_MISMATCH', 'TRACE_ALREADY_SOLD',
  'TRACE_BOX_EMPTY', 'TRACE_SEEN_ELSEWHERE',
  'RX_NOT_PRESCRIBER', 'RX_UNKNOWN', 'RX_NUMBER_USED', 'RX_TRACE_USED', 'RX_SIGNATURE_WRONG', 'RX_DISPENSED',
  'RX_WITHDRAWN', 'RX_EXPIRED', 'RX_USED_UP', 'RX_OF_OTHER', 'RX_NOT_HERE', 'RX_NOT_CHECKED', 'RX_MED_TYPE',
  'RX_ITEM_UNKNOWN', 'RX_TOO_MUCH', 'RX_ACCESS_ENDED', 'RX_NOT_VERIFIED', 'RX_SALE_UNKNOWN',
  'RETURN_INVALID', 'ONLY_PAYERS_OF_BEFORE', 'FILE_INVALID', 'FILE_QUOTA', 'FILE_TOO_LARGE',
  'FILE_UNKNOWN',
  'FILE_TOTALS_DIFFER', 'CASHIER_WRONG', 'CASHIER_LOCKED', 'CASHIER_UNKNOWN', 'PIN_WEAK',
]

const TELL = { zh: '复制这段话，发给亲属', en: 'Copy this for the relative' }
const RING = { zh: '拨打医保服务热线 ' + HOTLINE, en: 'Call the insurance hotline ' + HOTLINE }

/**
 * What mends a reason, or null.
 * @param {string} reason
 * @param {{ side?: string, grant?: string }} [seen]  which side of it I am; the grant it is about
 * @returns {Fix | null}
 */
export function fixOf(reason, seen) {
  const { side, grant } = seen || {}
  if (OFFICE.indexOf(reason) >= 0) return { phone: HOTLINE, text: RING[language()] }
  const page = PAGES[reason]
  if (!page) return null
  if (page.who && side && page.who !== side) return { copy: true, text: TELL[language()] }
  if (page.act && grant && side === page.who) {
    return { act: page.act.replace('{grant}', grant), text: page[language()].replace(/^去/, '') }
  }
  const url = page.url === EDIT && !grant ? AID : page.url.replace('{grant}', grant || '')
  return { url, tab: TABS.indexOf(url) >= 0, text: page[language()] }
}
