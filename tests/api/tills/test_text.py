"""What hands, scanners and input methods do to a text changes nothing of what it stands for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.api.tills.table import TRANSACTIONS
from app.api.tills.wire.fields import Field
from app.clients.till.client import Item
from app.clients.till.sale import sale_input
from app.kit.reasons import Refusal
from app.kit.words.normal import code_form, trimmed
from tests.api.tills.test_envelope import message, raw
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.till_world import BASIC, Town

__all__ = ["clinic"]

AROUND = [
    "{} ",
    " {}",
    "{}\t",
    "{}\r\n",
    "\u3000{}",
    "{}\xa0",
    "\ufeff{}",
    "{}\u200b",
]


def wide(text: str) -> str:
    """As an input method writes it that was left on."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


async def preview(town: Town, change: Any) -> Any:
    patient = await town.member("张三", current_fen=50_000)
    sale = town.sale_of(
        patient, await town.scan(patient), [Item(BASIC, Decimal(1), Decimal("9.00"))]
    )
    given = sale_input(sale, town.clock.now())
    change(given)
    return await town.till.call("2101", given, None, patient.place)


@pytest.mark.parametrize("form", [*AROUND, "lower", "wide"])
async def test_an_insured_drug_stays_insured_however_its_code_is_written(
    town: Town, form: str
) -> None:
    def change(given: Any) -> None:
        line = given["drugdetail"][0]
        code = line["med_list_codg"]
        forms = {"lower": code.lower(), "wide": wide(code)}
        line["med_list_codg"] = forms.get(form, form.format(code))

    answer = await preview(town, change)
    assert answer.ok, answer.err_msg
    [line] = answer.output["detlcutinfo"]
    assert line["inscp_scp_amt"] == Decimal("9.00") and line["fulamt_ownpay_amt"] == 0


@pytest.mark.parametrize("name", ["psn_no", "insutype", "mdtrt_cert_no", "mdtrt_cert_type"])
@pytest.mark.parametrize("form", [*AROUND, "wide"])
async def test_who_is_meant_does_not_hang_on_a_blank(town: Town, name: str, form: str) -> None:
    def change(given: Any) -> None:
        value = given["druginfo"][name]
        given["druginfo"][name] = wide(value) if form == "wide" else form.format(value)

    answer = await preview(town, change)
    assert answer.ok, answer.err_msg


@pytest.mark.parametrize("blank", [" ", "\t", "\u3000", "\n"])
async def test_a_blank_inside_a_code_is_refused_by_name(town: Town, blank: str) -> None:
    def change(given: Any) -> None:
        line = given["drugdetail"][0]
        line["med_list_codg"] = line["med_list_codg"][:4] + blank + line["med_list_codg"][4:]

    answer = await preview(town, change)
    assert not answer.ok
    assert "med_list_codg" in answer.err_msg and "空格" in answer.err_msg


def read_fields() -> list[Field]:
    """Every field of every transaction that is looked at and is no file."""
    found = {
        (one.infno, field.name): field
        for one in TRANSACTIONS
        for node in one.shape.input
        for field in node.fields
        if field.used and field.type not in ("bytes", "node")
    }
    return list(found.values())


def value_of(field: Field, sent: str) -> Any:
    """What is read of a field; a refusal, which must name the field, as its text."""
    try:
        return field.read({field.name: sent})
    except Refusal as refusal:
        assert refusal.params["field"] == field.name
        return refusal.params["detail"]


WORDS = (
    "bchno", "delvAddr", "delvConTel", "delvConner", "delvNo", "delvStasDscr", "delverCertno",
    "delverTel", "dev_no", "diseCondDscr", "dosform", "drugDosform", "drugDosunt", "drugSpec",
    "drugTotlcntEmp", "exct_cont", "item_cont", "manuLotnum", "medcWayDscr", "originalValue",
    "pacspec", "pharCertno", "prcunt", "realDscr", "rtalDocno", "rxChkOpnn", "scdz", "shelfLoc",
    "signDigest", "sinDosunt", "spec", "stooutNo", "undoDrCertno", "undoRea", "Name",
)  # fmt: skip
"""What people write in words, or as it stands on a paper."""
SAMPLES = ("1", "130100", "202611", "11", "12.50", "2026-11-21 10:00:00", "a.zip", "AB12", "cash")


@pytest.mark.parametrize("form", [*AROUND, "wide"])
def test_no_field_of_any_transaction_hangs_on_a_blank(form: str) -> None:
    for field in read_fields():
        for sample in SAMPLES:
            try:
                plain = field.read({field.name: sample})
            except Refusal:
                continue
            sent = wide(sample) if form == "wide" else form.format(sample)
            found = value_of(field, sent)
            if form == "wide" and isinstance(plain, bytes):
                break  # a document in base64, which no hand types
            if field.type.startswith("n") and field.type != "n10":
                assert found == plain or isinstance(found, str), field.name
            elif form == "wide" and field.type.startswith("c") and found == sent:
                assert field.name.endswith(
                    (
                        "name",
                        "invono",
                        "mac",
                        "ip",
                        "diag_dept",
                        "diag_time",
                        "certno",
                        "memo",
                        "dynt_no",
                        "invo_codg",
                        "invo_no",
                        "lotnum",
                        "aprvno",
                        "pmtno",
                        "cert_no",
                        "shelf_posi",
                        *WORDS,
                    )
                )
            else:
                assert found == plain, (field.name, sent)
            break
        else:
            raise AssertionError(f"no sample for {field.name}")


