"""Refusals of a cashier who signs in, and of the manager who lets cashiers in."""

from app.kit.reasons import Reason

CASHIER_WRONG = Reason(
    "CASHIER_WRONG", 403,
    "工号或密码不对。", "请重新输入；忘记密码请店长重设。再错{left}次会锁住一会儿。",
    "The number or the PIN is wrong.",
    "Try again; the manager can set a new PIN. After {left} more it is locked for a while.",
    fixer="institution",
)  # fmt: skip
CASHIER_LOCKED = Reason(
    "CASHIER_LOCKED", 429,
    "密码错的次数太多，这个工号已锁住。", "请{wait}后再试，或请店长重设密码。",
    "Too many wrong PINs: this number is locked for a while.",
    "Try again in {wait_en}, or let the manager set a new PIN.",
    fixer="institution",
)  # fmt: skip
PIN_WEAK = Reason(
    "PIN_WEAK", 422,
    "这个密码太容易猜。", "请用6位数字，不要用连续、重复的数字或工号。",
    "This PIN is guessed too easily.",
    "Use six digits that neither follow one another nor repeat, and not the cashier's number.",
    fixer="institution",
)  # fmt: skip
CASHIER_UNKNOWN = Reason(
    "CASHIER_UNKNOWN", 404,
    "本机构没有这个工号。", "请核对工号，或先登记这位收银员。",
    "This institution has no cashier of that number.", "Check it, or let the cashier in first.",
    fixer="institution",
)  # fmt: skip
