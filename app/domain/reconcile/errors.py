"""Refusals of the reconciliation with institutions."""

from app.kit.reasons import Reason

FILE_TOO_LARGE = Reason(
    "FILE_TOO_LARGE", 413,
    "文件超过{limit}MB。", "请缩短对账日期范围，分几次上传。",
    "The file is larger than {limit} MB.", "Split it by date.", fixer="institution",
)  # fmt: skip
FILE_QUOTA = Reason(
    "FILE_QUOTA", 429,
    "本机构暂存的文件过多。", "请等已上传的文件过期后再传。",
    "Too many files of this institution are kept.", "Wait until older ones expire.",
    fixer="institution",
)  # fmt: skip
FILE_UNKNOWN = Reason(
    "FILE_UNKNOWN", 404,
    "没有这个文件，或已过期。", "请核对file_qury_no，或重新上传。",
    "There is no such file, or it has expired.", "Check file_qury_no, or upload it again.",
    fixer="institution",
)  # fmt: skip
FILE_INVALID = Reason(
    "FILE_INVALID", 422,
    "对账文件不合规范：{detail}。", "请按接口规范（zip内一个UTF-8制表符分隔的txt）重新生成后上传。",
    "The file is not right.", "Make it again: a zip with one tab-separated UTF-8 text.",
    fixer="institution",
)  # fmt: skip
FILE_TOTALS_DIFFER = Reason(
    "FILE_TOTALS_DIFFER", 409,
    "文件合计与报文不一致：{detail}。", "请核对文件是否完整后重新上传。",
    "The file's totals are not those of the message.", "Check that the file is whole.",
    fixer="institution",
)  # fmt: skip
STATEMENT_PERIOD = Reason(
    "STATEMENT_PERIOD", 422,
    "对账日期范围不正确，最多{days}天。", "请改正stmt_begndate和stmt_enddate。",
    "The period is not right; at most {days} days.", "Correct the dates.", fixer="institution",
)  # fmt: skip
