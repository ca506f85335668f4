"""The words of the house: the nation's codes and our own kinds, each with what people call it.

What a code or a kind is called stands here once, in both languages; whoever shows one takes its
word from here, so that phone, table and staff page say the same. Codes are those of the national
dictionaries that the program itself decides by; what merely passes through is not listed.
Numbers of accounts and transfers as stored: ``ledger/kinds``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Word:
    """One thing's name in both languages, and for who asks what it is a sentence each."""

    zh: str
    en: str
    about_zh: str = ""
    about_en: str = ""

    def name(self, language: Literal["zh", "en"]) -> str:
        return self.zh if language == "zh" else self.en

    def about(self, language: Literal["zh", "en"]) -> str:
        """What it is, in a sentence; empty where the name says it."""
        return self.about_zh if language == "zh" else self.about_en


def name_of(words: Mapping[str, Word], stored: object, language: Literal["zh", "en"]) -> str:
    """A stored value in words; as it is where it has none."""
    word = words.get(str(stored))
    return str(stored) if word is None else word.name(language)


# The nation's codes


class Insutype(StrEnum):
    """``insutype``: the plan."""

    EMPLOYEE = "310"
    RESIDENT = "390"


INSUTYPES: Mapping[str, Word] = {
    Insutype.EMPLOYEE: Word("职工医保", "employee plan"),
    Insutype.RESIDENT: Word("居民医保", "resident plan"),
}

NORMAL = "1"
"""``psn_insu_stas`` of a person whose insurance is in order."""
SUSPENDED = "2"
"""``psn_insu_stas`` of a person whose insurance is suspended (暂停参保)."""
OVER = "4"
"""The same of one who is insured no more, for good: who has died, or a row that was another's."""
RETIRED = "12"
"""``psn_type``: those of the retired are this one and what begins with it (1201 ...)."""
IDENTITY_CARD = "01"
"""``psn_cert_type`` of a 居民身份证."""
DOCUMENTS: Mapping[str, Word] = {
    IDENTITY_CARD: Word("居民身份证、户口簿", "identity card, household register"),
    "04": Word("港澳居民来往内地通行证", "permit of Hong Kong and Macao residents"),
    "06": Word("台湾居民来往大陆通行证", "permit of Taiwan residents"),
    "07": Word("外国人永久居留证", "permanent residence card"),
    "08": Word("护照", "passport"),
    "17": Word("港澳台居民居住证", "residence permit for Hong Kong, Macao and Taiwan"),
    "99": Word("其他证件", "another document"),
}
"""``psn_cert_type`` as a counter asks for it."""
NUMBERED_ALIKE: Mapping[str, tuple[str, ...]] = {
    IDENTITY_CARD: ("",),
    "07": ("9",),  # 外国人永久居留身份证 since 2023; older ones have letters
    "17": ("81", "82", "83"),  # 港澳台居民居住证
}
"""``psn_cert_type`` → how numbers begin that are made as those of a 居民身份证."""


class CertType(StrEnum):
    """``mdtrt_cert_type``: what the patient shows at the till."""

    CREDENTIAL = "01"
    ID_NUMBER = "02"
    CARD = "03"


class CardState(StrEnum):
    """What a social-security card is; only a valid one pays."""

    VALID = "valid"
    LOST = "lost"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


class CardWord(StrEnum):
    """Whose word a card's state is."""

    FILE = "file"
    PHONE = "phone"
    CLERK = "clerk"


CARD_STATES: Mapping[CardState, Word] = {
    CardState.VALID: Word("正常", "valid"),
    CardState.LOST: Word("已挂失", "reported lost"),
    CardState.REPLACED: Word("已换新卡", "replaced by a new one"),
    CardState.CANCELLED: Word("已注销", "cancelled"),
}

