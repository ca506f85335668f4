"""Files of institutions and of the registry: tables and archives, right, spoilt, harmful."""

from __future__ import annotations

import base64
import copy
import io
import random
import struct
import zipfile
from datetime import date
from typing import Any

from app.domain.reconcile.archive import COLUMNS
from app.domain.registry.imports.rows import CATALOGUE, INSTITUTIONS, PEOPLE
from app.kit.words.id_numbers import id_number
from app.ledger.proof.receipts import FORMAT
from app.ledger.proof.seals import day_hash
from app.regions.loader import PACKS
from tests.fuzz.case import Case
from tests.fuzz.making.grammar import hostile, number, shaken, text, torn, value, written
from tests.fuzz.making.tills import call

TABLES = {"people": PEOPLE, "institutions": INSTITUTIONS, "catalogue": CATALOGUE}
_NAMES = (
    "x.txt",
    "对账.txt",
    "",
    "../x",
    ".x",
    "a/b.txt",
    "a\\b",
    "x" * 300,
    "\u202etxt.x",
    "x\0y",
)
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8", "gb18030", "utf-16", "utf-8-sig", "latin-1")
_RIGHT_CELLS = {
    "psn_name": "居民甲", "psn_cert_type": "01", "gend": "1", "brdy": "1980-05-17",
    "insutype": "310",
    "psn_type": "11", "psn_insu_stas": "1", "insuplc_admdvs": "130100", "has_account": "1",
    "balance_current": "20.60", "balance_carried": "0", "fixmedins_name": "药房", "hosp_lv": "11",
    "fixmedins_type": "2", "admdvs": "130100", "auth_scheme": "hmac-sm3", "secret": "s" * 20,
    "outpatient_pooling": "0", "cross_region": "1", "name": "药", "list_type": "101",
    "chrgitm_lv": "01", "selfpay_prop": "0.1", "pric_uplmt_amt": "14.50", "licence": "",
    "medfee_sumamt": "10.50", "fund_pay_sumamt": "0", "acct_pay": "10.50", "refd_setl_flag": "0",
}  # fmt: skip
_CELLS = (
    '"', '""', '"a', 'a"b', "'1", '="1"', "=1+1", "\0", "\ufeff", "a,b", "a;b", "a\tb", "#REF!",
    " 1 ", "\u3000", "1E+17", "0" * 60, "TRUE",
)  # fmt: skip
_FIGURES = {
    "setl_optins": "139999", "file_qury_no": "<<file>>", "stmt_begndate": "<<today>>",
    "stmt_enddate": "<<today>>", "fund_pay_sumamt": "0",
}  # fmt: skip
_PACKS = sorted(PACKS.glob("*.toml"))
_TOML = (
    b"0", b"-1", b"1.5", b"true", b'""', b"[]", b"{}", b"1e400", b"inf", b"nan", b"2026-02-29",
    b"2026-11-21T00:00:00", b"0001-01-01", b"9999-12-31", b"12:00:00", b"9" * 400, b"0xffff",
    b"[" * 2000 + b"]" * 2000, b"{a=" * 900 + b"1" + b"}" * 900, b'"\\u0000"', b'[1, "a", {}]',
    b'{"1" = 1}', b"{a = {b = 1}}", b'"x" # y', b"[[1, 2], [3]]", b"0.1", b'"2026-01-01"',
)  # fmt: skip
_ZERO = "00" * 32
_RECEIPT = {
    "format": FORMAT, "setl_id": "1", "day": "2026-11-21", "merkle": _ZERO, "leaves": 1,
    "previous": _ZERO, "root": _ZERO,
    "rows": [
        {"text": "[\"S1\", 1]", "before_debit": _ZERO, "before_credit": _ZERO,
         "path": [["left", _ZERO]]},
    ],
}  # fmt: skip
ROOT = day_hash(bytes(32), date(2026, 11, 21), 1, bytes(32)).hex()
_BORN = date(1980, 5, 17)


def statement(dice: random.Random) -> Case:
    """9101 with a file, then 3202 about it, then 9102 of what came of it."""
    rows = _table(dice, COLUMNS, "\t")
    content = archive(dice, rows)
    node: dict[str, Any] = {"in": _sent(dice, content), "filename": dice.choice(_NAMES[:3])}
    node["fixmedins_code"] = "<<shop>>"
    if dice.random() < 0.1:
        node[dice.choice(("in", "filename", "bytes"))] = hostile(dice)
    upload = call(dice, "9101", {dice.choice(("fsUploadIn", "data")): node})
    figures = _FIGURES | {
        "medfee_sumamt": _sum(dice),
        "cash_payamt": _sum(dice),
        "fixmedins_setl_cnt": dice.randrange(5),
        "refd_setl_flag": dice.choice(("", "0", "1")),
    }
    compare = call(dice, "3202", {"data": figures})
    wanted = {"file_qury_no": "<<file>>", "filename": "x", "fixmedins_code": "<<shop>>"}
    download = call(dice, "9102", {"fsDownloadIn": wanted})
    return Case(
        upload.door, upload.name, upload.head, upload.body, upload.signed, True, (compare, download)
    )


def _sum(dice: random.Random) -> Any:
    return (
        number(dice)
        if dice.random() < 0.15
        else f"{dice.randrange(10**6)}.{dice.randrange(100):02d}"
    )


def table(dice: random.Random) -> Case:
    """A file for ``qinji import``."""
    kind = dice.choice([*TABLES])
    separator = dice.choice((",", ",", ",", ";", "\t"))
    return Case("command", kind, "", _table(dice, TABLES[kind], separator))


