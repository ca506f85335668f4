"""What people call sections, parameters and their values."""

from __future__ import annotations

from app.regions.periods import PERIODS
from app.words import ACCOUNTS, PURPOSES

SECTIONS = {
    "credential": "医保码",
    "family": "亲情账户",
    "aid": "家庭共济",
    "scope": "支付范围",
    "own": "本人账户",
    "benefit_employee": "职工门诊统筹",
    "benefit_resident": "居民门诊统筹",
    "dating": "票据日期",
    "lines": "明细金额",
    "repeats": "重复结算",
    "premium": "居民医保费代缴",
    "wallet": "医保钱包",
    "display": "显示与报文",
}

GROUPS = {
    "spouse": "配偶", "parents": "父母", "children": "子女", "siblings": "兄弟姐妹",
    "paternal_grandparents": "祖父母", "maternal_grandparents": "外祖父母",
    "sons_children": "孙子女", "daughters_children": "外孙子女", "parents_in_law": "配偶父母",
}  # fmt: skip

LEVELS = {"basic": "一级及以下", "second": "二级", "third": "三级"}

# Words of a list or a choice; some depend on the parameter.
WORDS = {
    **GROUPS,
    **{purpose: word.zh for purpose, word in PURPOSES.items()},
    "drug": "药品", "slices": "中药饮片", "device": "医疗器械", "disinfectant": "消毒产品",
    "service": "诊疗项目", "health_food": "保健食品", "none": "无批准文号",
    "pool": "统筹区内", "province": "全省", "nation": "全国",
    "commitment": "个人承诺", "registry": "民政核验（接通前由亲属确认）",
    "open": "长期", "period": "须定起止", "either": "均可",
    "at_once": "即时", "next_day": "次日", "next_month": "次月",
    "all": "全部余额", "carried_over": ACCOUNTS["CARRIED"].zh, "current": ACCOUNTS["CURRENT"].zh,
    "exhaust": "先用完本人账户", "zero_required": "本人账户须为零",
    "balance_desc": "余额从高到低", "bind_first": "先绑定者先付", "bind_last": "后绑定者先付",
    "user_order": "按设定顺序", "name": "按姓名",
    "year": "每年", "month": "每月", "visit": "每次就诊",
    "refuse": "拒绝", "warn": "提示后结算",
    "month_end": "月末扣款", "arrival": "到账当日起", "waiting": "等待期后",
    "student": "在校学生", "newborn": "新生儿", "aided": "医疗救助对象",
    "same": "待遇相同", "lower": "比例下降", "nothing": "不予报销",
}  # fmt: skip

SPECIAL_WORDS = {
    "aid.consent": {"donor": "共济人同意", "both": "双方同意"},
    "aid.cap_scope": {"pair": "按每对关系", "donor": "按共济人合计"},
    "aid.who_may_end": {"donor": "仅共济人", "either": "任一方"},
    "wallet.sources": {"personal": "个人账户", "wallet": "医保钱包"},
    "aid.who_may_order": {"donor": "仅共济人", "beneficiary": "仅被共济人", "either": "任一方"},
}

WITHOUT = {
    "premium.prices": "未开通", "premium.windows": "未开通", "premium.excluded": "无",
}  # fmt: skip
"""What a parameter without a value is called where that is not 不限."""

_BENEFIT = {
    "pooled": "门诊统筹",
    "deductible_per": "起付线周期",
    "deductible_fen": "起付线",
    "deductible_ceiling_fen": "起付线合计上限",
    "ratio_active": "在职报销比例",
    "ratio_retired": "退休报销比例",
    "cap_per": "封顶周期",
    "cap_active_fen": "在职封顶",
    "cap_retired_fen": "退休封顶",
    "away": "异地未备案",
    "away_points": "异地下降",
}