BUSINESS_TYPES: Mapping[str, Word] = {
    "01101": Word("挂号", "registration"),
    "01102": Word("住院建档", "opening an inpatient file"),
    "01103": Word("入院登记", "admission"),
    "01104": Word("预缴金", "deposit"),
    "01201": Word("问诊", "consultation"),
    "01202": Word("预约检查", "booking an examination"),
    "01203": Word("检查", "examination"),
    "01204": Word("治疗", "treatment"),
    "01301": Word("结算", "settlement"),
    "01302": Word("取药", "collecting medicines"),
    "01303": Word("取报告", "collecting a report"),
    "01304": Word("打印票据", "printing a receipt"),
    "01305": Word("病历复印", "copying a record"),
    "02121": Word("药店购药", "purchase at a pharmacy"),
    "02122": Word("下载外购处方", "fetching a prescription"),
    "03131": Word("线上身份认证", "identification online"),
    "03132": Word("线上结算", "settlement online"),
    "04106": Word("线上身份核验", "checking identity online"),
    "04107": Word("医保移动支付", "mobile payment"),
}
"""``businessType``: what a code is shown and read for."""


class MedType(StrEnum):
    """``med_type``: the kind of care; also ``clr_type``, the kind of clearing."""

    OUTPATIENT = "11"
    PURCHASE = "41"


MED_TYPES: Mapping[str, Word] = {
    MedType.OUTPATIENT: Word("门诊", "outpatient visit"),
    MedType.PURCHASE: Word("药店购药", "purchase at a pharmacy"),
}
PURCHASES = "4"
"""Kinds of care that begin with it are purchases at a pharmacy."""


class ItemLevel(StrEnum):
    """``chrgitm_lv``: how far insurance pays an item."""

    WHOLE = "01"
    FIRST_SHARE = "02"
    SELF_PAID = "03"


ITEM_LEVELS: Mapping[str, Word] = {
    ItemLevel.WHOLE: Word("甲类", "class A", "全部纳入支付范围。", "All of it counts."),
    ItemLevel.FIRST_SHARE: Word(
        "乙类",
        "class B",
        "先自付一部分，其余纳入支付范围。",
        "After a first share, the rest counts.",
    ),
    ItemLevel.SELF_PAID: Word("丙类", "class C", "全部自费。", "Self-paid."),
}


class Fund(StrEnum):
    """``fund_pay_type`` of ``setldetail``: which fund paid."""

    EMPLOYEE_POOL = "310100"
    PERSONAL_ACCOUNT = "310200"
    MUTUAL_AID = "310204"
    MUTUAL_AID_HERE = "31020401"
    MUTUAL_AID_ELSEWHERE = "31020402"
    WALLET = "310210"
    RESIDENT_POOL = "390100"


FUNDS: Mapping[str, Word] = {
    Fund.EMPLOYEE_POOL: Word("职工基本医疗保险统筹基金", "pooled fund of the employee plan"),
    Fund.PERSONAL_ACCOUNT: Word("职工个人账户", "employees' personal account"),
    Fund.MUTUAL_AID: Word("家庭共济账户", "family mutual aid"),
    Fund.MUTUAL_AID_HERE: Word("本地家庭共济账户支付", "mutual aid of this place"),
    Fund.MUTUAL_AID_ELSEWHERE: Word("异地家庭共济账户支付", "mutual aid of another place"),
    Fund.WALLET: Word("钱包共济基金", "wallets"),
    Fund.RESIDENT_POOL: Word("居民基本医疗保险统筹基金", "pooled fund of the resident plan"),
}
POOL_OF_PLAN: Mapping[str, Fund] = {
    Insutype.EMPLOYEE: Fund.EMPLOYEE_POOL,
    Insutype.RESIDENT: Fund.RESIDENT_POOL,
}


class Terminal(StrEnum):
    """``opter_type``: who, or what, is at work on the institution's side."""

    WINDOW = "1"
    SELF_SERVICE = "2"
    MOBILE = "3"


TERMINALS: Mapping[str, Word] = {
    Terminal.WINDOW: Word("人工窗口", "the window"),
    Terminal.SELF_SERVICE: Word("自助机", "the self-service machine"),
    Terminal.MOBILE: Word("手机端", "the mobile terminal"),
}


