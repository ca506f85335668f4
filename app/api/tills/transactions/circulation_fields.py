"""What 7201 to 7211 are given, field by field. All of it is in camelCase."""

from __future__ import annotations

from app.api.tills.transactions.prescribing_fields import wanted
from app.api.tills.wire.fields import (
    code,
    count,
    document,
    flag,
    quantity,
    record_number,
    text,
    unread,
    written_moment,
)
from app.api.tills.wire.nodes import Node, Rows, Shape

_WHO = (
    wanted("ipInfo", "终端IP", "c64"),
    wanted("opter", "操作人ID", "c20"),
    wanted("opterName", "操作人姓名", "c50"),
    wanted("optinsNo", "操作机构", "c20"),
)
_SHOP = code("fixmedinsCode", "定点医药机构编号", 20, capital=True)
_NUMBER = code("hiRxno", "医保处方编号", 30)
_TOKEN = code("epcToken", "电子处方令牌", 100)
LISTED = Node(
    "data",
    _SHOP,
    text("psnName", "人员姓名", 40),
    code("psnCertType", "人员证件类型", 6, "psn_cert_type"),
    code("certno", "证件号码", 50),
    code("ecToken", "电子凭证令牌", 64, required=False),
    code("regSn", "身份登记流水号", 40, required=False),
    *_WHO,
    unread("outFlag", "异地处方查询标志位", "c3", "out_flag"),
    unread("outPoolareaNo", "异地处方医保区划", "c6"),
    unread("insuPlcNo", "参保地编号", "c6"),
)
ONLINE = Node(
    "data",
    code("hiRxno", "医保处方编号", 40),
    _SHOP,
    code("authCircBizSn", "线上流转授权业务流水号", 40),
    wanted("epcChnlId", "渠道应用id", "c40"),
    *_WHO,
)
SCANNED = Node(
    "data",
    code("epcQrcd", "电子处方二维码码值", 40),
    _SHOP,
    wanted("devInfo", "终端信息", "c255"),
    *_WHO,
)
FETCHED = Node(
    "data",
    _TOKEN,
    record_number("authRxno", "医保处方授权编号"),
    _SHOP,
    wanted("devInfo", "终端信息", "c255"),
    *_WHO,
)
VERIFIED = Node(
    "data",
    _NUMBER,
    code("fixmedinsCode", "定点医药机构编号", 40, capital=True),
    code("rxTraceCode", "处方追溯码", 20),
    document("rxFile", "处方文件"),
    _TOKEN,
)
CHECKED = Node(
    "data",
    _NUMBER,
    _TOKEN,
    code("ecToken", "审方药师电子凭证令牌", 64),
    _SHOP,
    wanted("fixmedinsName", "定点医药机构名称", "c200"),
    code("pharCertType", "审方药师证件类型", 6, "psn_cert_type"),
    code("pharCertno", "审方药师证件号码", 50),
    text("pharName", "审方药师姓名", 50),
    code("pharCode", "审方医保药师代码", 50),
    text("rxChkOpnn", "处方审核意见", 2000),
    code("rxChkStasCodg", "处方审核状态代码", 10, "rx_chk_stas_codg"),
    written_moment("rxChkTime", "处方审核时间"),
    code("rxSignVerifySn", "处方签名验签流水号", 40),
)
SOLD = Node(
    "data",
    _NUMBER,
    _SHOP,
    wanted("fixmedinsName", "定点医药机构名称", "c200"),
    unread("rchkPharCertType", "复核药师证件类型", "c6", "psn_cert_type"),
    unread("rchkPharCertno", "复核药师证件编号", "c50"),
    unread("rchkPharName", "复核药师姓名", "c40"),
    unread("dspeerCertType", "配药人证件类型", "c6", "psn_cert_type"),
    unread("dspeerCertno", "配药人证件编号", "c50"),
    unread("dspeerName", "配药人姓名", "c40"),
    record_number("rxChkBizSn", "处方审核业务流水号"),
    flag("hiFeesetlFlag", "医疗保险结算标志位", 3, "hi_feesetl_flag", required=False),
    unread("psnCashPay", "现金支付总费用", "n14,2"),
)
SOLD_LINES = Rows(
    "rxSaleDrugDetl",
    text("rtalDocno", "零售单据号", 40),
    text("stooutNo", "销售出库单据号", 40, required=False),
    written_moment("stooutTime", "销售出库时间"),
    code("medListCodg", "医疗目录编码", 50, capital=True),
    code("medinsListCodg", "医药机构目录编码", 50),
    text("drugProdname", "药品商品名", 100, required=False),
    text("drugGenname", "通用名", 100),
    text("drugSpec", "规格", 500),
    text("drugDosform", "剂型", 50, required=False),
    text("prdrName", "厂家", 1000, required=False),
    text("aprvno", "批准文号", 100, required=False),
    text("manuLotnum", "生产批号", 30, required=False),
    text("bchno", "批次号", 30, required=False),
    code("drugstdcode", "药品本位码", 50, required=False),
    code("drugTraceCodg", "药品追溯码", 30, required=False),
    code("drugProdBarc", "药品条形码", 30, required=False),
    text("shelfLoc", "货架位号", 20, required=False),
    quantity("drugTotlcnt", "数量", 16, 2),
    text("drugTotlcntEmp", "库存（包装）单位", 40),
    unread("drugSumamt", "药品金额", "n16,6"),
)
UNSOLD = Node(
    "data",
    _NUMBER,
    _SHOP,
    unread("hiFeesetlFlag", "医疗保险结算标志位", "c3"),
    code("selStooutSn", "销售出库流水号", 30, required=False),
)
_WHERE = (
    unread("delverLng", "配送员经度", "c30"),
    unread("delverLat", "配送员纬度", "c30"),
    unread("delverGeoType", "配送员坐标类型", "c3", "delver_geo_type"),
)
SENT = Node(
    "data",
    _NUMBER,
    text("delvNo", "配送单号", 30),
    text("delvAddr", "配送地址", 200),
    unread("delvDtce", "配送距离", "n10,2"),
    code("delvEntpNo", "配送企业编号", 30, required=False),
    text("delvEntpName", "配送企业名称", 50),
    code("delverCertType", "配送员证件类型", 3, "psn_cert_type", required=False),
    text("delverCertno", "配送员证件号码", 50, required=False),
    text("delverName", "配送员姓名", 30, required=False),
    text("delverTel", "配送员电话", 20, required=False),
    code("delvStasCodg", "配送状态编码", 6, "delv_stas_codg"),
    text("delvStasName", "配送状态名称", 20, required=False),
    text("delvStasDscr", "配送状态描述", 20, required=False),
    written_moment("delvStasTime", "配送状态时间"),
    *_WHERE,
    text("delvConner", "配送联系人", 30),
    text("delvConTel", "配送联系电话", 20, required=False),
    _SHOP,
    wanted("fixmedinsName", "定点医药机构名称", "c200"),
)
HANDED = Node(
    "data",
    _NUMBER,
    text("delvNo", "配送单号", 30, required=False),
    text("delvStasDscr", "配送状态描述", 20, required=False),
    code("delverCertType", "配送员证件类型", 3, "psn_cert_type"),
    text("delverCertno", "配送员证件号码", 50),
    text("delverName", "配送员姓名", 30),
    text("delverTel", "配送员电话", 20, required=False),
    written_moment("delvStasTime", "配送状态时间"),
    *_WHERE,
    code("chkWayCodg", "核验方式编码", 3, "chk_way_codg", required=False),
    code("delvEntpNo", "配送企业编号", 30, required=False),
)
SEARCHED = Node(
    "data",
    _SHOP,
    code("medListCodg", "医疗目录编码", 50, required=False, capital=True),
    unread("medListCodgs", "医疗目录编码列表", "node"),
    text("drugName", "医疗目录药品名称", 500, required=False),
    unread("dualchnlFlag", "是否双通道标志", "c3"),
    unread("oppoolFlag", "是否门诊统筹标志", "c3"),
    unread("begntime", "开始时间", "time"),
    unread("endtime", "结束时间", "time"),
    count("pageNum", "分页码值", 3),
    count("pageSize", "分页大小", 3),
)
LIST = Shape((LISTED,), ("data[]",))
ONE_ONLINE = Shape((ONLINE,), ("data",))
ONE_SCANNED = Shape((SCANNED,), ("data",))
FETCH = Shape((FETCHED,), ("data", "rxDetlList[]", "rxOtpinfo", "rxDiseList[]"))
VERIFY = Shape((VERIFIED,), ("data",))
CHECK = Shape((CHECKED,), ("data",))
SELL = Shape((SOLD, SOLD_LINES), ("data",))
UNSELL = Shape((UNSOLD,), ("data",))
SEND = Shape((SENT,), ("data",))
HAND_OVER = Shape((HANDED,), ("data",))
SEARCH = Shape((SEARCHED,), ("data", "list[]"))
