"""Reasons of the books."""

from app.kit.reasons import Reason

MONTH_AWAY = Reason(
    "MONTH_AWAY",
    409,
    "{begin}以前的账目已移入归档，在这里查不到，那时的单子也暂时退不了。",
    "请查{begin}起的明细；要查更早的账或退更早的单子，请联系参保地医保经办机构取回归档。",
    "The books of before {begin} lie in an archive: they can't be shown here, and no bill of that time can be given back.",
    "Ask for {begin} and later; for what is older, ask the insurance bureau to bring it back.",
    fixer="bureau",
)