class PayWay(StrEnum):
    """How what a bill leaves to pay is paid over the counter (ours: the nation has no word)."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"


PAY_WAYS: Mapping[str, Word] = {
    PayWay.CASH: Word("现金", "cash"),
    PayWay.WECHAT: Word("微信", "WeChat"),
    PayWay.ALIPAY: Word("支付宝", "Alipay"),
    PayWay.CARD: Word("银行卡", "bank card"),
}
NOT_NOTED = Word("未记", "not noted")
"""Where nobody has said it."""


class InstitutionType(StrEnum):
    """``fixmedins_type``."""

    CLINIC = "1"
    PHARMACY = "2"


INSTITUTION_TYPES: Mapping[str, Word] = {
    InstitutionType.CLINIC: Word("医院或诊所", "hospital or clinic"),
    InstitutionType.PHARMACY: Word("药店", "pharmacy"),
}
INSTITUTION = Word("定点医药机构", "designated institution")

# Our own kinds

ACCOUNTS: Mapping[str, Word] = {
    "CURRENT": Word(
        "当年账户", "current year", "个人账户里今年划入的钱。", "What came in this year."
    ),
    "CARRIED": Word(
        "往年结余", "carried over", "个人账户里往年留下的钱。", "What is left of earlier years."
    ),
    "WALLET": Word(
        "医保钱包", "wallet", "亲属转来的钱。", "Money sent by a relative."
    ),
    "HELD": Word(
        "冻结中", "held", "为一件事留出的钱，办成即付，不成退回。",
        "Set aside for one thing: paid when it is done, back when it isn't.",
    ),
    "FAMILY": Word(
        "家庭共济账户", "family aid account", "留给亲属用的钱。", "Set aside for relatives."
    ),
    "POOLED_FUND": Word(
        "统筹基金", "pooled fund", "参保人共有的基金。", "What all who are insured share."
    ),
    "PAYABLE": Word(
        "机构应付", "institution's payable", "应付给机构的款。", "What is owed to an institution."
    ),
    "CONTRIBUTIONS": Word(
        "缴费", "contributions", "个人账户的钱由此而来。",
        "Where personal accounts' money comes from."
    ),
    "SUSPENSE": Word(
        "待处理", "suspense", "账户已注销、等经办机构退回的款。",
        "What waits to be paid out by the office, its account being closed.",
    ),
    "CLEARING": Word(
        "跨省清算", "clearing", "与另一省之间往来的款。",
        "What passes to and from another province.",
    ),
    "TAX_OFFICE": Word(
        "税务征收", "tax office", "代缴的居民医保费。", "Premiums that were paid for residents.",
    ),
    "PAID_OUT": Word(
        "账户支取", "paid out", "账户注销时付给本人或继承人的款。",
        "What was paid to owners and heirs when accounts were closed.",
    ),
}  # fmt: skip
"""By name of ``AccountKind``."""

TRANSFERS: Mapping[str, Word] = {
    "OPENING": Word(
        "期初转入", "brought in", "账户在本系统开立时转入的钱。",
        "What the account held when it came to this system.",
    ),
    "SETTLEMENT": Word("结算", "payment", "结算时付出的款。", "Paid for a bill."),
    "CANCEL": Word(
        "撤销退回", "given back by a cancel", "结算撤销，款项退回。",
        "The bill was cancelled and the money came back.",
    ),
    "REVERSAL": Word(
        "冲正退回", "given back by a reversal", "结算被冲正，款项退回。",
        "The bill was reversed and the money came back.",
    ),
    "RESTORED": Word(
        "恢复付款", "paid again", "撤销被冲正，付款恢复。",
        "A cancel was reversed, so the payment holds again.",
    ),
    "MOVE": Word(
        "账户转移", "moved", "参保地变动，余额转到新账户。",
        "The insured place changed and the balance went along.",
    ),
    "ALLOTTED": Word(
        "划拨共济", "set aside for relatives", "划入家庭共济账户，供亲属使用。",
        "Put into the family aid account, for relatives.",
    ),
    "HOLD": Word("冻结", "set aside", "留出一笔钱。", "Money was set aside."),
    "POSTED": Word(
        "冻结转付", "paid out of what was held", "留出的钱已付出。", "What was set aside was paid."
    ),
    "VOIDED": Word(
        "冻结撤销", "no longer held", "事未办成，留出的钱退回。",
        "What it was for was not done, so it came back.",
    ),
    "EXPIRED": Word(
        "冻结到期退回", "held too long", "到期未办成，留出的钱退回。",
        "What it was for was not done in time, so it came back.",
    ),
    "WALLET_IN": Word(
        "钱包转入", "came by the wallet", "亲属转来或退回的钱。",
        "A relative has sent it or given it back.",
    ),
    "PREMIUM_REFUND": Word(
        "保费退回", "premium refunded", "代缴的居民医保费退回。",
        "A premium that was paid for a resident came back.",
    ),
    "CREDIT": Word(
        "个人账户划入", "credited", "按月划入个人账户的钱。",
        "What is credited to the account each month.",
    ),
    "INTEREST": Word(
        "计息", "interest", "账户余额的年度利息。", "A year's interest on what was there."
    ),
    "YEAR_CLOSE": Word(
        "年度结转", "carried over", "当年余额转入往年结余。",
        "What was left of the year became carried-over money.",
    ),
    "PAY_OUT": Word(
        "结清支取", "paid out", "账户注销，余额付给本人或继承人。",
        "The account was closed and what it held was paid to its owner or the heirs.",
    ),
    "RECOVERY": Word(
        "多划追回", "taken back", "以前多划入的钱被追回。",
        "What had been credited too much was taken back.",
    ),
    "MERGED": Word(
        "重复参保合并", "merged", "重复的参保记录合并，余额转到保留的账户。",
        "Two registrations of one person became one, and the balance went to the one that stays.",
    ),
}  # fmt: skip
"""By name of ``TransferKind``."""

CREDITS: Mapping[str, Word] = {
    "monthly": Word("按月划入", "the month's credit"),
    "pre_credit": Word("预划入", "in advance"),
    "supplement": Word("补划", "in addition"),
    "recovery": Word("多划追回", "taken back"),
}
"""What comes to a personal account or is taken back, by the name in the file of credits."""

PAY_OUTS: Mapping[str, Word] = {
    "death": Word("死亡（继承人领取）", "death (to the heirs)"),
    "emigration": Word("出国（境）定居", "emigration"),
    "transfer": Word("关系转出、账户无法转移", "a transfer that can't carry the account"),
}
"""Why a personal account is paid out."""

HOLDS: Mapping[str, Word] = {
    "WALLET": Word("钱包转账，待对方接收", "a wallet transfer, until it is accepted"),
    "PREMIUM": Word("代缴居民医保费，待确认", "a resident's premium, until it is confirmed"),
}
"""What money is held for, by name of ``HoldPurpose``."""

SETTLEMENTS: Mapping[str, Word] = {
    "1": Word("结算", "settled"),
    "2": Word("撤销", "cancelled"),
    "3": Word("冲正", "reversed"),
    "4": Word("恢复（撤销被冲正）", "restored (its cancel was reversed)"),
}
"""By kind of settlement."""

STATES: Mapping[str, Word] = {
    "0": Word("等待办理", "waiting"),
    "1": Word("已办理", "done"),
    "2": Word("已拒绝", "refused"),
    "3": Word(
        "作废（办理前已冲正，或来不及办理）", "void (reversed before it was decided, or too late)"
    ),
    "4": Word("出错搁置", "set aside after an error"),
}
"""What became of a request, by state of its outcome; 0: it has none yet."""

ONE_SIDED: Mapping[str, Word] = {
    "no_outcome": Word(
        "已受理、尚无结果", "a request without an outcome", "请用原报文重发查询，或2601冲正",
        "Send the message again, or reverse it with 2601",
    ),
    "set_aside": Word(
        "处理出错、已搁置", "set aside after an error", "未记账，由经办机构核查",
        "Nothing was booked; the office looks into it",
    ),
    "tombstone": Word(
        "冲正先到、原报文未到", "a reversal came before its original",
        "原报文再来时会被拒绝", "The original is refused when it comes",
    ),
    "refund_at_counter": Word(
        "退款暂存柜台", "a refund waits at the counter",
        "原账户已无法退回，等待经办窗口办理", "Its account is closed; the counter pays it out",
    ),
}  # fmt: skip
"""What only one side of a reconciliation knows of."""

PURSE_NAMES: Mapping[str, Word] = {
    "current": ACCOUNTS["CURRENT"],
    "carried_over": ACCOUNTS["CARRIED"],
    "donors": Word("家庭共济", "mutual aid"),
    "wallet": ACCOUNTS["WALLET"],
    "cash": Word("现金", "cash"),
}
"""Out of what a part of a bill is paid, by the packs' names."""
PART_NAMES: Mapping[str, Word] = {
    "deductible": Word("起付线以下", "below the deductible"),
    "ratio": Word("统筹段自付", "the share the pool leaves"),
    "outpatient": Word("门诊自付", "outpatient cost"),
    "purchase": Word("购药自付", "purchase"),
    "first_share": Word("分类自负", "class-B first share"),
    "over_limit": Word("超限价", "above price limits"),
    "fully_selfpaid": Word("全自费", "fully self-paid"),
    "vaccine": Word("非免疫规划疫苗", "vaccines outside the programme"),
    "checkup": Word("健康体检", "health checks"),
}
"""Parts of the patient's share of a bill."""

