"""One thing to send: made by a seed, the same each time but for what stands in its marks.

``<<psn_no>>`` and the like stand for what only the running system knows. They are put in just
before it is sent, and then it is signed.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.clients.till.signing import SCHEMES

Door = Literal["till", "phone", "ops", "counter", "bureau", "raw", "command"]
Documented = Literal["phone", "ops", "counter", "bureau"]
"""Those whose answers are judged by their document."""
Known = Mapping[str, str]
_MARK = re.compile(rb"<<([a-z_]+)>>")
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Case:
    """One call, or the input of one command.

    Attributes:
        door: whose answer it is judged by.
        name: the transaction, the call, the command.
        head: request line and headers, each with its line end; of a raw call the beginning of what
            is sent, of a command the name of its file, if that matters.
        body: the rest.
        signed: whether it gets a right signature; without it may have one that is made up.
        framed: whether host and length are added; a raw call stands as it is.
        then: what is sent next, with what its answer told.
    """

    door: Door
    name: str
    head: str
    body: bytes = b""
    signed: bool = False
    framed: bool = True
    then: tuple[Case, ...] = ()

    @property
    def at_tills(self) -> bool:
        return self.door == "till"

    def wire(self, known: Known) -> bytes:
        """The bytes to send."""
        head = filled(self.head.encode("latin-1", "replace"), known)
        body = filled(self.body, known)
        if not self.framed:
            return head + body
        more = [f"Host: fuzz\r\nContent-Length: {len(body)}\r\n"]
        if self.signed:
            sign, now = SCHEMES[known["scheme"]], int(time.time() * 1000)
            signed = sign(known["key_id"], known["secret"], body, now)
            more += [f"{name}: {value}\r\n" for name, value in signed.items()]
        return head + "".join(more).encode() + b"\r\n" + body

    def __str__(self) -> str:
        return f"{self.door} {self.name}: {self.head[:_SHOWN]!r} {self.body[:_SHOWN]!r}"


def filled(text: bytes, known: Known) -> bytes:
    """A text with what is known in the place of its marks."""
    if b"<<" not in text:
        return text
    return _MARK.sub(lambda mark: known.get(mark[1].decode(), "").encode(), text)


def dumped(case: Case) -> dict[str, Any]:
    """A case for a file of the corpus."""
    told: dict[str, Any] = {"door": case.door, "name": case.name, "head": case.head}
    try:
        told["body"] = case.body.decode()
    except UnicodeDecodeError:
        told["body_base64"] = base64.b64encode(case.body).decode()
    told |= {"signed": case.signed, "framed": case.framed}
    if case.then:
        told["then"] = [dumped(one) for one in case.then]
    return told


def loaded(told: dict[str, Any]) -> Case:
    """A case of the corpus."""
    packed = told.get("body_base64")
    return Case(
        told["door"],
        told["name"],
        told["head"],
        told["body"].encode() if packed is None else base64.b64decode(packed),
        told.get("signed", False),
        told.get("framed", True),
        tuple(loaded(one) for one in told.get("then", ())),
    )


def as_text(case: Case) -> str:
    return json.dumps(dumped(case), ensure_ascii=False, indent=1) + "\n"
