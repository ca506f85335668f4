"""The transactions that tills may call: one line each, and the only list of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.api.tills.message import Message, Output
from app.api.tills.transactions import (
    accepting,
    cashiers,
    catalogue,
    circulation,
    clearing,
    dictionary,
    files,
    found,
    kept,
    outpatient,
    person,
    pharmacy,
    prescribing,
    records,
    shop_day,
    sign_in,
    statement,
    stock,
)
from app.api.tills.transactions import catalogue_fields as lists
from app.api.tills.transactions import circulation_fields as circulating
from app.api.tills.transactions import prescribing_fields as prescribed
from app.api.tills.transactions import stock_fields as goods
from app.api.tills.transactions.outpatient_fields import (
    CHARGE,
    DIAGNOSE,
    DIAGNOSE_A,
    PRE_SETTLE,
    PRE_SETTLE_A,
    REGISTER,
    REGISTER_A,
    SETTLE_VISIT,
    SETTLE_VISIT_A,
    TAKE_BACK,
    UNREGISTER,
)
from app.api.tills.transactions.pharmacy_fields import (
    CANCEL,
    FIND,
    LOOK_UP,
    PREVIEW,
    PREVIEW_A,
    RETURN_PART,
    REVERSE,
    SETTLE,
    SETTLE_A,
)
from app.api.tills.wire.nodes import Node, Shape
from app.domain.trace.uploads.values import Kind
from app.kit.reasons import Language
from app.kit.value import value


@value
class Transaction:
    """One transaction.

    Attributes:
        infno: its number.
        handle: answers a message of it.
        zh, en: what it is called.
        shape: what its input and output hold.
        repeats_by_msgid: the same message again gets the stored answer.
        signed_anew: to get it, the repeat has to be signed anew: a copy would tell of a person.
        moves_money: while its outcome isn't known, a till is never told that nothing was done.
    """

    infno: str
    handle: Callable[[Message], Awaitable[Output]]
    zh: str
    en: str
    shape: Shape
    repeats_by_msgid: bool = False
    moves_money: bool = False
    signed_anew: bool = False

    def name(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def _goods(
    infno: str,
    kind: Kind,
    one: Node,
    many: goods.OneByOne,
    zh: str,
    en: str,
    en_many: str,
    errors: str = "",
    *more: str,
) -> tuple[Transaction, Transaction]:
    """One row told, and its form A: ``errors`` is the list in which that tells each row's result,
    with the fields ``more``; without it there is one result for all. Of stock none is told."""
    told = () if kind is Kind.STOCK else ("result",)
    told_many = (f"{errors}[]",) if errors else told
    single = stock.one(kind, one)
    several = stock.many(kind, many, errors, *more)
    return (
        Transaction(infno, single, zh, en, goods.shape(one, *told)),
        Transaction(f"{infno}A", several, f"{zh}A", en_many, goods.shape(many, *told_many)),
    )


GOODS = (
    *_goods("3501", Kind.STOCK, goods.STOCK, goods.STOCKS,
            "商品盘存上传", "stock told", "stock told A"),
    *_goods("3502", Kind.CHANGE, goods.CHANGE, goods.CHANGES,
            "商品库存变更", "change of stock", "changes of stock",
            "invinfoErrDetail", "inv_chg_type"),
    *_goods("3503", Kind.PURCHASE, goods.PURCHASE, goods.PURCHASES,
            "商品采购", "purchase told", "purchases told"),
    *_goods("3504", Kind.PURCHASE_RETURN, goods.BACK, goods.BACKS,
            "商品采购退货", "purchase given back", "purchases given back",
            "purcinfoErrDetail", "medins_prod_purc_no"),
    *_goods("3505", Kind.SALE, goods.SALE, goods.SALES, "商品销售", "sale told", "sales told"),
    *_goods("3506", Kind.SALE_RETURN, goods.RETURN, goods.RETURNS,
            "商品销售退货", "return of a sale told", "returns of sales told",
            "selinfoErrDetail", "medins_prod_sel_no"),
    Transaction("3507", stock.delete, "商品信息删除", "goods untold",
                goods.shape(goods.GONE, "result")),
    Transaction("3507A", stock.delete_many, "商品信息删除A", "goods untold A",
                goods.shape(goods.GONES, "goodErrDetail[]")),
    Transaction("3508", kept.kept(kept.STOCK), "商品库存信息查询", "stock asked for",
                kept.shape(kept.STOCK)),
    Transaction("3509", kept.kept(kept.CHANGES), "商品库存变更记录查询", "changes asked for",
                kept.shape(kept.CHANGES)),
    Transaction("3510", kept.kept(kept.PURCHASES), "商品采购信息查询", "purchases asked for",
                kept.shape(kept.PURCHASES)),
    Transaction("3511", kept.kept(kept.SALES), "商品销售信息查询", "sales asked for",
                kept.shape(kept.SALES)),
    Transaction("3512", stock.came_in, "入库药品追溯信息查询", "trace codes in stock",
                goods.shape(goods.CAME_IN, rows=True)),
    Transaction("3513", stock.sold, "销售药品追溯信息查询", "trace codes sold",
                goods.shape(goods.SOLD, rows=True)),
)  # fmt: skip
"""Goods, as institutions tell of them."""


def _list(infno: str, zh: str, en: str) -> Transaction:
    return Transaction(infno, catalogue.download(infno), zh, en, lists.DOWNLOAD)


CATALOGUE = (
    Transaction("1201", dictionary.about, "医药机构信息获取", "an institution", dictionary.ABOUT),
    _list("1301", "西药中成药目录下载", "list of drugs"),
    _list("1302", "中药饮片目录下载", "list of herbs"),
    Transaction("1304", catalogue.ethnic, "民族药品目录查询", "drugs of the nationalities",
                catalogue.shape(lists.ETHNIC)),
    _list("1305", "医疗服务项目目录下载", "list of services"),
    _list("1306", "医用耗材目录下载", "list of supplies"),
    _list("1306A", "医用耗材目录下载A", "list of supplies A"),
    _list("1307", "疾病与诊断目录下载", "list of diseases"),
    _list("1309", "门诊慢特病种目录下载", "list of chronic diseases"),
    Transaction("1312", catalogue.hilist, "医保目录信息查询", "insurance catalogue",
                catalogue.shape(lists.HILIST)),
    Transaction("1316", catalogue.match, "医疗目录与医保目录匹配信息查询", "lists matched",
                catalogue.shape(lists.MATCH)),
    Transaction("1317", catalogue.own, "医药机构目录匹配信息查询", "own codes",
                catalogue.shape(lists.OWN)),
    Transaction("1318", catalogue.limits, "医保目录限价信息查询", "price limits",
                catalogue.shape(lists.LIMITS)),
    Transaction("1319", catalogue.shares, "医保目录先自付比例信息查询", "first shares",
                catalogue.shape(lists.SHARES)),
    _list("1320", "中药配方颗粒目录下载", "list of granules"),
    Transaction("1901", dictionary.words, "字典表查询", "dictionaries", dictionary.DICTIONARY),
    Transaction("3301", catalogue.map_codes, "目录对照上传", "own codes told", catalogue.MAP),
    Transaction("3301A", catalogue.map_codes, "目录对照上传A", "own codes told A",
                catalogue.MAP_A),
    Transaction("3302", catalogue.unmap_codes, "目录对照撤销", "own codes withdrawn",
                catalogue.UNMAP),
)  # fmt: skip
"""Lists, catalogues and dictionaries."""
PRESCRIPTIONS = (
    Transaction("7101", prescribing.check, "电子处方上传预核验", "prescription looked at",
                prescribed.CHECK),
    Transaction("7102", prescribing.sign, "电子处方医保电子签名", "prescription sealed",
                prescribed.SIGN),
    Transaction("7103", prescribing.issue, "电子处方上传", "prescription issued",
                prescribed.ISSUE),
    Transaction("7104", prescribing.withdraw, "电子处方撤销", "prescription withdrawn",
                prescribed.WITHDRAW),
    Transaction("7105", prescribing.look, "电子处方信息查询", "prescription looked up",
                prescribed.LOOK),
    Transaction("7106", prescribing.look_check, "电子处方审核结果查询",
                "a pharmacist's check looked up", prescribed.LOOK_CHECK),
    Transaction("7107", prescribing.look_sale, "电子处方结算结果查询",
                "dispensing looked up", prescribed.LOOK_SALE),
    Transaction("7201", circulation.listed, "电子处方线下流转授权", "prescriptions listed",
                circulating.LIST),
    Transaction("7202", circulation.online, "电子处方线上流转查询", "prescription by its number",
                circulating.ONE_ONLINE),
    Transaction("7203", circulation.scanned, "电子处方二维码解码", "prescription by its code",
                circulating.ONE_SCANNED),
    Transaction("7204", circulation.fetched, "电子处方下载", "prescription fetched",
                circulating.FETCH),
    Transaction("7205", circulation.verify, "电子处方信息核验", "prescription verified",
                circulating.VERIFY),
    Transaction("7206", circulation.check, "电子处方审方信息上传", "prescription checked",
                circulating.CHECK),
    Transaction("7207", circulation.sold, "药品销售出库明细上传", "prescription's sale told",
                circulating.SELL),
    Transaction("7208", circulation.unsold, "药品销售出库明细撤销", "prescription's sale untold",
                circulating.UNSELL),
    Transaction("7209", circulation.sent, "药品配送信息同步", "parcel told", circulating.SEND),
    Transaction("7210", circulation.handed_over, "药品配送签收确认", "parcel taken in",
                circulating.HAND_OVER),
    Transaction("7211", circulation.searched, "电子处方药品目录查询",
                "medicines that may be prescribed so", circulating.SEARCH),
)  # fmt: skip
"""Prescriptions: the doctor's side, then the pharmacy's."""
_STORED = (True, False)
_MONEY = (True, True)
TRANSACTIONS = (
    Transaction("9001", sign_in.sign_in, "签到", "sign-in", sign_in.SIGN_IN),
    Transaction("9002", sign_in.sign_out, "签退", "sign-out", sign_in.SIGN_OUT),
    Transaction("9001A", cashiers.sign_in, "收银员签到", "a cashier's sign-in", cashiers.SIGN_IN),
    Transaction("9001B", cashiers.put, "收银员登记", "a cashier let in", cashiers.PUT),
    Transaction("9001C", cashiers.listed, "收银员查询", "cashiers", cashiers.LIST),
    Transaction("6101", person.decode, "解析医保电子凭证二维码", "code decoded",
                person.DECODE, *_STORED, signed_anew=True),
    Transaction("1101", person.who, "人员基本信息获取", "person", person.WHO),
    Transaction("2001", person.benefits, "人员待遇享受检查", "benefits", person.BENEFITS),
    Transaction("2101", pharmacy.preview, "药店预结算", "pharmacy pre-settlement", PREVIEW),
    Transaction("2101A", pharmacy.preview, "药店预结算A", "pharmacy pre-settlement A", PREVIEW_A),
    Transaction("2102", pharmacy.settle, "药店结算", "pharmacy settlement", SETTLE, *_MONEY),
    Transaction("2102A", pharmacy.settle, "药店结算A", "pharmacy settlement A",
                SETTLE_A, *_MONEY),
    Transaction("2103", accepting.cancel, "药店结算撤销", "cancel of a pharmacy settlement",
                CANCEL, *_MONEY),
    Transaction("2103A", pharmacy.return_part, "部分退货", "return of a part",
                RETURN_PART, *_MONEY),
    Transaction("2201", outpatient.register, "门诊挂号", "outpatient registration",
                REGISTER, *_STORED),
    Transaction("2201A", outpatient.register, "门诊挂号A", "outpatient registration A",
                REGISTER_A, *_STORED),
    Transaction("2202", outpatient.cancel_registration, "门诊挂号撤销", "cancel of a registration",
                UNREGISTER),
    Transaction("2203", outpatient.diagnose, "门诊就诊信息上传", "outpatient diagnoses", DIAGNOSE),
    Transaction("2203A", outpatient.diagnose, "门诊就诊信息上传A", "outpatient diagnoses A",
                DIAGNOSE_A),
    Transaction("2204", outpatient.charge, "门诊费用明细信息上传", "outpatient lines of cost",
                CHARGE),
    Transaction("2205", outpatient.take_back, "门诊费用明细信息撤销", "lines of cost taken back",
                TAKE_BACK),
    Transaction("2206", outpatient.pre_settle, "门诊预结算", "outpatient pre-settlement",
                PRE_SETTLE),
    Transaction("2206A", outpatient.pre_settle, "门诊预结算A", "outpatient pre-settlement A",
                PRE_SETTLE_A),
    Transaction("2207", outpatient.settle, "门诊结算", "outpatient settlement",
                SETTLE_VISIT, *_MONEY),
    Transaction("2207A", outpatient.settle, "门诊结算A", "outpatient settlement A",
                SETTLE_VISIT_A, *_MONEY),
    Transaction("2208", accepting.cancel, "门诊结算撤销", "cancel of an outpatient settlement",
                CANCEL, *_MONEY),
    Transaction("2601", pharmacy.reverse, "冲正", "reversal", REVERSE, *_MONEY),
    Transaction("3201", statement.totals, "医药机构费用结算对总账", "totals compared",
                statement.TOTALS),
    Transaction("3202", statement.rows, "医药机构费用结算对明细账", "rows compared",
                statement.ROWS),
    Transaction("3203", clearing.apply, "清算申请", "clearing asked for", clearing.APPLY),
    Transaction("3204", clearing.withdraw, "清算申请撤销", "clearing withdrawn",
                clearing.WITHDRAW),
    *CATALOGUE,
    *GOODS,
    Transaction("5102", records.practitioners, "医执人员信息查询", "practitioners",
                records.PRACTITIONERS),
    Transaction("5201", records.visits, "就诊信息查询", "visits", records.VISITS),
    Transaction("5203", pharmacy.look_up, "结算信息查询", "settlement looked up", LOOK_UP),
    Transaction("5203A", found.find, "结算信息查询A", "settlement looked up A", FIND),
    Transaction("5203B", shop_day.shop_day, "本机构单据查询", "the institution's journal",
                shop_day.DAY),
    Transaction("5203C", shop_day.paid, "收款方式登记", "how cash was paid", shop_day.PAID),
    Transaction("5204", records.lines, "费用明细查询", "settled lines", records.LINES),
    Transaction("5206", records.used, "人员累计信息查询", "what was used", records.USED),
    Transaction("5301", records.chronic, "人员慢特病备案查询", "chronic diseases",
                records.CHRONIC),
    *PRESCRIPTIONS,
    Transaction("9101", files.upload, "文件上传", "file uploaded", files.UPLOADED),
    Transaction("9102", files.download, "文件下载", "file downloaded", files.DOWNLOADED),
)  # fmt: skip
BY_NUMBER = {transaction.infno: transaction for transaction in TRANSACTIONS}


def name_of(infno: str, language: Language) -> str:
    """What a transaction is called; its number where we have no such."""
    found = BY_NUMBER.get(infno)
    return infno if found is None else found.name(language)
