"""What people are told of: one line a kind. Pure.

A person chooses topics, not kinds. Figures of the words: ``name`` (a person, masked), ``shop`` (an
institution), ``sum`` and ``aid`` (yuan), ``day``, ``year``, ``cause``, ``what`` on which ``form``.
"""

from __future__ import annotations

from typing import Literal

from app.kit.value import value

Topic = Literal["aid_pay", "bill", "code", "family", "aid", "wallet", "premium", "account"]
Tab = Literal["codes", "family", "aid", "me"]
Help = Literal["bill", "freeze", "not_me", "grant", "family", "wallet", "premium", "logins"]
Template = Literal["money", "rights"]
"""Which of WeChat's forms it goes out in; none: it stays in the inbox."""


@value
class TopicWords:
    """A topic as people choose it. ``fixed``: nobody may do without it in the inbox.
    ``outside``: whether it goes out unless somebody says otherwise."""

    zh: str
    en: str
    fixed: bool = False
    outside: bool = True


TOPICS: dict[Topic, TopicWords] = {
    "aid_pay": TopicWords("亲属用了我的共济", "A relative used my account"),
    "bill": TopicWords("我的账单", "My bills", outside=False),
    "code": TopicWords("我的医保码被出示、读取", "My code was shown or read"),
    "family": TopicWords("亲情账户", "Family"),
    "aid": TopicWords("共济授权", "Mutual aid: grants"),
    "wallet": TopicWords("医保钱包", "Wallet"),
    "premium": TopicWords("居民医保费", "Residents' premiums"),
    "account": TopicWords("账号安全", "Security of my log-in", fixed=True),
}


@value
class Kind:
    """One kind of notice.

    Attributes:
        tab: on which tab of the phone it puts a dot besides 我的.
        helps: what one tap leads to; the telling brings the record's id under that name
            (``freeze``: ``grant``; ``not_me``: ``binding``).
        outside: what is said of it outside the app, without names, places and health, at most 20
            letters; empty: nothing.
    """

    code: str
    topic: Topic
    tab: Tab
    helps: tuple[Help, ...]
    zh: str
    en: str
    outside: str = ""
    template: Template = "rights"


def _kind(
    code: str,
    topic: Topic,
    tab: Tab,
    helps: str,
    zh: str,
    en: str,
    outside: str = "",
    template: Template = "rights",
) -> Kind:
    return Kind(code, topic, tab, tuple(helps.split()), zh, en, outside, template)  # type: ignore[arg-type]


