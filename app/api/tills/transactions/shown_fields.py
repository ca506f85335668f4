"""What a patient shows, field by field: the same wherever a message carries it (WIRE Patient)."""

from __future__ import annotations

from app.api.tills.wire.fields import code, text

_TYPE = code("mdtrt_cert_type", "就诊凭证类型", 3, "mdtrt_cert_type")
_BESIDE = (
    code("card_sn", "卡识别码", 32, required=False),
    text("psn_name", "人员姓名", 50, required=False),
)
"""Serial and name are the national text's in 1101 only; a till that has them may say them again."""
SHOWN = (_TYPE, code("mdtrt_cert_no", "就诊凭证编号", 50), *_BESIDE)
SHOWN_BEFORE = (_TYPE, code("mdtrt_cert_no", "就诊凭证编号", 50, required=False), *_BESIDE)
"""The same for 2206, which is told the number of what was shown here before, or none."""
