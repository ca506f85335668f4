"""What people are told of: one line a kind. Pure.

A person chooses topics, not kinds. Figures of the words: ``name`` (a person, masked), ``shop`` (an
institution), ``sum`` and ``aid`` (yuan), ``day``, ``year``, ``cause``, ``what`` on which ``form``;
``child``: whose guardian is told.
"""

from __future__ import annotations

from typing import Literal

from app.kit.value import value

Topic = Literal[
    "aid_pay", "bill", "code", "child", "family", "aid", "wallet", "premium", "insurance", "account"
]
Tab = Literal["codes", "family", "aid", "me"]
Help = Literal[
    "bill",
    "freeze",
    "not_me",
    "grant",
    "family",
    "wallet",
    "premium",
    "balance",
    "logins",
    "prescription",
]
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
    "child": TopicWords("孩子的医保码、账单", "My child's code and bills"),
    "family": TopicWords("亲情账户", "Family"),
    "aid": TopicWords("共济授权", "Mutual aid: grants"),
    "wallet": TopicWords("医保钱包", "Wallet"),
    "premium": TopicWords("居民医保费", "Residents' premiums"),
    "insurance": TopicWords("我的参保登记", "My insurance record"),
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
    # The donor who was asked first and said nothing.
    _kind("ask_silent_paid", "aid_pay", "me", "grant",
          "{name}在{shop}的账单问过您能否付{sum}元，没有等到您的回答：账单已结算，没有用您的钱。",
          "You were asked for {sum} yuan of a bill of {name} at {shop} and did not answer in time:"
          " it was settled without your money.",
          "有一笔共济没有等到您的回答", "money"),
    _kind("ask_silent_refused", "aid_pay", "me", "grant",
          "{name}在{shop}的账单问过您能否付{sum}元，没有等到您的回答：账单没有结算，没有用您的钱。",
          "You were asked for {sum} yuan of a bill of {name} at {shop} and did not answer in time:"
          " it was not settled, and took none of your money.",
          "有一笔共济没有等到您的回答", "money"),
    _kind("ask_silent", "aid_pay", "me", "grant",
          "按您给出的共济授权，问过您能否付{sum}元，没有等到您的回答，没有用您的钱。",
          "Under a grant of yours you were asked for {sum} yuan and did not answer in time; none of"
          " your money was used.",
          "有一笔共济没有等到您的回答", "money"),
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
    # A doctor has prescribed: what, is told to nobody but who opens it.
    _kind("prescription_issued", "bill", "me", "prescription",
          "{shop}给您开了一张电子处方，{day}前有效，可以到药店取药。",
          "{shop} has issued a prescription for you, good until {day}; pharmacies dispense it.",
          "您有一条新的医保消息"),
    # The guardians of a child, beside the child.
    _kind("child_prescription_issued", "child", "me", "prescription",
          "{shop}给您的孩子{child}开了一张电子处方，可以到药店取药。",
          "{shop} has issued a prescription for your child {child}; pharmacies dispense it.",
          "您的孩子有一条新的医保消息"),
    _kind("child_bill_paid", "child", "me", "family", "您的孩子{child}在{shop}结算了{sum}元。",
          "A bill of {sum} yuan of your child {child} at {shop} was settled.",
          "您的孩子有一笔医保结算", "money"),
    _kind("child_bill_back", "child", "me", "family",
          "您的孩子{child}：{shop}退费，{sum}元的账单已取消。",
          "{shop} took back a bill of {sum} yuan of your child {child}.",
          "您的孩子有一笔医保退费", "money"),
    _kind("child_bill_part_back", "child", "me", "family",
          "您的孩子{child}：{shop}部分退费，账单少了{sum}元。",
          "{shop} took back {sum} yuan of a bill of your child {child}.",
          "您的孩子有一笔医保退费", "money"),
    _kind("child_code_shown", "child", "me", "family", "{name}出示了您的孩子{child}的医保码。",
          "{name} showed the code of your child {child}.", "您孩子的医保码被出示"),
    _kind("child_code_read", "child", "me", "family",
          "您的孩子{child}的医保码在{shop}被读取，还没有结算。",
          "{shop} read the code of your child {child}; nothing has been settled with it yet.",
          "您孩子的医保码被读取"),
    _kind("child_family_child", "child", "family", "family",
          "{name}以监护人身份添加了您的孩子{child}，可以出示孩子的医保码。如果不认识，请联系当地医保窗口。",
          "{name} has added your child {child} as a guardian, and can show the child's code. If you"
          " don't know that person, tell the insurance counter.",
          "有人添加了您的孩子"),
    _kind("child_family_ended", "child", "family", "family",
          "您的孩子{child}与{name}的亲情账户已解除。",
          "The family tie between your child {child} and {name} has ended.",
          "您孩子的亲情账户已解除"),
    _kind("child_grant_ended", "child", "family", "family", "您的孩子{child}与{name}的共济已解除。",
          "The grant between your child {child} and {name} has ended.", "您孩子的共济已解除"),
    _kind("child_wallet_placed", "child", "me", "family",
          "您的孩子{child}的医保钱包的使用地改成了{place}。",
          "The wallet of your child {child} is used at {place_en} from now on.",
          "您孩子的医保钱包使用地已更改"),
    # 亲情账户.
    _kind("family_asked", "family", "family", "family", "{name}想出示您的医保码，等您同意。",
          "{name} asks to show your code, and waits for your yes.", "有人等您同意亲情账户"),
    _kind("family_bound", "family", "family", "family",
          "{name}同意了，您现在可以出示他（她）的医保码。",
          "{name} has agreed: you can show that code now.", "亲情账户已生效"),
    _kind("family_child", "family", "family", "family not_me",
          "{name}以监护人身份添加了您，可以出示您的医保码。",
          "{name} has added you as a guardian, and can show your code.", "亲情账户已生效"),
    _kind("binding_to_confirm", "family", "family", "family",
          "您已经长大：{name}要继续出示您的医保码，需要您自己同意。",
          "You have come of age: {name} can go on showing your code once you agree yourself.",
          "亲情账户等您本人同意"),
    _kind("binding_to_confirm_child", "family", "family", "family",
          "{name}已经长大：您要继续出示他（她）的医保码，需要他（她）在手机上或窗口同意。",
          "{name} has come of age: to go on showing that code, you need a yes on the phone or at"
          " the counter.",
          "亲情账户等对方本人同意"),
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
    _kind("grant_stands", "aid", "aid", "grant freeze", "您与{name}的共济没有终止，仍然有效。",
          "The grant between you and {name} has not ended after all; it stands.",
          "共济授权仍然有效"),
    _kind("grant_freed", "aid", "aid", "grant", "您与{name}的共济现在起可以随时解除。",
          "The grant between you and {name} may be ended at any time from now on.",
          "共济授权可以解除了"),
    # 医保钱包.
    _kind("wallet_opened", "wallet", "me", "wallet", "{name}为您开通了医保钱包。",
          "{name} has opened a wallet for you.", "医保钱包已开通"),
    _kind("wallet_placed", "wallet", "me", "wallet", "您的医保钱包的使用地改成了{place}。",
          "Your wallet is used at {place_en} from now on.", "医保钱包使用地已更改"),
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
    _kind("premium_open", "premium", "me", "premium",
          "{name}的参保登记有变动，{year}年居民医保费可能不用缴了，您可以撤回。",
          "The insurance record of {name} has changed: the {year} premium may not be needed any"
          " more, and you can take it back.",
          "代缴的医保费请您看一下"),
    # What happened to a person.
    _kind("event_noted", "insurance", "me", "",
          "您的参保登记有变动：{cause}。如果不对，请联系当地医保窗口。",
          "Your insurance record has changed: {cause_en}. If that is wrong, tell the insurance"
          " counter.",
          "您的参保登记有变动"),
    _kind("account_moved", "insurance", "me", "balance",
          "您的参保地变了，个人账户已随您转到新的参保地，余额不变。",
          "You are insured in another province now; your personal account came along with all that"
          " was in it.",
          "您的个人账户已转移"),
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
