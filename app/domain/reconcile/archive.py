"""The file inside the file: a zip with one tab-separated UTF-8 text (WIRE Files).

Nothing is ever unpacked to a disk, and never more of it than a statement may hold: what a zip says
of itself is not believed, the bytes are counted as they come.
"""

from __future__ import annotations

import codecs
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.reconcile.errors import FILE_INVALID
from app.domain.reconcile.memos import EMPTY
from app.kit.money import MoneyError, fen_from_yuan
from app.kit.reasons import Refusal

COLUMNS = ("setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "fund_pay_sumamt", "acct_pay",
           "refd_setl_flag")  # fmt: skip
TEXT_MAX = 64 * 1024 * 1024
ROWS_MAX = 300_000
EXTRA_COLUMN = "exp_content"
"""The eighth: it may be there, and makes no difference."""
_CELL_MAX, _EXTRA_MAX = 30, 4_000
_LINE_MAX = 4_400
_READ = 64 * 1024
_MEMBER, _MEMBERS_MAX = b"PK\x01\x02", 16  # the bytes may stand in a text by chance
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError,
           NotImplementedError, OSError, OverflowError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileRow:
    """A settlement as the institution has it."""

    line: int
    setl_id: str
    mdtrt_id: str
    psn_no: str
    medfee_fen: int
    fund_fen: int
    acct_fen: int
    refund: bool


def rows_of(content: bytes) -> Iterator[FileRow]:
    """The rows of an uploaded file, read as they are asked for.

    Raises:
        Refusal: FILE_INVALID, with the line where it helps.
    """
    columns: tuple[str, ...] = COLUMNS
    for number, line in enumerate(_lines(content), 1):
        cells = _cells(line)
        if number == 1 and sorted(set(cells) - {EXTRA_COLUMN}) == sorted(COLUMNS):
            columns = tuple(cells)
            continue
        if number > ROWS_MAX + 1:  # empty ones too: they cost time
            raise wrong(f"超过{ROWS_MAX}行")
        if line.strip():
            yield _row(number, columns, cells)


def packed(filename: str, text: bytes) -> bytes:
    """A zip with this one text."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(filename, text)
    return target.getvalue()


def wrong(detail: str) -> Refusal:
    """The refusal of a file."""
    return Refusal(FILE_INVALID, detail=detail)


def _row(number: int, columns: tuple[str, ...], cells: list[str]) -> FileRow:
    if EXTRA_COLUMN not in columns and len(cells) == len(columns) + 1:
        columns = (*columns, EXTRA_COLUMN)
    if len(cells) < len(COLUMNS) or len(cells) > len(columns):
        raise wrong(f"第{number}行应有{len(columns)}列")
    cell = dict(zip(columns, [*cells, ""], strict=False))
    extra = cell.pop(EXTRA_COLUMN, "")
    if len(extra) > _EXTRA_MAX or any(len(one) > _CELL_MAX for one in cell.values()):
        raise wrong(f"第{number}行有过长的内容")
    if not cell["setl_id"] or not all(one.isprintable() for one in cells):
        raise wrong(f"第{number}行setl_id为空或含有非法字符")
    if cell["refd_setl_flag"] not in ("0", "1"):
        raise wrong(f"第{number}行refd_setl_flag应为0或1")
    try:
        medfee, fund, acct = (fen_from_yuan(cell[name]) for name in COLUMNS[3:6])
    except MoneyError:
        raise wrong(f"第{number}行金额不正确") from None
    return FileRow(
        number,
        cell["setl_id"],
        cell["mdtrt_id"],
        cell["psn_no"],
        medfee,
        fund,
        acct,
        cell["refd_setl_flag"] == "1",
    )


def _cells(line: str) -> list[str]:
    """The cells of a row: what is empty may say ``null``; empty ones at the right of the last
    column are nothing."""
    cells = ["" if cell.strip() == EMPTY else cell.strip() for cell in line.split("\t")]
    while len(cells) > len(COLUMNS) and not cells[-1]:
        cells.pop()
    return cells


def _lines(content: bytes) -> Iterator[str]:
    decode = codecs.getincrementaldecoder("utf-8-sig")()
    rest, number = "", 0
    try:
        for part in _parts(content):
            rest += decode.decode(part)
            *lines, rest = rest.split("\n")
            if len(rest) > _LINE_MAX or any(len(line) > _LINE_MAX for line in lines):
                raise wrong(f"第{number + 1}行之后有过长的行")
            number += len(lines)
            yield from lines
        rest += decode.decode(b"", final=True)
    except UnicodeDecodeError:
        raise wrong(f"第{number + 1}行之后不是UTF-8编码，请另存为UTF-8文本后重新上传") from None
    if "\0" in rest:
        raise wrong("含有非法字符")
    yield rest


def _parts(content: bytes) -> Iterator[bytes]:
    """The text's bytes; stops at ``TEXT_MAX`` whatever the zip says its size is."""
    if content.count(_MEMBER) > _MEMBERS_MAX:  # before all their names are read
        raise wrong("压缩包内应只有一个文件")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) != 1:
                raise wrong("压缩包内应只有一个文件")
            [member] = members
            name = member.filename
            if not name or "/" in name or "\\" in name or name.startswith("."):
                raise wrong("文件名不正确")
            if member.flag_bits & 1 or member.compress_type not in _PLAIN:
                raise wrong("不支持加密或该压缩方式")
            with archive.open(member) as text:
                count = 0
                while part := text.read(_READ):
                    count += len(part)
                    if count > TEXT_MAX:
                        raise wrong("解压后过大")
                    yield part
    except _BROKEN:
        raise wrong("不是有效的zip文件") from None
