"""The fields of what tills ask of catalogues and dictionaries, as tables (WIRE 1301 and on)."""

from __future__ import annotations

from app.api.tills.wire.fields import Field, area, code, count, day, maybe, moment, text
from app.api.tills.wire.nodes import Node, Shape

PAGE_MAX = 1_000

_PAGE = (count("page_num", "当前页数", 4), count("page_size", "本页数据量", 4))
_QUERY_DATE = maybe(day("query_date", "查询时间点"))
_FROM, _TO = maybe(day("begndate", "开始日期")), maybe(day("enddate", "结束日期"))
_UPDATED = moment("updt_time", "更新时间")
_RID = code("rid", "唯一记录号", 40, required=False)
_TABLE = code("tabname", "表名", 50, required=False)
_POOL = code("poolarea_no", "统筹区", 6, required=False)


def _hilist() -> Field:
    return code("hilist_code", "医保目录编码", 50, required=False, capital=True)


def _place() -> Field:
    return maybe(area("insu_admdvs", "参保机构医保区划"))


def _coded(name: str, zh: str, longest: int = 3) -> Field:
    return code(name, zh, longest, name, required=False)


_LIST, _VALID = _coded("list_type", "目录类别", 6), _coded("vali_flag", "有效标志")

VERSION = Node("data", code("ver", "版本号", 20))
DOWNLOAD = Shape((VERSION,), ("file_qury_no", "filename", "dld_endtime", "data_cnt"))

ETHNIC = Node(
    "data",
    code("med_list_codg", "医疗目录编码", 50, required=False, capital=True),
    code("genname_codg", "通用名编号", 50, required=False),
    text("drug_genname", "药品通用名", 500, required=False),
    text("drug_prodname", "药品商品名", 500, required=False),
    code("vali_flag", "有效标志", 3, required=False),
    _RID,
    code("ver", "版本号", 50, required=False),
    maybe(moment("opt_begn_time", "经办开始时间")),
    maybe(moment("opt_end_time", "经办结束时间")),
    maybe(day("updt_time", "更新时间")),
    *_PAGE,
)
HILIST = Node(
    "data",
    _QUERY_DATE,
    _hilist(),
    _place(),
    _FROM,
    text("hilist_name", "医保目录名称", 200, required=False),
    code("wubi", "五笔助记码", 50, required=False),
    code("pinyin", "拼音助记码", 300, required=False),
    _coded("med_chrgitm_type", "医疗收费项目类别", 6),
    _coded("chrgitm_lv", "收费项目等级"),
    _coded("lmt_used_flag", "限制使用标志"),
    _LIST,
    _coded("med_use_flag", "医疗使用标志"),
    _coded("matn_used_flag", "生育使用标志"),
    _coded("hilist_use_type", "医保目录使用类别"),
    _coded("lmt_cpnd_type", "限复方使用类型"),
    _VALID,
    _UPDATED,
    *_PAGE,
)
MATCH = Node(
    "data",
    _QUERY_DATE,
    code("med_list_codg", "定点医药机构目录编号", 50, required=False, capital=True),
    _hilist(),
    _LIST,
    _place(),
    _FROM,
    _VALID,
    _UPDATED,
    *_PAGE,
)
OWN = Node(
    "data",
    _QUERY_DATE,
    code("fixmedins_code", "定点医药机构编号", 30, required=False, capital=True),
    code("medins_list_codg", "定点医药机构目录编号", 150, required=False),
    text("medins_list_name", "定点医药机构目录名称", 100, required=False),
    _place(),
    _LIST,
    code("med_list_codg", "医疗目录编码", 50, required=False, capital=True),
    _FROM,
    _VALID,
    _UPDATED,
    *_PAGE,
)
LIMITS = Node(
    "data",
    _QUERY_DATE,
    _hilist(),
    _coded("hilist_lmtpric_type", "医保目录限价类型", 6),
    _coded("overlmt_dspo_way", "医保目录超限处理方式", 6),
    _place(),
    _FROM,
    _TO,
    _VALID,
    _RID,
    _TABLE,
    _POOL,
    _UPDATED,
    *_PAGE,
)
SHARES = Node(
    "data",
    _QUERY_DATE,
    _hilist(),
    _coded("selfpay_prop_psn_type", "医保目录自付比例人员类别", 6),
    _coded("selfpay_prop_type", "目录自付比例类别", 6),
    _place(),
    _FROM,
    _TO,
    _VALID,
    _RID,
    _TABLE,
    _POOL,
    _UPDATED,
    *_PAGE,
)
WORDS = Node(
    "data",
    code("type", "字典类型", 30),
    code("parent_value", "父字典键值", 10, required=False),
    code("admdvs", "行政区划", 6, "admdvs"),
    day("date", "查询日期"),
    code("vali_flag", "有效标志", 3, "vali_flag"),
)
INSTITUTION = Node(
    "medinsinfo",
    code("fixmedins_type", "定点医疗服务机构类型", 6, "fixmedins_type"),
    text("fixmedins_name", "定点医药机构名称", 200, required=False),
    code("fixmedins_code", "定点医药机构编号", 14, required=False, capital=True),
)
_OWN_CODE = code("fixmedins_hilist_id", "定点医药机构目录编号", 30)
_OF_LIST = code("list_type", "目录类别", 30, "list_type")
_ITEM = code("med_list_codg", "医疗目录编码", 50, capital=True)
_OWN_NAME, _NAMED = "fixmedins_hilist_name", "定点医药机构目录名称"
MAPPED = (
    _OWN_CODE,
    text(_OWN_NAME, _NAMED, 100),
    _OF_LIST,
    _ITEM,
    _FROM,
    _TO,
    text("aprvno", "批准文号", 30, required=False),
    text("dosform", "剂型", 200, required=False),
    text("exct_cont", "除外内容", 2_000, required=False),
    text("item_cont", "项目内涵", 2_000, required=False),
    text("prcunt", "计价单位", 100, required=False),
    text("spec", "规格", 200, required=False),
    text("pacspec", "包装规格", 100, required=False),
    text("memo", "备注", 500, required=False),
)
MAPPED_A = (
    _OWN_CODE,
    text(_OWN_NAME, _NAMED, 200),
    *MAPPED[2:],
    text("scdz", "产地", 200, required=False),
    text("prdr_name", "生产厂家名称", 200, required=False),
)
UNMAPPED = (
    code("fixmedins_code", "定点医药机构编号", 30, capital=True),
    _OWN_CODE,
    _OF_LIST,
    _ITEM,
)
