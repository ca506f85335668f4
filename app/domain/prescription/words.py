"""The states of a prescription by their codes, which the national text names without a list, and
what people call them."""

from __future__ import annotations

from app.domain.prescription.values import Opinion, State, Use
from app.words import Word

EXPIRED = ("2", Word("已失效", "run out"))
STATES: dict[State, tuple[str, Word]] = {
    State.CHECKED: ("0", Word("待上传", "not issued yet")),
    State.ISSUED: ("1", Word("有效", "good")),
    State.WITHDRAWN: ("3", Word("已撤销", "withdrawn")),
    State.SOLD: ("1", Word("有效", "good")),
}
USES: dict[Use, tuple[str, Word]] = {
    Use.NONE: ("1", Word("未使用", "not used")),
    Use.WHOLE: ("2", Word("已使用", "used up")),
    Use.PART: ("3", Word("部分使用", "used in part")),
}
OPINIONS: dict[Opinion, tuple[str, Word]] = {
    Opinion.PASSED: ("1", Word("审核通过", "found right")),
    Opinion.REFUSED: ("2", Word("审核不通过", "not found right")),
}
UNCHECKED = ("0", Word("未审核", "not looked at"))
"""Of what no pharmacist has looked at yet."""