PURPOSES: Mapping[str, Word] = {
    "medical": Word("看病购药", "care and medicines"),
    "premium": Word("缴居民保费", "residents' premiums"),
}
"""What a grant may be used for."""

CHANNELS: Mapping[str, Word] = {
    "aid": Word("家庭共济代缴", "mutual aid"),
    "tax": Word("税务渠道", "the tax office's own channels"),
    "bank": Word("银行代扣", "a bank's debit"),
    "school": Word("学校代收", "the school"),
    "community": Word("村（居）委会代收", "the village or neighbourhood"),
    "aided": Word("资助参保", "paid by the state"),
    "other": Word("其他渠道", "another channel"),
}
"""How a resident's premium was paid."""

TAX_REFUSALS: Mapping[str, Word] = {
    "paid_elsewhere": Word("已由其他渠道缴费", "it was paid another way"),
    "not_registered": Word("参保登记未通过", "the registration was not accepted"),
    "window_closed": Word("征缴期已过", "the time for paying is over"),
    "cover_begun": Word("待遇已开始", "the cover has begun"),
    "other": Word("税务部门未说明原因", "no reason was given"),
}
"""Why a tax office refuses a premium, or a refund of one."""

Payer = Literal["fund", "own", "wallet", "aid", "cash"]
"""Who pays a part of a bill."""

