"""The commands, run as a cashier would, against a real server in another thread."""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.clients.till.commands.pos import pos
from app.clients.till.till import Till, TillError, items, shelf
from app.kit.sm2.signing import HERE
from app.local.demo.pharmacy import SHELF
from tests.clients.till.centre import SECRET, Body, Centre, no, ok, running
from tests.till_world import sm2_secret

PERSON = {
    "baseinfo": {"psn_no": "13010001", "psn_name": "王秀英", "certno": "139900195711050020"},
    "insuinfo": [
        {"insutype": "310", "psn_insu_stas": "2", "insuplc_admdvs": "130100", "balc": 0},
        {"insutype": "390", "psn_insu_stas": "1", "insuplc_admdvs": "130600", "balc": 0},
    ],
}
SETTLED = {
    "setl_id": "77", "mdtrt_id": "66", "psn_name": "王秀英", "medfee_sumamt": 31.6,
    "psn_part_amt": 31.6, "acct_pay": 31.6, "acct_mulaid_pay": 31.6, "psn_cash_pay": 0,
}  # fmt: skip
ANSWERS: dict[str, Body] = {
    "6101": {"idNo": "139900195711050020", "idType": "01", "userName": "王秀英", "ecToken": "T1"},
    "1101": PERSON, "2101": {"setlinfo": SETTLED}, "2102": {"setlinfo": SETTLED},
    "2103": {"setlinfo": {"setl_id": "78"}}, "9001": {"signinoutb": {"sign_no": "S1"}},
}  # fmt: skip


