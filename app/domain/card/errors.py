"""Refusals of social-security cards and ID numbers that are shown at a till (WIRE Patient)."""

from app.kit.reasons import Reason
from app.words import CardState

CARD_UNKNOWN = Reason(
    "CARD_UNKNOWN", 404,
    "社保卡卡号或卡识别码不对。", "请重新读卡；仍不行，请扫患者的医保码，并请患者到医保窗口核对社保卡。",
    "The card's number or serial is not right.",
    "Read the card again; else scan the patient's 医保码 and have the card checked at the counter.",
    fixer="institution",
)  # fmt: skip
CARD_LOST = Reason(
    "CARD_LOST", 409,
    "这张社保卡已挂失，不能使用。", "请患者改用医保码；卡已找到的，由本人持证件到医保窗口解除挂失。",
    "This card is reported lost and pays nothing.",
    "Use the patient's 医保码; if the card was found, its owner has that noted at the counter.",
    fixer="holder",
)  # fmt: skip
CARD_REPLACED = Reason(
    "CARD_REPLACED", 409,
    "这张社保卡已换发新卡，旧卡不能使用。", "请患者使用新卡，或改用医保码。",
    "This card was replaced by a new one.", "Use the new card, or the patient's 医保码.",
    fixer="holder",
)  # fmt: skip
CARD_CANCELLED = Reason(
    "CARD_CANCELLED", 409,
    "这张社保卡已注销，不能使用。", "请患者改用医保码；需要新卡请到社保卡服务网点办理。",
    "This card was cancelled.", "Use the patient's 医保码; a new card is had where cards are issued.",
    fixer="holder",
)  # fmt: skip
CARD_OF_OTHER = Reason(
    "CARD_OF_OTHER", 409,
    "人员编号、证件号码与社保卡不是同一个人。", "必须使用患者本人的社保卡或医保码，请重新读卡。",
    "The card is not the named person's.", "The patient's own card or code must be used: read it again.",
    fixer="institution",
)  # fmt: skip
CARD_NOT_READ = Reason(
    "CARD_NOT_READ", 409,
    "这张社保卡没有在本机构读过，或读卡已失效。", "请重新读卡：先发1101，或在本交易中送card_sn。",
    "This card has not been read here, or too long ago.",
    "Read it: send 1101 first, or card_sn with this message.", fixer="institution",
)  # fmt: skip
ID_NUMBER_NOT_TAKEN = Reason(
    "ID_NUMBER_NOT_TAKEN", 409,
    "按当地规定，不能凭身份证号码结算。", "请患者出示医保码或社保卡。",
    "By the region's rules nobody settles by an ID number.", "Ask for the patient's 医保码 or card.",
    fixer="holder",
)  # fmt: skip
ID_NUMBER_NOT_HERE = Reason(
    "ID_NUMBER_NOT_HERE", 409,
    "本机构没有开通凭身份证号码结算。", "请患者出示医保码或社保卡；需要开通请联系医保经办机构。",
    "This institution may not settle by an ID number.",
    "Ask for the patient's 医保码 or card; the insurance office can allow it.", fixer="institution",
)  # fmt: skip
NAME_NUMBER_MISMATCH = Reason(
    "NAME_NUMBER_MISMATCH", 404,
    "没有查到姓名与身份证号码相符的参保人。", "请核对身份证上的姓名和号码后重发；仍不行，请扫患者的医保码。",
    "No insured person has this name and ID number.",
    "Compare both with the identity card; else scan the patient's 医保码.", fixer="institution",
)  # fmt: skip
ID_NUMBER_OF_OTHER = Reason(
    "ID_NUMBER_OF_OTHER", 409,
    "人员编号与身份证号码不是同一个人。", "必须使用患者本人的身份证，请核对后重发。",
    "The ID number is not the named person's.", "Use the patient's own identity card.",
    fixer="institution",
)  # fmt: skip
ID_NUMBER_NOT_READ = Reason(
    "ID_NUMBER_NOT_READ", 409,
    "本机构没有核对过这位患者的姓名和身份证号码，或核对已失效。", "请先发1101核对，或在本交易中送psn_name。",
    "Name and ID number have not been compared here, or too long ago.",
    "Send 1101 first, or psn_name with this message.", fixer="institution",
)  # fmt: skip
READING_SPENT = Reason(
    "READING_SPENT", 409,
    "这次读卡（读证）已经付过{bills}笔，达到一次可付的笔数。", "请重新读患者的社保卡或身份证后再结算。",
    "This reading of the card has paid {bills} bills: as many as one may.",
    "Read the patient's card again and settle.", fixer="institution",
)  # fmt: skip
READING_TRIES = Reason(
    "READING_TRIES", 429,
    "读卡、核对证件失败的次数太多，暂停使用。", "请扫患者的医保码，或在{wait}后重试。",
    "Too many cards or numbers were wrong.", "Scan the patient's 医保码, or try again in {wait_en}.",
    fixer="institution",
)  # fmt: skip
CARD_NOT_VALID = Reason(
    "CARD_NOT_VALID", 409,
    "这张社保卡已换发或注销，无需挂失。", "如需了解新卡情况，请联系社保卡服务网点。",
    "This card was replaced or cancelled: there is nothing to report.",
    "Ask where cards are issued about the new one.",
)  # fmt: skip

DEAD = {
    CardState.LOST: CARD_LOST,
    CardState.REPLACED: CARD_REPLACED,
    CardState.CANCELLED: CARD_CANCELLED,
}
"""Why a card pays nothing."""
