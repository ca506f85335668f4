"""9101, 9102 and the files in them: nothing hostile gets in, nothing of others gets out."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from app.api.tills.incoming import UPLOAD_BODY_MAX
from app.clients.till.answer import Answer
from app.clients.till.client import CALL_PATH
from app.clients.till.signing import sign_hmac_sm3
from app.domain.reconcile import archive, exchange
from app.domain.reconcile.archive import packed, rows_of
from app.kit.reasons import Refusal
from tests.domain.reconcile.shop_books import ShopBooks
from tests.till_world import Town

ROW = "1\t2\t3\t1.00\t0.00\t1.00\t0"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


def lying(content: bytes, size: int) -> bytes:
    """The zip says its text is smaller than it is, in both places."""
    local, central = content.index(b"PK\x03\x04") + 22, content.index(b"PK\x01\x02") + 24
    changed = bytearray(content)
    for place in (local, central):
        changed[place : place + 4] = size.to_bytes(4, "little")
    return bytes(changed)


def encrypted(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


GOOD = zipped(("x.txt", ROW.encode()))
HOSTILE = {
    "empty": b"",
    "no zip": b"setl_id\t",
    "half a zip": GOOD[: len(GOOD) // 2],
    "broken text": GOOD.replace(ROW.encode()[:3], b"\0\0\0")
    if ROW.encode() in GOOD
    else GOOD[:40] + b"\xff" * 8 + GOOD[48:],
    "no file": zipped(),
    "two files": zipped(("a.txt", b""), ("b.txt", b"")),
    "many files": zipped(*[(f"{n}.txt", b"") for n in range(500)]),
    "up and out": zipped(("../../etc/passwd", ROW.encode())),
    "absolute": zipped(("/etc/passwd", ROW.encode())),
    "windows": zipped(("..\\x.txt", ROW.encode())),
    "hidden": zipped((".bashrc", ROW.encode())),
    "folder": zipped(("x/", b"")),
    "no name": GOOD.replace(b"x.txt", b"\0.txt"),
    "encrypted": encrypted(GOOD),
    "another method": zipped(("x.txt", ROW.encode()), method=zipfile.ZIP_BZIP2),
    "a bomb": zipped(("x.txt", b"\n" * (archive.TEXT_MAX + 1))),
    "a bomb that lies": lying(zipped(("x.txt", b"\n" * (archive.TEXT_MAX + 1))), 10),
    "one endless line": zipped(("x.txt", b"1" * 10_000_000)),
    "too many rows": zipped(("x.txt", (ROW + "\n").encode() * (archive.ROWS_MAX + 2))),
    "gbk": zipped(("x.txt", ROW.replace("3", "\u533b\u4fdd").encode("gbk"))),
    "utf-16": zipped(("x.txt", ROW.encode("utf-16"))),
    "half a character": zipped(("x.txt", ROW.encode() + "\u533b".encode()[:2])),
    "nul": zipped(("x.txt", ROW.replace("3", "3\0").encode())),
    "commas": zipped(("x.txt", ROW.replace("\t", ",").encode())),
    "a column more": zipped(("x.txt", f"{ROW}\t".encode() + b"8\t9")),
    "no number": zipped(("x.txt", ROW[1:].encode())),
    "an amount that is none": zipped(("x.txt", ROW.replace("1.00", "1.001").encode())),
    "nan": zipped(("x.txt", ROW.replace("1.00", "NaN").encode())),
    "1e9": zipped(("x.txt", ROW.replace("1.00", "1e999999").encode())),
    "a flag that is none": zipped(("x.txt", ROW[:-1].encode() + b"2")),
    "a long cell": zipped(("x.txt", ROW.replace("3", "3" * 31).encode())),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_refused(name: str) -> None:
    assert len(list(rows_of(GOOD))) == 1
    with pytest.raises(Refusal) as refused:
        for _ in rows_of(HOSTILE[name]):
            pass
    assert refused.value.reason.code == "FILE_INVALID"
    assert refused.value.params["detail"]


@pytest.mark.parametrize("name", ["gbk", "utf-16"])
def test_another_encoding_is_told_with_what_to_do(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        list(rows_of(HOSTILE[name]))
    assert "不是UTF-8编码，请另存为UTF-8" in refused.value.params["detail"]


def test_empty_rows_and_columns_at_the_right_are_nothing() -> None:
    text = "\t".join([*archive.COLUMNS, "", ""]) + f"\r\n\t\t\t\t\r\n{ROW}\t\t\r\n\r\n{ROW}\t \r\n"
    assert [row.line for row in rows_of(zipped(("x.txt", text.encode("utf-8-sig"))))] == [3, 5]


def test_what_a_zip_says_of_itself_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops soon after the limit, however much more there is."""
    monkeypatch.setattr(archive, "TEXT_MAX", 1000)
    with pytest.raises(Refusal, match="FILE_INVALID"):
        list(rows_of(zipped(("x.txt", (ROW + "\n").encode() * 10_000))))


