"""9101 upload a file, 9102 download one (WIRE Files)."""

from __future__ import annotations

import base64
import binascii
from array import array
from typing import Any

from app.api.tills.errors import NOT_YOUR_INSTITUTION
from app.api.tills.message import FileOut, Message, StreamOut
from app.api.tills.transactions.catalogue import stream
from app.api.tills.wire.envelope import FILE_BYTES, UPLOAD_NODES
from app.api.tills.wire.fields import Field, Holder, code, text, text_that, wrong
from app.api.tills.wire.nodes import FileNode, Shape
from app.api.tills.wire.values import wire_time
from app.domain.catalogue.service import Difference
from app.kit.reasons import Refusal


async def upload(message: Message) -> dict[str, Any]:
    """9101: keeps a file for some days under a ``file_qury_no``."""
    data = _UPLOAD.of(message.input)
    _own(message, data)
    stored = await message.rooms.reconciliation.exchange.put(
        message.sender.code, data["filename"], data["in"]
    )
    return {
        "file_qury_no": stored.file_qury_no,
        "filename": stored.filename,
        "fixmedins_code": message.sender.code,
        "dld_endtime": wire_time(stored.expires_at),
    }


async def download(message: Message) -> FileOut | StreamOut:
    """9102: gives a file of this institution, or one of the lists of 13xx, as a stream."""
    data = _DOWNLOAD.of(message.input)
    if (listed := Difference.of(data["file_qury_no"])) is not None:
        if data["fixmedins_code"] not in (str(listed.since), message.sender.code):
            raise wrong("fixmedins_code", "应为目录下载请求中的版本号")
        return stream(message, listed)
    _own(message, data)
    stored = await message.rooms.reconciliation.exchange.get(
        message.sender.code, data["file_qury_no"]
    )
    return FileOut(stored.filename, stored.content)


def _own(message: Message, data: dict[str, Any]) -> None:
    if data["fixmedins_code"] != message.sender.code:
        raise Refusal(NOT_YOUR_INSTITUTION)


def _is_bare_name(name: str) -> bool:
    """It is never a place on our disk, but it is handed out again by 9102."""
    no_path = "/" not in name and "\\" not in name and not name.startswith(".")
    return no_path and name.isprintable()


def _content(data: Holder) -> bytes:
    """The file's bytes: of a form, base64, or a list of numbers (Java's signed ones too)."""
    value = next((data[name] for name in FILE_BYTES if name in data), None)
    if isinstance(value, bytes):  # it came beside the message
        content = value
    elif isinstance(value, str):
        try:
            content = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise wrong("in", "不是base64") from None
    elif isinstance(value, list):
        content = _bytes(value)
    else:
        raise wrong("in", "应为base64字符串或字节数组")
    if not content:
        raise wrong("in", "文件为空")
    return content


def _bytes(numbers: list[Any]) -> bytes:
    if not all(type(number) is int for number in numbers):
        raise wrong("in", "应为字节数组")
    try:
        return bytes(numbers)
    except ValueError:
        pass
    try:
        return array("b", numbers).tobytes()
    except OverflowError:
        raise wrong("in", "应为字节数组") from None


_UPLOAD = FileNode(
    UPLOAD_NODES[0],
    text_that("filename", "文件名", 200, _is_bare_name, "只能是文件名，不能含路径"),
    code("fixmedins_code", "医药机构编号", 30),
    Field("in", "文件数据", "bytes", True, _content),
)
UPLOADED = Shape((_UPLOAD,), ("file_qury_no", "filename", "fixmedins_code", "dld_endtime"))
_DOWNLOAD = FileNode(
    "fsDownloadIn",
    code("file_qury_no", "文件查询号", 30),
    text("filename", "文件名", 200),
    code("fixmedins_code", "医药机构编号", 30),
)
DOWNLOADED = Shape((_DOWNLOAD,), file=True)