PAYERS: Mapping[Payer, Word] = {
    "fund": Word("统筹基金", "pooled fund"),
    "own": Word("个人账户", "own account"),
    "wallet": Word("医保钱包", "wallet"),
    "aid": Word("家庭共济", "mutual aid"),
    "cash": Word("现金", "cash"),
}

COUNTER_ACTS: Mapping[str, Word] = {
    "bind": Word("绑定亲情成员", "family member added"),
    "bind_confirm": Word("同意被绑定为亲情成员", "agreed to be a family member"),
    "bind_end": Word("解除亲情成员绑定", "family binding ended"),
    "grant": Word("开通家庭共济", "mutual aid granted"),
    "grant_confirm": Word("同意接受家庭共济", "mutual aid agreed to"),
    "grant_change": Word("修改共济限额或期限", "limits of mutual aid changed"),
    "grant_freeze": Word("冻结家庭共济", "mutual aid frozen"),
    "grant_unfreeze": Word("解冻家庭共济", "mutual aid unfrozen"),
    "grant_pause": Word("暂停家庭共济到某天", "mutual aid paused until a day"),
    "grant_order": Word("调整共济人顺序", "order of donors changed"),
    "grant_end": Word("解除家庭共济", "mutual aid ended"),
    "card_lost": Word("社保卡挂失", "card reported lost"),
    "card_found": Word("社保卡解除挂失", "lost card found again"),
    "wallet_open": Word("开通医保钱包", "wallet opened"),
    "premium": Word("代缴城乡居民医保费", "residents' premium ordered"),
    "premium_back": Word("撤回代缴", "premium order taken back"),
    "premium_refund": Word("申请退回居民医保费", "refund of a premium asked for"),
    "code": Word("在窗口出示本人医保码", "own code shown at the counter"),
    "propose": Word("提交退款复核", "refund proposed"),
    "refund": Word("退还待处理款", "refund paid out of suspense"),
    "propose_pay_out": Word("提交账户结清复核", "pay-out of the accounts proposed"),
    "pay_out": Word("结清并注销个人账户", "accounts paid out and closed"),
    "propose_merge": Word("提交重复参保合并复核", "merge of two registrations proposed"),
    "merge": Word("合并重复参保的账户和授权", "accounts and ties of two registrations merged"),
    "decline": Word("不同意或撤回提交的业务", "what was proposed declined or taken back"),
    "event_close": Word("参保变动待办已办结", "task of a life event closed"),
    "forget": Word("删除个人信息", "person forgotten"),
}
"""What clerks do at the counter."""