@pytest.mark.parametrize("name", ["a bomb", "up and out", "gbk", "no zip"])
async def test_the_till_is_told_and_nothing_breaks(town: Town, name: str) -> None:
    books = ShopBooks(town)
    answer = await books.ask_rows(HOSTILE[name])
    assert answer.err_msg.startswith("FILE_INVALID 对账文件不合规范")
    assert await books.differences() == []


async def test_there_and_back(town: Town) -> None:
    books = ShopBooks(town)
    content = bytes(range(256)) * 2
    sent = await books.upload(content)
    number = sent.output["file_qury_no"]
    assert len(number) <= 30
    assert await books.till.download(number, "x") == content
    for other in ({"in": list(content)}, {"in": [n - 256 if n > 127 else n for n in content]}):
        sent = await books.upload(b"", **other)
        assert await books.till.download(sent.output["file_qury_no"], "x") == content
    node = {"bytes": list(content), "filename": "x.zip"}
    node["fixmedins_code"] = books.till.fixmedins_code
    sent = await books.till.call("9101", {"data": node})
    assert await books.till.download(sent.output["file_qury_no"], "x") == content


@pytest.mark.parametrize("first", ["jsonStr", "file"])
async def test_a_file_comes_as_a_form_and_goes_as_a_stream(town: Town, first: str) -> None:
    """As the national text's own client sends and reads it; longer than a message may be."""
    books, content = ShopBooks(town), bytes(range(256)) * 4_000 + b'"{[' * 3_000
    node = {"filename": "x.zip", "fixmedins_code": books.till.fixmedins_code}
    body = books.till.body("9101", {"fsUploadIn": node}, books.till.new_msgid())
    parts = {"jsonStr": b"\r\n\r\n" + body, "file": b'; filename="x.zip"\r\n\r\n' + content}
    names = sorted(parts, reverse=first == "jsonStr")
    form = b"".join(
        b'--b0\r\nContent-Disposition: form-data; name="%s"' % name.encode() + parts[name] + b"\r\n"
        for name in names
    )
    answer = await as_form(town, form + b"--b0--\r\n")
    assert answer["infcode"] == 0, answer["err_msg"]
    wanted = node | {"file_qury_no": answer["output"]["file_qury_no"]}
    asked = books.till.body("9102", {"fsDownloadIn": wanted}, books.till.new_msgid())
    headers = sign_hmac_sm3(town.shop.key_id, town.shop.secret, asked, now(town))
    told = await town.world.client.post(CALL_PATH, data=asked, headers=headers)
    assert told.content_type == "application/octet-stream" and await told.read() == content


async def test_a_form_without_its_message_is_told(town: Town) -> None:
    form = b'--b0\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b0--\r\n'
    assert "表单中没有jsonStr" in (await as_form(town, form))["err_msg"]


async def as_form(town: Town, form: bytes) -> Any:
    headers = sign_hmac_sm3(town.shop.key_id, town.shop.secret, form, now(town))
    headers["Content-Type"] = "multipart/form-data; boundary=b0"
    return await (await town.world.client.post(CALL_PATH, data=form, headers=headers)).json()


def now(town: Town) -> int:
    return int(town.clock.now().timestamp())


