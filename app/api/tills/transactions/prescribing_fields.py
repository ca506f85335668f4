"""What 7101 to 7107 are given, field by field. All of it is in camelCase."""

from __future__ import annotations

from app.api.tills.wire.fields import (
    Field,
    code,
    count,
    document,
    moment,
    quantity,
    text,
    unread,
    written_moment,
)
from app.api.tills.wire.nodes import Node, Rows, Shape


def wanted(name: str, zh: str, type: str, codes: str = "") -> Field:
    """A field that has to be there, and makes no difference but that it is kept."""
    return unread(name, zh, type, codes, required=True)


_HERBS = (
    unread("rxUsedWayCodg", "处方整剂用法编号", "c20", "rx_used_way_codg"),
    unread("rxUsedWayName", "处方整剂用法名称", "c40"),
    unread("rxFrquCodg", "处方整剂频次编号", "c20", "rx_frqu_codg"),
    unread("rxFrquName", "处方整剂频次名称", "c40"),
    unread("rxDosunt", "处方整剂剂量单位", "c20"),
    unread("rxDoscnt", "处方整剂单次剂量数", "n16,2"),
    unread("rxDrordDscr", "处方整剂医嘱说明", "c400"),
)
HEAD = Node(
    "data",
    code("mdtrtCertType", "就诊凭证类型", 3, "mdtrt_cert_type"),
    unread("mdtrtCertNo", "就诊凭证编号", "c50"),
    unread("cardSn", "卡识别码", "c32"),
    code("bizTypeCode", "业务类型代码", 3, "biz_type_code"),
    code("rxExraAttrCode", "处方附加属性代码", 3, "rx_exra_attr_code", required=False),
    unread("ecToken", "电子凭证令牌", "c64"),
    unread("authNo", "电子凭证线上身份核验流水号", "c100"),
    unread("insuPlcNo", "参保地编号", "c6"),
    unread("mdtrtareaNo", "就医地编号", "c6"),
    code("hospRxno", "定点医疗机构处方编号", 40),
    code("initRxno", "续方的原处方编号", 40, required=False),
    code("rxTypeCode", "处方类别代码", 3, "rx_type_code"),
    moment("prscTime", "开方时间"),
    quantity("rxDrugCnt", "药品类目数（剂数）", 16, 4),
    *_HERBS,
    count("valiDays", "处方有效天数", 10),
    moment("valiEndTime", "有效截止时间"),
    unread("reptFlag", "复用标志", "c3", "rept_flag"),
    unread("maxReptCnt", "最大复用次数", "n3"),
    unread("minInrvDays", "最小使用间隔天数", "n3"),
    code("rxCotnFlag", "续方标志", 3, "rx_cotn_flag"),
    code("longRxFlag", "长期处方标志", 3, "long_rx_flag", required=False),
)
DRUGS = Rows(
    "rxdrugdetail",
    code("medListCodg", "医疗目录编码", 50, capital=True),
    code("fixmedinsHilistId", "定点医药机构目录编号", 30, required=False),
    code("rxItemTypeCode", "处方项目分类代码", 30, "rx_item_type_code"),
    code("otcFlag", "是否OTC药品", 3, "otc_flag", required=False),
    text("drugGenname", "药品通用名", 100),
    text("drugDosform", "药品剂型", 30),
    text("drugSpec", "药品规格", 40),
    code("medcWayCodg", "用药途径代码", 10, "drug_medc_way"),
    text("medcWayDscr", "用药途径描述", 100),
    written_moment("medcBegntime", "用药开始时间"),
    written_moment("medcEndtime", "用药结束时间"),
    quantity("medcDays", "用药天数", 8, 2),
    text("sinDosunt", "单次剂量单位", 20),
    quantity("sinDoscnt", "单次用量", 16, 4),
    code("usedFrquCodg", "使用频次编码", 10, "used_frqu"),
    text("usedFrquName", "使用频次名称", 30),
    text("drugDosunt", "药品总用药量单位", 20),
    quantity("drugCnt", "药品总用药量", 16, 4),
    code("hospApprFlag", "医院审批标志", 3, "hosp_appr_flag"),
    code("selfPayRea", "自费原因类型", 6, "self_pay_rea", required=False),
    text("realDscr", "自费原因描述", 1000, required=False),
    text("drugProdname", "药品商品名", 255, required=False),
    text("prdrName", "生产厂家", 100, required=False),
    unread("drugPric", "药品单价", "n16,6"),
    unread("drugSumamt", "药品金额", "n16,2"),
)
VISIT = Node(
    "mdtrtinfo",
    code("fixmedinsCode", "定点医疗机构编号", 20, capital=True),
    wanted("fixmedinsName", "定点医疗机构名称", "c200"),
    code("mdtrtId", "医保就诊ID", 30),
    code("medType", "医疗类别", 6, "med_type"),
    wanted("iptOtpNo", "门诊/住院号", "c30"),
    code("psnNo", "医保人员编号", 30),
    text("patnName", "患者姓名", 40),
    code("psnCertType", "人员证件类型", 6, "psn_cert_type"),
    code("certno", "证件号码", 50),
    wanted("patnAge", "年龄", "n4,1"),
    wanted("gend", "性别", "c6", "gend"),
    text("prscDeptName", "开方科室名称", 50),
    wanted("prscDeptCode", "开方科室编号", "c30"),
    code("drCode", "开方医保医师代码", 20),
    text("prscDrName", "开方医师姓名", 50),
    wanted("drProfttlCodg", "开方医师职称编码", "c20"),
    wanted("drProfttlName", "开方医师职称名称", "c20"),
    wanted("drDeptCode", "开方医师科室编码", "c30"),
    wanted("drDeptName", "开方医师科室名称", "c50"),
    moment("mdtrtTime", "就诊时间"),
    wanted("spDiseFlag", "特殊病种标志", "c3", "sp_dise_flag"),
    code("maindiagCode", "主诊断代码", 30),
    text("maindiagName", "主诊断名称", 100),
    text("diseCondDscr", "疾病病情描述", 2000, required=False),
    code("diseCodg", "病种编码", 30, required=False),
    text("diseName", "病种名称", 500, required=False),
)
FOUND = Rows(
    "diseinfo",
    code("diagType", "诊断类别", 3, "diag_type"),
    code("maindiagFlag", "主诊断标志", 3, "maindiag_flag"),
    count("diagSrtNo", "诊断排序号", 2),
    code("diagCode", "诊断代码", 30),
    text("diagName", "诊断名称", 100),
    wanted("diagDept", "诊断科室", "c50"),
    wanted("diagDrNo", "诊断医师代码", "c30"),
    wanted("diagDrName", "诊断医师姓名", "c50"),
    wanted("diagTime", "诊断时间", "time"),
)
_FIRST = (
    code("rxTraceCode", "处方追溯码", 20),
    code("hiRxno", "医保处方编号", 30),
    code("mdtrtId", "医保就诊ID", 30),
    text("patnName", "患者姓名", 40),
    code("psnCertType", "人员证件类型", 6, "psn_cert_type"),
    code("certno", "证件号码", 50),
    text("fixmedinsName", "定点医疗机构名称", 200),
    code("fixmedinsCode", "定点医疗机构编号", 20, capital=True),
    code("drCode", "开方医保医师代码", 20),
    text("prscDrName", "开方医师姓名", 50),
    text("pharDeptName", "审方药师科室名称", 50),
    code("pharDeptCode", "审方药师科室编号", 30),
    code("pharProfttlCodg", "审方药师职称编码", 20, required=False),
    text("pharProfttlName", "审方药师职称名称", 20, required=False),
    code("pharCode", "审方医保药师代码", 20),
    code("pharCertType", "审方药师证件类型", 6, "psn_cert_type", required=False),
    text("pharCertno", "审方药师证件号码", 50, required=False),
    text("pharName", "审方药师姓名", 50),
    code("pharPracCertNo", "审方药师执业资格证号", 50, required=False),
    written_moment("pharChkTime", "医疗机构药师审方时间"),
)
ISSUED = Node(
    "data",
    *_FIRST,
    document("rxFile", "处方原件"),
    text("signDigest", "处方信息签名值", 4000),
    unread("extras", "扩展字段", "c4000"),
)
TO_SIGN = Node("data", *_FIRST)
"""The first twenty fields of 7103: what is signed."""
SIGNED = Node(
    "data",
    code("fixmedinsCode", "定点机构代码", 20, capital=True),
    text("originalValue", "原始待签名处方信息", 4000),
    document("originalRxFile", "原始待签名处方文件"),
    unread("extras", "扩展字段", "c4000"),
)
WITHDRAWN = Node(
    "data",
    code("hiRxno", "医保处方编号", 30),
    code("fixmedinsCode", "定点医疗机构编号", 20, capital=True),
    code("drCode", "撤销医师的医保医师代码", 20),
    text("undoDrName", "撤销医师姓名", 50),
    code("undoDrCertType", "撤销医师证件类型", 6, "psn_cert_type"),
    text("undoDrCertno", "撤销医师证件号码", 50),
    text("undoRea", "撤销原因描述", 200),
    written_moment("undoTime", "撤销时间"),
)
LOOKED_AT = Node(
    "data",
    code("fixmedinsCode", "定点医疗机构编号", 20, capital=True),
    code("hiRxno", "医保处方号", 30),
    code("mdtrtId", "医保就诊ID", 30),
    text("psnName", "人员名称", 50),
    code("psnCertType", "人员证件类型", 6, "psn_cert_type"),
    code("certno", "证件号码", 50),
)
CHECK = Shape((HEAD, DRUGS, VISIT, FOUND), ("data",))
SIGN = Shape((SIGNED,), ("data",))
ISSUE = Shape((ISSUED,), ("data",))
WITHDRAW = Shape((WITHDRAWN,), ("data",))
LOOK = Shape((LOOKED_AT,), ("data", "rxDetlList[]", "rxOtpinfo", "rxDiseList[]"))
LOOK_CHECK = Shape((LOOKED_AT,), ("data",))
LOOK_SALE = Shape((LOOKED_AT,), ("data", "seltdelts[]"))
