"""A message that comes as a form: its text in ``jsonStr``, a file's bytes in ``file``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.api.tills.errors import ENVELOPE_INVALID
from app.api.tills.wire.envelope import FILE_BYTES, UPLOAD_NODES, Envelope
from app.kit.reasons import Refusal

_FORM = re.compile(r'multipart/form-data\b.*?;\s*boundary="?([^";\s]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'\bname="?([A-Za-z]+)"?', re.IGNORECASE)
TEXT, FILE = b"jsonStr", b"file"
_PARTS_MAX = 8


def opened(content_type: str, raw: bytes) -> tuple[bytes, bytes | None]:
    """The message's text, and the file that came with it, if one did.

    Raises:
        Refusal: ENVELOPE_INVALID: a form without the message.
    """
    boundary = _FORM.match(content_type)
    if boundary is None:
        return raw, None
    parts = dict(_parts(raw, boundary.group(1).encode()))
    if TEXT not in parts:
        raise Refusal(ENVELOPE_INVALID, field="body", detail="表单中没有jsonStr")
    return parts[TEXT], parts.get(FILE)


def with_file(envelope: Envelope, file: bytes) -> None:
    """Puts a file's bytes where an upload has them."""
    nodes = (envelope.input.get(name) for name in UPLOAD_NODES)
    node: dict[str, Any] = next((one for one in nodes if isinstance(one, dict)), envelope.input)
    node[FILE_BYTES[0]] = file


def _parts(raw: bytes, boundary: bytes) -> Iterator[tuple[bytes, bytes]]:
    for part in raw.split(b"--" + boundary, _PARTS_MAX)[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if blank and name is not None:
            yield name.group(1), content.removesuffix(b"\r\n")
