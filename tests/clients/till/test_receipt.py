"""The slip: it lines up, it says who paid, and it takes what it gets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.clients.till.receipt import WIDTH, pair, receipt, wrap
from app.clients.till.sale import Item
from app.kit.words.table import width

ITEMS = [
    Item("X1", Decimal(2), Decimal("15.80"), "感冒灵颗粒 10g×9袋"),
    Item("X2", Decimal("0.5"), Decimal("498"), "一种名字特别特别特别特别长的药品名称胶囊"),
]
SETLINFO = {
    "psn_name": "王秀英", "setl_id": "123456", "setl_time": "2026-03-01 12:05:06",
    "medfee_sumamt": Decimal("280.60"), "fund_pay_sumamt": 0, "psn_part_amt": "280.60",
    "acct_pay": "230.00", "acct_mulaid_pay": 200, "psn_cash_pay": Decimal("50.60"),
    "balc": None,
    "exp_content": {
        "legs": [{"payer": "aid", "masked_name": "*敏", "relation": "女儿", "amount": 200.0}],
        "reasons": [
            {"reason": "DONOR_BALANCE_BELOW_BILL", "message": "共济人余额不足以支付本次费用。",
             "next_step": "可由家人补充，或以现金支付。"},
        ],
    },
}  # fmt: skip


def test_a_slip_a_cashier_recognises() -> None:
    slip = receipt("演示安康大药房", SETLINFO, ITEMS, [{"chrgitm_lv": "02"}, {"chrgitm_lv": "03"}])
    lines = slip.splitlines()
    assert "王秀英" not in slip and "**英" in slip
    assert pair("个人账户", "30.00") in lines and pair("家庭共济", "200.00") in lines
    assert pair("现金", "50.60") in lines and pair("总金额", "280.60") in lines
    assert any(line.startswith("乙 感冒灵颗粒") for line in lines)
    assert pair("   2 × 15.80", "31.60") in lines and pair("   0.5 × 498.00", "249.00") in lines
    assert pair("  家庭共济 *敏 (女儿)", "200.00") in lines
    assert "※ 共济人余额不足以支付本次费用。" in slip and "→ 可由家人补充" in slip
    assert "账户余额" not in slip


def test_mutual_aid_beside_the_account() -> None:
    beside = SETLINFO | {"acct_pay": "30.00"}
    beside["psn_part_amt"] = "280.60"
    assert pair("个人账户", "30.00") in receipt("药房", beside).splitlines()


def test_every_line_has_the_width() -> None:
    slip = receipt("演示安康大药房" * 9, SETLINFO, ITEMS)
    assert max(width(line) for line in slip.splitlines()) <= WIDTH
    assert pair("家庭共济", "1.00") == "家庭共济" + " " * 28 + "1.00"


def test_a_cancel_speaks_other_names() -> None:
    slip = receipt("药房", {"psn_pay": "-5.00", "cash_payamt": "-5.00", "acct_mulaid_pay": None})
    assert pair("现金", "-5.00") in slip.splitlines()
    assert pair("家庭共济", "0.00") in slip.splitlines()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from([*SETLINFO]), ANYTHING),
    st.fixed_dictionaries({}, optional={"legs": ANYTHING, "reasons": ANYTHING}),
)
def test_any_answer_makes_a_slip(setlinfo: dict[str, Any], content: dict[str, Any]) -> None:
    assert receipt("药房", setlinfo | {"exp_content": content}, ITEMS)


@given(st.text(max_size=200))
def test_wrapping_loses_nothing(text: str) -> None:
    lines = wrap(text)
    assert "".join("".join(lines).split()) == "".join(text.split())
