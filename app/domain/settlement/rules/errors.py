"""Refusals of settling, cancelling and reversing."""

from app.kit.reasons import Reason

AMOUNT_MISMATCH = Reason(
    "AMOUNT_MISMATCH", 422,
    "总金额与明细合计不一致（总额{total}元，明细合计{lines}元）。", "请核对明细后重新发送。",
    "The total and the sum of the lines differ ({total} against {lines}).",
    "Check the lines and send it again.", fixer="institution",
)  # fmt: skip
LINE_AMOUNT_MISMATCH = Reason(
    "LINE_AMOUNT_MISMATCH", 422,
    "第{line}行金额与单价乘数量不一致（应为{expected}元，送来{sent}元）。", "请核对该行的单价、数量和金额。",
    "Line {line}: the amount is not price times count ({expected} expected, {sent} sent).",
    "Check that line.", fixer="institution",
)  # fmt: skip
INSUTYPE_MISMATCH = Reason(
    "INSUTYPE_MISMATCH", 409,
    "险种与患者参保险种不一致。", "请先调用1101取得险种。",
    "The plan is not the patient's.", "Take it from 1101.", fixer="institution",
)  # fmt: skip
BILL_TOO_OLD = Reason(
    "BILL_TOO_OLD", 422,
    "票据日期{day}太早：参保地最早只接受{first}的{kind}。",
    "如日期有误请改正后重发；确属当日费用的，请先自费，再到参保地经办窗口报销。",
    "The bill is dated {day}; the insured place takes such bills from {first} on.",
    "Correct the date if it is wrong; else take cash, and the patient claims at the insurance office.",
    fixer="institution",
)  # fmt: skip
SETTLEMENT_UNKNOWN = Reason(
    "SETTLEMENT_UNKNOWN", 404,
    "没有找到这笔结算，或它不属于本机构、本参保人。", "请核对结算号、就诊号和人员编号。",
    "There is no such settlement of this institution and person.",
    "Check setl_id, mdtrt_id and psn_no.", fixer="institution",
)  # fmt: skip
MESSAGE_UNKNOWN = Reason(
    "MESSAGE_UNKNOWN", 404,
    "中心没有这个报文号的结算，或它不属于本机构、本参保人。",
    "请核对报文号和人员编号；原报文可能还在途中的，请先用2601冲正，再用新的报文号重新发起。",
    "The centre has no settlement of this message of this institution and person.",
    "Check the message and the person; if it may be under way still, reverse it (2601) first.",
    fixer="institution",
)  # fmt: skip
ALREADY_CANCELLED = Reason(
    "ALREADY_CANCELLED", 409,
    "这笔结算已经撤销，款项已退回原账户，不会重复退款。", "无需再次撤销；可用5203查询。",
    "This settlement is cancelled already; the money is back where it came from.",
    "Nothing more to do; see 5203.", fixer="institution",
)  # fmt: skip
REPLACED_SINCE = Reason(
    "REPLACED_SINCE", 409,
    "这笔结算已不再成立，现在成立的是setl_id {setl_id}、mdtrt_id {mdtrt_id}，总额{amount}元。",
    "请用该编号用5203查询，或再撤销、退货。",
    "This settlement was replaced: setl_id {setl_id}, mdtrt_id {mdtrt_id} of {amount} stands now.",
    "Look that one up (5203), cancel it or return a part of it.", fixer="institution",
)  # fmt: skip
SAME_BILL = Reason(
    "SAME_BILL", 409,
    "这张单子已结算过（setl_id {setl_id}，mdtrt_id {mdtrt_id}，现为{amount}元），没有重复收费。",
    "可用5203查询；确为另一笔的，请重新扫码后再结算。",
    "This bill is settled already: setl_id {setl_id}, mdtrt_id {mdtrt_id}, {amount} now. Nothing more was charged.",
    "See 5203; if it is another bill, scan the code anew and settle it.", fixer="institution",
)  # fmt: skip
SETTLED_TWICE = Reason(
    "SETTLED_TWICE", 409,
    "同一张单子此前已结算过（setl_id {setl_id}，现为{amount}元），这次又结算了一笔。",
    "如属重复，请由原机构撤销其中一笔。",
    "The same bill was settled before (setl_id {setl_id}, {amount} now), and now once more.",
    "If that is one too many, the institution cancels one of them.", fixer="institution",
)  # fmt: skip
INSTITUTION_NOT_CONNECTED = Reason(
    "INSTITUTION_NOT_CONNECTED", 409,
    "这家机构没有开通外地参保人的联网结算。", "请换一家已开通异地结算的定点机构，或先自费后回参保地报销。",
    "This institution can't settle for people insured elsewhere.",
    "Choose one that can, or pay and claim at the insured place.", fixer="institution",
)  # fmt: skip
CROSS_REGION_NOT_FILED = Reason(
    "CROSS_REGION_NOT_FILED", 409,
    "没有办理异地就医备案，统筹基金按参保地规定{effect}。", "请先在小程序或参保地办理异地就医备案。",
    "There is no filing for treatment elsewhere, so by the home rules the pool pays less or nothing.",
    "File for treatment elsewhere first.", fixer="beneficiary",
)  # fmt: skip
EMPTY_UNDOINGS = Reason(
    "EMPTY_UNDOINGS", 429,
    "本机构一小时内发来的撤销、冲正中，没有对应交易或已撤销的超过{limit}笔，这一笔没有受理。",
    "请核对原报文号、结算号；确需冲正的，请下一个小时用同一报文号重发。",
    "This institution has sent more than {limit} undoings of nothing within the hour; this one is not taken.",
    "Check omsgid or setl_id; if it is needed, send it again in the next hour with the same msgid.",
    fixer="institution",
)  # fmt: skip
REVERSED_BEFORE_ARRIVAL = Reason(
    "REVERSED_BEFORE_ARRIVAL", 409,
    "这笔交易已被冲正（2601先于原交易到达），不再办理，没有扣款。", "如仍需结算，请用新的报文号重新发起。",
    "This message was reversed before it arrived and is void.",
    "Send it under a new msgid if it is still wanted.", fixer="institution",
)  # fmt: skip
VOIDED_TOO_LATE = Reason(
    "VOIDED_TOO_LATE", 409,
    "中心没能在时限内办完这笔交易，已将它作废：没有扣款，以后也不会再扣。", "如仍需办理，请用新的报文号重新发起。",
    "The centre could not decide this in time and has voided it: nothing was done, and nothing will be.",
    "Send it again with a new msgid if it is still wanted.", fixer="institution",
)  # fmt: skip
UNDONE_SINCE = Reason(
    "UNDONE_SINCE", 409,
    "这笔交易已于{at}被{what}，现在不再成立。", "可用5203查询现状；如仍需办理，请用新的报文号重新发起。",
    "This was undone at {at} ({what_en}) and no longer stands.",
    "See 5203 for what stands; send it under a new msgid if it is still wanted.",
    fixer="institution",
)  # fmt: skip
ORIGINAL_MISMATCH = Reason(
    "ORIGINAL_MISMATCH", 409,
    "冲正的原交易与填写的人员编号或交易编号不一致。", "请核对omsgid、oinfno和psn_no。",
    "The original message is another person's or another transaction.",
    "Check omsgid, oinfno and psn_no.", fixer="institution",
)  # fmt: skip
NOT_REVERSIBLE = Reason(
    "NOT_REVERSIBLE", 409,
    "这种交易不能冲正。", "可冲正的交易为2102、2103、2103A、2207、2208。",
    "That transaction can't be reversed.", "2102, 2103, 2103A, 2207 and 2208 can.",
    fixer="institution",
)  # fmt: skip
SET_ASIDE = Reason(
    "SET_ASIDE", 500,
    "这笔交易处理出错，已单独搁置，没有扣任何款，我们已收到记录。", "请先收现金，或稍后用新的报文号再试。",
    "This request failed and was set aside; nothing was charged.",
    "Take cash, or try again later under a new msgid.", fixer="bureau",
)  # fmt: skip
REFUND_SPENT = Reason(
    "REFUND_SPENT", 409,
    "这笔撤销不能再冲回：退回的钱已被使用。撤销仍然有效。", "如需收费，请重新发起一笔结算。",
    "The cancel can't be undone: the money it gave back has been used. The cancel stands.",
    "Settle the bill anew if it is to be paid.", fixer="institution",
)  # fmt: skip
RETURN_INVALID = Reason(
    "RETURN_INVALID", 422,
    "退货明细与原结算不符：{detail}。", "请核对原结算的明细流水号与数量。",
    "The returned lines don't fit the settlement: {detail_en}.", "Check serial numbers and counts.",
    fixer="institution",
)  # fmt: skip
ONLY_PAYERS_OF_BEFORE = Reason(
    "ONLY_PAYERS_OF_BEFORE", 409,
    "部分退货后，其余部分只由原来的付款人按不超过原来的金额再付，还有{short}元付现金。",
    "如要重新由账户或共济支付，请整单撤销后重新结算。",
    "After a part was returned only those who paid pay again, each at most what it was; {short} is cash.",
    "Cancel the whole and settle anew if accounts are to be asked again.", fixer="institution",
)  # fmt: skip
PRESETTLE_CHANGED = Reason(
    "PRESETTLE_CHANGED", 409,
    "费用与预结算时不同（{field}）。", "请重新预结算后再结算。",
    "The cost is not what the pre-settlement said ({field}).", "Pre-settle again.",
    fixer="institution",
)  # fmt: skip
NOTHING_TO_SETTLE = Reason(
    "NOTHING_TO_SETTLE", 409,
    "这次就诊没有待结算的费用明细，或已经结算。",
    "若已发过2207，请原样重发以取回结果；明细还没有上传过的，才用2204上传。",
    "There are no fee lines to settle, or they are settled already.",
    "If 2207 was sent, send it again unchanged for its outcome; upload with 2204 only what never was.",
    fixer="institution",
)  # fmt: skip
ACCOUNT_CLOSED = Reason(
    "ACCOUNT_CLOSED", 409,
    "退款账户已注销，款项转入待处理账户，由经办机构联系退回。", "请联系参保地医保经办机构。",
    "The account is closed; the refund waits at the insurance office.",
    "Contact the insurance office.", fixer="bureau",
)  # fmt: skip
MSGID_REUSED = Reason(
    "MSGID_REUSED", 409,
    "这个报文号已用于另一笔内容不同的交易。",
    "请先原样重发第一次的报文（内容一字不改），取回它的结果；确认是另一笔交易后，才换新的报文号。",
    "This msgid was used for another message.",
    "First send the first message again, unchanged, for its outcome; a new msgid is for another deed only.",
    fixer="institution",
)  # fmt: skip
WALLET_NOT_HERE = Reason(
    "WALLET_NOT_HERE", 409,
    "这家机构还不能用医保钱包，钱包里的{amount}元没有动用。", "可用现金支付，或到可以用医保钱包的机构。",
    "This institution doesn't take the wallet yet; the {amount} in it was not touched.",
    "Pay in cash, or go to an institution that takes it.", fixer="institution",
)  # fmt: skip
WALLET_OTHER_PLACE = Reason(
    "WALLET_OTHER_PLACE", 409,
    "这家机构不在医保钱包的使用地，钱包里的{amount}元没有动用。", "可用现金支付；钱包在使用地的机构可以用。",
    "This institution lies outside the wallet's place of use; the {amount} in it was not touched.",
    "Pay in cash; the wallet pays at institutions in its place of use.", fixer="nobody",
)  # fmt: skip
WALLET_OTHER_TERMINAL = Reason(
    "WALLET_OTHER_TERMINAL", 409,
    "这里的{here}不能用医保钱包，钱包里的{amount}元没有动用；本机构{where}可以用。", "请改到{where}结算。",
    "The wallet is not taken at {here_en}, so the {amount} in it was not touched; here {where_en} takes it.",
    "Settle the bill at {where_en} instead.", fixer="institution",
)  # fmt: skip
PURSE_NOT_FOR_PART = Reason(
    "PURSE_NOT_FOR_PART", 409,
    "{part}中有{amount}元按参保地规定不能用{purses}支付。", "请用现金支付这部分。",
    "By the rules of the insured place {amount} of {part_en} can't be paid from {purses_en}.",
    "Pay it in cash.", fixer="nobody",
)  # fmt: skip
INSTITUTION_NOT_DESIGNATED = Reason(
    "INSTITUTION_NOT_DESIGNATED", 404,
    "这家机构不是定点医药机构，或尚未接入。", "请选择定点药店或医院。",
    "This is not a designated institution, or it is not connected.",
    "Choose a designated pharmacy or hospital.", fixer="institution",
)  # fmt: skip