@pytest.mark.parametrize("changed", [
    {"in": "不是base64"}, {"in": "YQ"}, {"in": ""}, {"in": []}, {"in": [256]}, {"in": [-129]},
    {"in": [-1, 200]}, {"in": [1.5]}, {"in": ["a"]}, {"in": [True]}, {"in": {}}, {"in": None},
    {"in": 5}, {"filename": "../x.zip"}, {"filename": "a/b"}, {"filename": "a\\b"},
    {"filename": ".x"}, {"filename": "a\nb"}, {"filename": ""}, {"filename": "x" * 201},
])  # fmt: skip
async def test_wrong_uploads(town: Town, changed: dict[str, Any]) -> None:
    answer = await ShopBooks(town).upload(b"x", **changed)
    assert answer.err_msg.startswith("INPUT_INVALID ")
    assert await town.value("select count(*) from exchange_file") == 0


async def test_a_file_belongs_to_its_institution(town: Town) -> None:
    books, other = ShopBooks(town), ShopBooks(town, await town.new_till(await town.new_shop()))
    number = (await books.upload(GOOD)).output["file_qury_no"]
    for wanted in (number, "0", "x", str(2**70)):
        refused = await other.till.download(wanted, "x")
        assert isinstance(refused, Answer) and refused.err_msg.startswith("FILE_UNKNOWN ")
    head = await other.ask_rows(file_qury_no=number)
    assert head.err_msg.startswith("FILE_UNKNOWN ")
    foreign = await other.upload(GOOD, fixmedins_code=books.till.fixmedins_code)
    assert foreign.err_msg.startswith("NOT_YOUR_INSTITUTION ")


async def test_files_expire_and_are_swept(town: Town) -> None:
    books = ShopBooks(town)
    number = (await books.upload(GOOD)).output["file_qury_no"]
    town.clock.advance(timedelta(days=7).total_seconds())
    refused = await books.till.download(number, "x")
    assert isinstance(refused, Answer) and refused.err_msg.startswith("FILE_UNKNOWN ")
    kept = (await books.upload(GOOD)).output["file_qury_no"]
    assert await town.services.reconciliation.exchange.sweep() == 1
    assert await town.value("select file_qury_no from exchange_file") == kept


async def test_how_much_may_lie_here(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    books, other = ShopBooks(town), ShopBooks(town, await town.new_till(await town.new_shop()))
    monkeypatch.setattr(exchange, "KEPT_MAX", 2 * len(GOOD))
    assert (await books.upload(GOOD)).ok
    assert (await books.upload(GOOD)).ok
    assert (await books.upload(b"1")).err_msg.startswith("FILE_QUOTA ")
    assert (await other.upload(GOOD)).ok
    monkeypatch.setattr(exchange, "FILE_MAX", len(GOOD) - 1)
    assert (await other.upload(GOOD)).err_msg.startswith("FILE_TOO_LARGE ")


async def test_only_uploads_may_be_long(town: Town) -> None:
    books = ShopBooks(town)
    content = bytes(range(256)) * 8000  # 2 MB, longer than any other message
    sent = await books.upload(content)
    assert await books.till.download(sent.output["file_qury_no"], "x") == content
    for infno, data in (
        ("9001", {"signIn": {"x": "1" * 300_000}}),
        ("3202", {"data": {"in": "1" * 300_000}}),
        ("9101", {"fsUploadIn": {"filename": "1" * 50_000, "in": "YQ=="}}),
        ("9101", {"fsUploadIn": {"filename": "x", "in": ["a"] * 300_000}}),
        ("9101", {"fsUploadIn": {"filename": "x", "in": [[] for _ in range(150_000)]}}),
        ("9101", {"fsUploadIn": {"filename": "x", "in": "1" * (UPLOAD_BODY_MAX + 10)}}),
    ):
        answer = await books.till.call(infno, data)
        assert answer.err_msg.startswith("ENVELOPE_INVALID "), (infno, answer)
    nobody = await town.new_till(town.shop)
    nobody.key_id = "nobody"
    refused = await ShopBooks(town, nobody).upload(content)
    assert refused.err_msg.startswith("SIGNATURE_INVALID "), "before its length is looked at"


def test_packed_is_read_again() -> None:
    assert [row.setl_id for row in rows_of(packed("x.txt", ROW.encode()))] == ["1"]