@pytest.mark.parametrize("form", [*AROUND, "wide"])
@pytest.mark.parametrize(
    "name",
    ["infno", "msgid", "mdtrtarea_admvs", "insuplc_admdvs", "opter", "fixmedins_code", "sign_no"],
)
async def test_the_envelope_s_codes_do_not_hang_on_a_blank(
    town: Town, name: str, form: str
) -> None:
    sent = message(town) | {"insuplc_admdvs": town.shop.admdvs, "sign_no": town.till.sign_no}
    sent[name] = wide(sent[name]) if form == "wide" else form.format(sent[name])
    answer = await town.ask(raw(sent))
    assert answer.ok, answer.err_msg


async def test_a_message_number_means_the_same_with_blanks_around(town: Town) -> None:
    patient = await town.member("张三", current_fen=10_000)
    given = sale_input(await town.sale(patient, "9.00"), town.clock.now())
    msgid = town.till.new_msgid()
    for sent in (msgid, f" {msgid}", f"{msgid}  "):
        assert (await town.till.call("2102", given, sent, patient.place)).ok
    assert await town.balance(patient) == 9_100
    undone = await town.till.reverse(f"{msgid} ", "2102", patient.psn_no, patient.place)
    assert undone.ok and await town.balance(patient) == 10_000


async def test_a_control_character_is_refused_by_its_field(town: Town) -> None:
    given = {"signIn": {"opter_no": "T01", "mac": "m\x02", "ip": "i"}}
    answer = await town.till.call("9001", given)
    assert answer.err_msg.startswith("ENVELOPE_INVALID 报文不合规范：input 中mac含有非法字符")


async def test_a_line_end_that_is_not_escaped_is_told_as_such(town: Town) -> None:
    body = raw(message(town)).replace(b'"mac": "m"', b'"mac": "m\r\n"')
    answer = await town.ask(body)
    assert "文本中有未转义的换行或控制字符" in answer.err_msg


async def test_a_code_that_nobody_knows_is_told(town: Town) -> None:
    patient = await town.member("张三", current_fen=50_000)
    sold = [
        Item(code, Decimal(1), Decimal("9.00")) for code in (BASIC, "NOSUCH1", BASIC, "NOSUCH2")
    ]
    said = "第2行编码NOSUCH1、第4行编码NOSUCH2不在医保目录，按全自费计算，请核对编码。"
    sale = town.sale_of(patient, await town.scan(patient), sold)
    assert (await town.till.preview(sale)).warn_msg == said
    msgid = town.till.new_msgid()
    given = sale_input(sale, town.clock.now())
    for _ in range(2):  # a repeat, too
        answer = await town.till.call("2102", given, msgid, patient.place)
        assert answer.ok and answer.warn_msg == said, answer.err_msg
    known = town.sale_of(patient, await town.scan(patient), sold[:1])
    assert (await town.till.preview(known)).warn_msg == ""


async def test_many_unknown_codes_are_counted_within_the_length(town: Town) -> None:
    patient = await town.member("张三", current_fen=50_000)
    sold = [Item(f"{at:050d}", Decimal(1), Decimal("1.00")) for at in range(60)]
    answer = await town.till.preview(town.sale_of(patient, await town.scan(patient), sold))
    assert answer.ok and "等60行不在医保目录" in answer.warn_msg
    assert len(answer.warn_msg) <= 200


async def test_a_clinic_is_told_of_unknown_codes_by_its_own_numbers(clinic: Clinic) -> None:
    said = "第F9行编码NOSUCH1不在医保目录，按全自费计算，请核对编码。"
    charged = await clinic.charge(("F1", BASIC, "20.00"), ("F9", "NOSUCH1", "5.00"))
    assert charged.warn_msg == said
    again = await clinic.charge(("F9", "NOSUCH1", "5.00"))
    assert again.ok and again.warn_msg == said
    first = await clinic.pre_settle("25.00")
    assert first.warn_msg == said
    paid = await clinic.settle("25.00", first.setlinfo)
    assert paid.ok and paid.warn_msg == said


@pytest.mark.parametrize(
    "form",
    [
        *AROUND,
        "]Q1{}",
        "]C0{}",
        "\\000026{}",
        "]Q1\\000026{}\r\n",
        "\x02{}\x03",
        "\x02]C0{}\x03\r\n",
        "wide",
    ],
)
async def test_what_a_scanner_adds_is_not_part_of_the_code(town: Town, form: str) -> None:
    patient = await town.member("李四", current_fen=100)
    shown = (await town.show(patient))["code"]
    decoded = await town.till.decode(wide(shown) if form == "wide" else form.format(shown))
    assert decoded.ok, decoded.err_msg


@pytest.mark.parametrize("text", ["7²", "①", "½"])
def test_a_digit_that_is_none_of_a_number_stays_what_it_is(text: str) -> None:
    assert code_form(text) == text
    for field in read_fields():
        if field.name in ("setl_id", "fixmedins_setl_cnt", "setl_optins", "med_type"):
            with pytest.raises(Refusal):
                field.read({field.name: text})


@pytest.mark.parametrize("text", ["", " ", "a", " a\u3000", "\ufeff\u200b x\r\n", "１２Ａ"])
def test_a_normal_form_is_its_own(text: str) -> None:
    assert trimmed(trimmed(text)) == trimmed(text)
    assert code_form(code_form(text)) == code_form(text)
