"""9101 upload a file, 9102 download one (WIRE Files)."""

from __future__ import annotations

import base64
import binascii
from array import array
from typing import Any

from app.api.tills.envelope import FILE_BYTES, UPLOAD_NODES
from app.api.tills.errors import NOT_YOUR_INSTITUTION
from app.api.tills.fields import text, wrong
from app.api.tills.message import FileOut, Message
from app.kit.reasons import Refusal

_DOWNLOAD_NODES = ("fsDownloadIn", "data")


async def upload(message: Message) -> dict[str, Any]:
    """9101: keeps a file for some days under a ``file_qury_no``."""
    data = _node(message.input, UPLOAD_NODES)
    filename = _filename(data)
    _own(message, data)
    content = _content(next((data[name] for name in FILE_BYTES if name in data), None))
    stored = await message.services.reconciliation.exchange.put(
        message.till.code, filename, content
    )
    return {
        "file_qury_no": stored.file_qury_no,
        "filename": filename,
        "fixmedins_code": message.till.code,
    }


async def download(message: Message) -> FileOut:
    """9102: gives a file of this institution, as a stream."""
    data = _node(message.input, _DOWNLOAD_NODES)
    number = text(data, "file_qury_no", 30)
    text(data, "filename", 200, required=False)
    _own(message, data)
    stored = await message.services.reconciliation.exchange.get(message.till.code, number)
    return FileOut(stored.filename, stored.content)


def _node(body: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    found = next((body[name] for name in names if name in body), body)
    if not isinstance(found, dict):
        raise wrong(names[0], "应为JSON对象")
    return found


def _own(message: Message, data: dict[str, Any]) -> None:
    code = text(data, "fixmedins_code", 30, required=False)
    if code and code != message.till.code:
        raise Refusal(NOT_YOUR_INSTITUTION)


def _filename(data: dict[str, Any]) -> str:
    """A bare name: it is never a place on our disk, but it is handed out again by 9102."""
    name = text(data, "filename", 200)
    if "/" in name or "\\" in name or name.startswith(".") or not name.isprintable():
        raise wrong("filename", "只能是文件名，不能含路径")
    return name


def _content(value: object) -> bytes:
    """The file's bytes: base64, or a list of numbers (Java's signed ones too)."""
    if isinstance(value, str):
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