def receipt(dice: random.Random) -> Case:
    """A file for ``qinji ledger prove``: under its root, so that it is looked at whole."""
    made = shaken(dice, copy.deepcopy(_RECEIPT), dice.choice((0, 1, 1, 2)))
    raw = written(dice, made)
    return Case("command", "receipt", "", torn(dice, raw) if dice.random() < 0.1 else raw)


def pack(dice: random.Random) -> Case:
    """A region's rules for ``qinji region check``: ours, with some lines that are wrong."""
    path = dice.choice(_PACKS)
    lines = path.read_bytes().split(b"\n")
    for _ in range(dice.choice((1, 1, 2, 3))):
        at = dice.randrange(len(lines))
        name, is_key, _ = lines[at].partition(b"=")
        if is_key and dice.random() < 0.7:
            lines[at] = name + b"= " + dice.choice(_TOML)
        elif dice.random() < 0.5:
            lines[at] = torn(dice, lines[at])
        elif dice.random() < 0.5:
            del lines[at]
        else:
            lines.insert(at, dice.choice(lines))
    return Case("command", "pack", path.name, b"\n".join(lines))


def archive(dice: random.Random, inner: bytes) -> bytes:
    """A zip with this text, or something like one."""
    roll = dice.random()
    if roll < 0.05:
        return inner
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", dice.choice(_PACKINGS)) as made:
        made.comment = dice.randbytes(dice.choice((0, 0, 0, 9, 60_000)))
        for number in range(dice.choice((1, 1, 1, 1, 1, 0, 2, 40))):
            name = dice.choice(_NAMES) if dice.random() < 0.2 else "x.txt"
            about = zipfile.ZipInfo(f"{number or ''}{name}")
            about.compress_type = (
                dice.choice(_PACKINGS) if dice.random() < 0.2 else made.compression
            )
            about.extra = dice.randbytes(dice.choice((0, 0, 0, 3, 20)))
            made.writestr(about, _bomb(dice) if dice.random() < 0.01 else inner)
    content = target.getvalue()
    for _ in range(dice.choice((0, 0, 0, 0, 1, 1, 2))):
        content = _bent(dice, content) if dice.random() < 0.6 else torn(dice, content)
    return content


def _bomb(dice: random.Random) -> bytes:
    return dice.choice((b"\n", b"\t", b"0", b"\0")) * dice.choice((10**5, 10**6, 5 * 10**6))


def _bent(dice: random.Random, content: bytes) -> bytes:
    """An archive that says something else of itself: a field of its directory is another number."""
    mark = dice.choice((b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"))
    start = content.find(mark)
    if start < 0:
        return content
    place = start + dice.randrange(4, 46)
    number = dice.choice((0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, len(content)))
    size = dice.choice(("<B", "<H", "<I"))
    packed = struct.pack(size, number & (2 ** (8 * struct.calcsize(size)) - 1))
    return content[:place] + packed + content[place + len(packed) :]


def _sent(dice: random.Random, content: bytes) -> Any:
    match dice.randrange(12):
        case 0:
            return list(content[:20_000])
        case 1:
            return [byte - 256 if byte > 127 else byte for byte in content[:20_000]]
        case 2:
            return base64.urlsafe_b64encode(content).decode()
        case 3:
            return base64.encodebytes(content).decode()
        case 4:
            return base64.b64encode(content).decode()[: -dice.randrange(1, 4)]
    return base64.b64encode(content).decode()


def _table(dice: random.Random, columns: tuple[str, ...], separator: str) -> bytes:
    """A table with a header: its rows, cells and lines are right mostly."""
    names = [*columns]
    if dice.random() < 0.2:
        dice.shuffle(names)
    header = [name.upper() if dice.random() < 0.05 else name for name in names]
    if dice.random() < 0.08:
        header[dice.randrange(len(header))] = str(hostile(dice))[:300]
    lines = [header] if dice.random() < 0.97 else []
    lines += [_row(dice, names) for _ in range(dice.choice((0, 1, 1, 2, 3, 8)))]
    if dice.random() < 0.1 and lines:
        lines.append(lines[-1])
    end = dice.choice(("\n", "\n", "\r\n", "\r", "\n\n", "\u2028"))
    whole = end.join(separator.join(line) for line in lines) + dice.choice(("", end))
    if dice.random() < 0.05:
        place = dice.randrange(len(whole) + 1)
        whole = (
            whole[:place] + dice.choice((separator, end, '"', "\0", " " * 20_000)) + whole[place:]
        )
    content = whole.encode(dice.choice(_ENCODINGS), "replace")
    return torn(dice, content) if dice.random() < 0.08 else content


def _row(dice: random.Random, names: list[str]) -> list[str]:
    serial = dice.randrange(10**6)
    right = _RIGHT_CELLS | {
        "psn_no": f"Z{dice.choice((serial, 1, 2)):08d}",
        "certno": id_number("139900", _BORN, serial % 500 * 2 + 1),
        "fixmedins_code": f"P{serial % 10**11:011d}",
        "key_id": f"key-{serial}",
        "med_list_codg": f"XZ{serial:08d}",
        "setl_id": str(serial),
        "mdtrt_id": str(serial),
    }
    cells = [right.get(name, "") for name in names]
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        place = dice.randrange(len(cells))
        kind = dice.choice(("c30", "n16,2", "date"))
        found = value(dice, kind) if dice.random() < 0.8 else dice.choice(_CELLS)
        cells[place] = str(found)[:20_000]
    if dice.random() < 0.05:
        cells = cells[: dice.randrange(len(cells))] or [text(dice, 9)]
    return cells