_EVERY = [
    # The donor, whose patient has agreed; then before that, when nothing of the other is told.
    _kind("aid_used", "aid_pay", "me", "bill freeze not_me",
          "{name}在{shop}结算，用您的个人账户付了{sum}元。",
          "{name} paid {sum} yuan from your account at {shop}.", "亲属使用了您的共济", "money"),
    _kind("aid_used_asked", "aid_pay", "me", "freeze not_me",
          "按您给出的共济授权，您的个人账户付了{sum}元。对方还没有在手机上同意这项授权。",
          "Your account paid {sum} yuan under a grant that the other has not agreed to yet.",
          "亲属使用了您的共济", "money"),
    _kind("aid_back", "aid_pay", "me", "bill",
          "{shop}退费：{name}用过的{sum}元已退还给您。",
          "{shop} gave back: {sum} yuan that {name} had used is yours again.",
          "共济退费已退还", "money"),
    _kind("aid_back_asked", "aid_pay", "me", "", "退费：您的个人账户付过的{sum}元已退还给您。",
          "Given back: {sum} yuan that your account had paid is yours again.",
          "共济退费已退还", "money"),
    _kind("aid_part_back", "aid_pay", "me", "bill",
          "{shop}部分退费：{name}用过的钱里，{sum}元已退还给您。",
          "{shop} took a part back: {sum} yuan of what {name} had used is yours again.",
          "共济退费已退还", "money"),
    _kind("aid_part_back_asked", "aid_pay", "me", "",
          "部分退费：您的个人账户付过的钱里，{sum}元已退还给您。",
          "A part was given back: {sum} yuan of what your account had paid is yours again.",
          "共济退费已退还", "money"),
    # The patient.
    _kind("bill_paid", "bill", "me", "bill", "您在{shop}结算了{sum}元。",
          "Your bill of {sum} yuan at {shop} was settled.", "您有一笔医保结算", "money"),
    _kind("bill_paid_aid", "bill", "me", "bill", "您在{shop}结算了{sum}元，其中亲属共济{aid}元。",
          "Your bill of {sum} yuan at {shop} was settled; relatives paid {aid} of it.",
          "您有一笔医保结算", "money"),
    _kind("bill_back", "bill", "me", "bill", "{shop}退费：{sum}元的账单已取消。",
          "{shop} took back a bill of {sum} yuan.", "您有一笔医保退费", "money"),
    _kind("bill_part_back", "bill", "me", "bill", "{shop}部分退费：账单少了{sum}元。",
          "{shop} took back {sum} yuan of a bill.", "您有一笔医保退费", "money"),
    # The holder of a code.
    _kind("code_shown", "code", "me", "not_me family", "{name}出示了您的医保码。",
          "{name} showed your code.", "亲属出示了您的医保码"),
    _kind("code_read", "code", "me", "", "您的医保码在{shop}被读取，还没有结算。",
          "{shop} read your code; nothing has been settled with it yet.", "您的医保码被读取"),
    # 亲情账户.
    _kind("family_asked", "family", "family", "family", "{name}想出示您的医保码，等您同意。",
          "{name} asks to show your code, and waits for your yes.", "有人等您同意亲情账户"),
    _kind("family_bound", "family", "family", "family",
          "{name}同意了，您现在可以出示他（她）的医保码。",
          "{name} has agreed: you can show that code now.", "亲情账户已生效"),
    _kind("family_child", "family", "family", "family not_me",
          "{name}以监护人身份添加了您，可以出示您的医保码。",
          "{name} has added you as a guardian, and can show your code.", "亲情账户已生效"),
    _kind("family_ended", "family", "family", "family", "您与{name}的亲情账户已解除。",
          "The family tie between you and {name} has ended.", "亲情账户已解除"),
    # 共济授权.
    _kind("grant_asked", "aid", "aid", "grant", "{name}愿意让您用他（她）的个人账户，等您同意。",
          "{name} lets you use an account, and waits for your yes.", "有人等您同意共济授权"),
    _kind("grant_agreed", "aid", "aid", "grant freeze",
          "{name}同意了您的共济授权，现在可以用您的个人账户。",
          "{name} has agreed to your grant and can use your account now.", "共济授权已生效"),
    _kind("grant_frozen", "aid", "aid", "grant", "{name}冻结了给您的共济，暂时不能使用。",
          "{name} has frozen the grant to you; it pays nothing for now.", "共济授权已冻结"),
    _kind("grant_unfrozen", "aid", "aid", "grant", "{name}给您的共济已解冻，可以使用。",
          "{name} has unfrozen the grant to you.", "共济授权已解冻"),
    _kind("grant_paused", "aid", "aid", "grant", "{name}暂停了给您的共济，{day}自动恢复。",
          "{name} has paused the grant to you; it goes on by itself on {day}.", "共济授权已暂停"),
    _kind("grant_changed", "aid", "aid", "grant", "{name}改了给您的共济的期限或限额。",
          "{name} has changed the limits or the last day of the grant to you.", "共济授权有变动"),
    _kind("grant_ended", "aid", "aid", "grant", "您与{name}的共济已解除。",
          "The grant between you and {name} has ended.", "共济授权已解除"),
    _kind("grant_ended_rule", "aid", "aid", "grant", "您与{name}的共济已自动终止：{cause}。",
          "The grant between you and {name} has ended by itself: {cause_en}.", "共济授权已终止"),
    _kind("grant_expiring", "aid", "aid", "grant", "您与{name}的共济在{day}到期。",
          "The grant between you and {name} ends on {day}.", "共济授权即将到期"),
    _kind("grant_over", "aid", "aid", "grant", "您与{name}的共济已于{day}到期。",
          "The grant between you and {name} was over on {day}.", "共济授权已到期"),
    # 医保钱包.
    _kind("wallet_opened", "wallet", "me", "wallet", "{name}为您开通了医保钱包。",
          "{name} has opened a wallet for you.", "医保钱包已开通"),
    _kind("wallet_offered", "wallet", "me", "wallet", "{name}转给您{sum}元（医保钱包），等您接收。",
          "{name} sends you {sum} yuan (wallet) and waits for you to accept.",
          "有一笔转账等您接收", "money"),
    _kind("wallet_accepted", "wallet", "me", "wallet",
          "您转给{name}的{sum}元（医保钱包）已被接收。",
          "The {sum} yuan that you sent to {name} (wallet) were accepted.",
          "您的转账已被接收", "money"),
    _kind("wallet_returned", "wallet", "me", "wallet",
          "您转给{name}的{sum}元（医保钱包）没有被接收，已退回。",
          "The {sum} yuan that you sent to {name} (wallet) were not accepted and came back.",
          "您的转账已退回", "money"),
    _kind("wallet_given_back", "wallet", "me", "wallet", "{name}退还给您{sum}元（医保钱包）。",
          "{name} gave {sum} yuan back to you (wallet).", "有一笔转账已退还给您", "money"),
    # 居民医保费.
    _kind("premium_held", "premium", "me", "premium",
          "为{name}缴{year}年居民医保费：您的账户预留了{sum}元。",
          "For the {year} premium of {name} your account has set {sum} yuan aside.",
          "您的账户预留了医保费", "money"),
    _kind("premium_taken", "premium", "me", "premium",
          "{name}的{year}年居民医保费已缴成，用了您的账户{sum}元。",
          "The {year} premium of {name} is paid; your account gave {sum} yuan.",
          "您的账户缴了医保费", "money"),
    _kind("premium_paid", "premium", "me", "premium", "{name}的{year}年居民医保费已缴成。",
          "The {year} premium of {name} is paid.", "居民医保费已缴成"),
    _kind("premium_released", "premium", "me", "premium",
          "{name}的{year}年居民医保费没有缴成，没有扣钱。",
          "The {year} premium of {name} was not paid; no money was taken.", "居民医保费没有缴成"),
    _kind("premium_refunded", "premium", "me", "premium", "{name}的{year}年居民医保费已退费。",
          "The {year} premium of {name} was given back.", "居民医保费已退费"),
    _kind("premium_short", "premium", "me", "premium",
          "账户余额不够缴{name}的{year}年居民医保费，请在扣款前补足。",
          "The accounts hold too little for the {year} premium of {name}.", "账户不够缴医保费"),
    # Log-ins.
    _kind("login_elsewhere", "account", "me", "logins",
          "您的医保身份在另一个微信上通过了实名核验，现在由它登录。",
          "Another WeChat user has passed the real-name check as you and is logged in as you.",
          "您的身份在别处登录"),
    _kind("counter_done", "account", "me", "",
          "医保窗口为您办理了：{what}（表单号{form}）。如果不是您的意思，请联系当地医保窗口。",
          "Done for you at the insurance counter: {what_en} (form {form}). If you didn't want it,"
          " tell the counter.",
          "窗口为您办理了业务"),
]  # fmt: skip
KINDS: dict[str, Kind] = {kind.code: kind for kind in _EVERY}