LABELS = {
    "credential.ttl_s": "有效期",
    "credential.grace_s": "宽限",
    "credential.refresh_after_s": "刷新间隔",
    "credential.token_ttl_s": "解码后可用",
    "credential.token_bills": "一次扫码可付笔数",
    "credential.token_fen": "一次扫码可付金额",
    "family.relations": "可绑亲属",
    "family.max_out": "可绑人数",
    "family.max_in": "可被几人绑定",
    "family.binds_per_month": "每月绑定次数",
    "family.consent_age": "须本人验证年龄",
    "aid.relations": "可共济亲属",
    "aid.max_out": "可共济人数",
    "aid.max_in": "可有几位共济人",
    "aid.area": "参保地须同",
    "aid.use_area": "使用范围",
    "aid.chain": "可连环共济",
    "aid.proof": "关系证明",
    "aid.consent": "须谁同意",
    "aid.validity": "期限",
    "aid.min_bound_days": "绑定后不可解绑",
    "aid.rebind_cooldown_days": "解绑后再绑间隔",
    "aid.starts": "生效",
    "aid.fund_source": "可共济资金",
    "aid.floor_fen": "须留余额",
    **{period.key: period.zh for period in PERIODS},
    "aid.cap_share": "单次占余额上限",
    "aid.cap_scope": "上限口径",
    "aid.own_first": "本人优先",
    "aid.donor_order": "共济人顺序",
    "aid.tie_break": "顺序相同时",
    "aid.who_may_order": "可排序者",
    "aid.max_donors": "单笔共济人数",
    "aid.allow_partial": "可部分支付",
    "aid.purposes": "用途",
    "aid.purpose_choice": "用途可选",
    "aid.who_may_end": "可解绑者",
    "aid.ends_with_insurance": "停保即终止",
    "scope.fully_selfpaid": "可付自费项目",
    "scope.over_limit": "可付超限价部分",
    "scope.first_share": "可付乙类先行自付",
    "scope.licences": "可付品类",
    "own.spend_first": "先用",
    "own.carried_over_only": f"只用{ACCOUNTS['CARRIED'].zh}",
    **{f"benefit_employee.{key}": label for key, label in _BENEFIT.items()},
    **{f"benefit_resident.{key}": label for key, label in _BENEFIT.items()},
    "dating.purchase_days": "购药可补录天数",
    "dating.prescription_days": "外配处方可补录天数",
    "dating.visit_begin_days": "挂号可补录天数",
    "dating.visit_settle_days": "就诊后可结算天数",
    "lines.tolerance_fen": "与单价乘数量可差",
    "lines.discounts": "可低于单价乘数量",
    "lines.gifts": "可为零",
    "repeats.same_bill": "同一单据再次结算",
    "premium.mode": "扣款方式",
    "premium.prices": "个人缴费标准",
    "premium.windows": "集中征缴期",
    "premium.excluded": "不可代缴",
    "premium.after_window": "征缴期后可缴",
    "premium.late_in_window": "跨年缴费的待遇",
    "premium.waiting_months": "固定待遇等待期",
    "premium.gap_months": "断保每年增加",
    "premium.first_gap_year": "断保起算年",
    "premium.buy_back": "可补缴断保年",
    "premium.long_gap_years": "长期断保",
    "premium.long_gap_months": "长期断保至少等待",
    "premium.confirm_days": "税务未答复则撤回",
    "premium.newborn_days": "新生儿参保期限",
    "wallet.live": "已上线",
    "wallet.relations": "可转亲属",
    "wallet.sources": "转出来源",
    "wallet.sends_a_day": "每日可转次数",
    "wallet.single_fen": "单笔上限",
    "wallet.closed_from_hour": "夜间停办起",
    "wallet.closed_until_hour": "夜间停办止",
    "wallet.returned_at_hour": "次日退回时间",
    "wallet.one_pending": "待接收时不可再转",
    "wallet.use_area": "使用范围",
    "display.mulaid_inside_acct_pay": "共济计入账户支付",
    "display.account_inside_fund_pay": "账户计入基金支付",
    "display.aid_alias": "共济的当地名称",
}
"""Of every parameter, in the order in which people read them."""