def yes(body: Body) -> Body:
    return ok(ANSWERS.get(body["infno"]))


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre in a thread of its own: a command brings its own loop."""
    found, ready, stop = Centre(yes), threading.Event(), threading.Event()

    async def serve() -> None:
        async with running(found):
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait()
    yield found
    stop.set()
    thread.join()


@pytest.fixture
def home(tmp_path: Path, centre: Centre) -> Path:
    done = run(
        tmp_path,
        "login",
        "--url",
        centre.url,
        "--code",
        "P13010200001",
        "--name",
        "药房",
        "--admdvs",
        "130100",
        "--key-id",
        "key-1",
        "--secret",
        SECRET,
    )
    assert done.exit_code == 0, done.output
    return tmp_path


def run(home: Path, *words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(pos, ["--home", str(home), *words], input=given)


def test_a_sale_from_code_to_slip(home: Path, centre: Centre) -> None:
    assert run(home, "sign-in").exit_code == 0
    done = run(home, "sell", "4" * 28, "ganmaolingx2", given="y\n")
    assert done.exit_code == 0, done.output
    assert [call["infno"] for call in centre.calls] == ["9001", "6101", "1101", "2101", "2102"]
    assert {call["sign_no"] for call in centre.calls[1:]} == {"S1"}
    settle = centre.calls[-1]
    assert settle["insuplc_admdvs"] == "130600"
    assert settle["input"]["druginfo"]["insutype"] == "390"
    assert settle["input"]["druginfo"]["medfee_sumamt"] == "31.60"
    assert "家庭共济" in done.output and "王秀英" not in done.output


def test_what_the_centre_warns_of_is_shown(home: Path, centre: Centre) -> None:
    said = "第1行编码X不在医保目录，按全自费计算，请核对编码。"
    centre.answer = lambda body: yes(body) | {"warn_msg": said if body["infno"] == "2101" else ""}
    done = run(home, "sell", "4" * 28, "ganmaoling", given="y\n")
    assert done.exit_code == 0, done.output
    assert "".join(done.output.split()).count(f"⚠{said}") == 1


@pytest.mark.parametrize(
    "form", ["]Q1{}\r\n", "]C0{}\t", "\x02{}\x03", "\\000026{}", "\ufeff {}\u3000"]
)
def test_what_a_scanner_adds_is_not_sent(home: Path, centre: Centre, form: str) -> None:
    done = run(home, "decode", form.format("4" * 28))
    assert done.exit_code == 0, done.output
    assert centre.calls[0]["input"]["data"]["ecQrCode"] == "4" * 28


def test_an_input_method_that_was_left_on_changes_nothing(home: Path, centre: Centre) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) for one in "4" * 28)
    done = run(home, "sell", wide, "ｇａｎｍａｏｌｉｎｇｘ２＠１５。８", given="y\n")
    assert done.exit_code == 0, done.output
    assert centre.calls[0]["input"]["data"]["ecQrCode"] == "4" * 28
    assert centre.calls[-1]["input"]["druginfo"]["medfee_sumamt"] == "31.60"


def test_a_no_at_the_question_settles_nothing(home: Path, centre: Centre) -> None:
    assert run(home, "sell", "4" * 28, "ganmaoling", given="n\n").exit_code == 1
    assert centre.calls[-1]["infno"] == "2101"


def test_step_by_step_and_undone(home: Path, centre: Centre) -> None:
    for words in (
        ["decode", "4" * 28],
        ["preview", "ganmaolingx3@10"],
        ["settle"],
        ["query", "--last"],
        ["cancel", "77"],
        ["reverse", "--last"],
    ):
        done = run(home, *words)
        assert done.exit_code == 0, (words, done.output)
    settle, _, cancel, reverse = centre.calls[-4:]
    assert settle["input"]["druginfo"]["medfee_sumamt"] == "30.00"
    assert cancel["input"]["data"] == {"setl_id": "77", "mdtrt_id": "66", "psn_no": "13010001"}
    assert cancel["insuplc_admdvs"] == "130600"
    assert reverse["input"]["data"]["omsgid"] == cancel["msgid"]


def test_a_refusal_is_one_plain_line(home: Path, centre: Centre) -> None:
    centre.answer = lambda body: no("CODE_EXPIRED 医保码已过期")
    done = run(home, "decode", "4" * 28)
    assert (done.exit_code, done.output.strip()) == (1, "CODE_EXPIRED 医保码已过期")


def test_without_login_or_server(tmp_path: Path) -> None:
    assert "qinji pos login" in run(tmp_path, "sign-in").output
    demo = run(tmp_path, "login", "--demo", "--url", "http://127.0.0.1:1")
    assert demo.exit_code == 0
    done = run(tmp_path, "sign-in")
    assert done.exit_code == 1 and "./deploy/up" in done.output
    assert stat.S_IMODE((tmp_path / "till-1.json").stat().st_mode) == 0o600


def test_words_of_a_sale() -> None:
    known = shelf(SHELF)
    two = items(["ganmaolingx2@15", "XQ99DEM001A001010100001*3"], known)
    assert [(one.name[:3], str(one.cnt), str(one.pric)) for one in two] == [
        ("感冒灵", "2", "15"),
        ("阿莫西", "3", "12.80"),
    ]
    for wrong in ("nothing", "ganmaolingx0", "ganmaolingx1.2.3"):
        with pytest.raises(TillError, match=wrong):
            items([wrong], known)


def test_a_login_without_an_address_goes_to_what_runs_here(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"base_url": "http://127.0.0.1:9999"}')
    done = CliRunner().invoke(pos, ["--home", str(tmp_path), "login", "--demo"])
    assert done.exit_code == 0, done.output
    assert Till(tmp_path, "1").login().base_url == "http://127.0.0.1:9999"
    (tmp_path / "run.json").unlink()
    CliRunner().invoke(pos, ["--home", str(tmp_path), "login", "--demo"])
    assert Till(tmp_path, "1").login().base_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize("word", ["x@.5", "x@5.", "xx1.@2.00", "x@1e2", "x@1..2"])
def test_a_price_or_count_is_typed_in_plain_notation(word: str) -> None:
    with pytest.raises(TillError):
        items([word], {})


def test_a_sale_by_card(home: Path, centre: Centre) -> None:
    done = run(home, "sell", "--card", " C1/SN9 ", "ganmaolingx2", "--yes")
    assert done.exit_code == 0, done.output
    assert [call["infno"] for call in centre.calls] == ["1101", "2101", "2102"]
    shown = [next(iter(call["input"].values())) for call in centre.calls]
    wanted = {"mdtrt_cert_type": "03", "mdtrt_cert_no": "C1", "card_sn": "SN9"}
    assert all(wanted.items() <= one.items() for one in shown)
    assert "C1" not in done.output and "SN9" not in done.output
    assert run(home, "decode", "--card", "C1/SN9").exit_code == 0
    assert run(home, "settle", "ganmaoling").exit_code == 0
    assert wanted.items() <= centre.calls[-1]["input"]["druginfo"].items()


@pytest.mark.parametrize(
    "words",
    [
        ("sell", "--card", "C1", "ganmaoling"), ("decode", "--card", "C1/"), ("decode",),
        ("decode", "4" * 28, "--card", "C1/S"), ("sell",), ("sell", "--card", "C1/S"),
    ],
)  # fmt: skip
def test_a_card_that_is_half_named_is_not_sent(
    home: Path, centre: Centre, words: tuple[str, ...]
) -> None:
    assert run(home, *words).exit_code not in (0, None)
    assert "2102" not in [call["infno"] for call in centre.calls]


def test_what_became_of_a_message_without_an_answer_is_asked(home: Path, centre: Centre) -> None:
    assert run(home, "decode", "4" * 28).exit_code == 0
    centre.answer = lambda body: None if body["infno"] == "2102" else yes(body)
    done = run(home, "settle", "ganmaoling")
    assert done.exit_code == 1 and "qinji pos found --last" in done.output
    msgid = centre.calls[-1]["msgid"]
    row = SETTLED | {"psn_pay": 31.6, "cash_payamt": 0, "vali_flag": "1"}
    for rows, said in (([row], "31.60"), ([row | {"vali_flag": "0"}], "现在不成立")):
        centre.answer = lambda body, rows=rows: ok() | {"output": rows}  # type: ignore[misc]
        done = run(home, "found", "--last")
        assert said in done.output and (done.exit_code == 0) == (said == "31.60"), done.output
        asked = {"psn_no": "13010001", "medins_setl_id": msgid, "mdtrt_id": "", "med_type": ""}
        assert centre.calls[-1]["input"] == {"data": asked}


def test_boxes_are_scanned_and_a_refusal_is_told_at_its_line(home: Path, centre: Centre) -> None:
    code = "81234560000000000017"
    done = run(home, "sell", "4" * 28, "amoxilin", "ganmaoling", code, "--yes")
    assert done.exit_code == 0, done.output
    [_, traced] = centre.calls[-1]["input"]["drugdetail"]
    assert [one["drug_trac_codg"] for one in traced["drug_trac_info"]] == [code]
    for told in (
        f"TRACE_ALREADY_SOLD 追溯码{code}在本机构已售出。",
        "TRACE_MISSING 第2行应有1个。",
    ):
        centre.answer = lambda body, told=told: (  # type: ignore[misc]
            yes(body) if body["infno"] != "2101" else {"infcode": -1, "err_msg": told, "output": {}}
        )
        done = run(home, "sell", "4" * 28, "amoxilin", "ganmaoling", code, "--yes")
        assert done.exit_code == 1 and "第2行 感冒灵" in done.output, done.output


@pytest.mark.skipif(not HERE, reason="no SM2 for this machine")
def test_a_login_by_sm2_keeps_the_private_key_of_a_file(tmp_path: Path) -> None:
    file, demo = tmp_path / "key.pem", ("login", "--demo", "--url", "http://127.0.0.1:1")
    file.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    wrong = run(tmp_path, *demo, "--scheme", "sm2", "--key-file", str(file))
    assert wrong.exit_code == 1 and "openssl genpkey" in wrong.output
    file.write_text(sm2_secret())
    done = run(tmp_path, *demo, "--scheme", "sm2", "--key-file", str(file))
    assert done.exit_code == 0, done.output
    login = Till(tmp_path, "1").login()
    assert (login.scheme, login.secret) == ("sm2", file.read_text())
    assert stat.S_IMODE((tmp_path / "till-1.json").stat().st_mode) == 0o600
