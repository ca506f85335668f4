"""What who looks up a trace code is told (SOURCES S170), and what would help."""

from __future__ import annotations

from typing import Literal

from app.words import Word

Seen = Literal["none", "mine", "other", "more"]
Said = Seen | Literal["before"]
"""What is said of it. ``before``: of ``more``, it was sold before this person bought it."""
SAYS: dict[Said, Word] = {
    "none": Word("没有这盒药的医保销售记录。", "There is no sale of this box."),
    "mine": Word("这盒药有一次销售，就是您的。", "This box was sold once, to you."),
    "other": Word(
        "这盒药有一次销售，但不是用您的医保。", "This box was sold once, and not on your insurance."
    ),
    "more": Word("这盒药有不止一次销售。", "This box was sold more than once."),
    "before": Word("这盒药在您买之前已经卖出过。", "This box had been sold before you bought it."),
}
NEXT: dict[Said, Word] = {
    "none": Word(
        "刚买的药，请过两天再查；仍查不到的，可向购药机构或当地医保部门反映。",
        "Just bought: look again in two days; else ask the shop or the insurance office.",
    ),
    "mine": Word("不用做什么。", "Nothing to do."),
    "other": Word(
        "家人代买或自费购买的属正常；否则请带上药盒和小票，向购药机构或当地医保部门反映。",
        "That is right if a relative bought it; else take box and slip to the shop or the office.",
    ),
    "more": Word(
        "请保留药盒和小票，向购药机构或当地医保部门反映；可能买到回流药，请勿服用。",
        "Keep box and slip, tell the shop or the insurance office, and don't take the medicine.",
    ),
    "before": Word(
        "可能是回流药，请先不要服用。请保留药盒和小票，找卖给您的机构核对、退换；"
        "说不清的，拨打12393向医保部门反映。",
        "Don't take it yet: it may have been sold back. Keep box and slip, have the shop that sold"
        " it to you look and take it back; if it can't explain it, call the office (12393).",
    ),
}
