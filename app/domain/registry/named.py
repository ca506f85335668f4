"""A person as doors name one: the sealed parts as they are stored, and what is printed. Pure."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from app.kit.value import value


class Identity(Protocol):
    """Whoever can be named: an insured person, whole or as much as is needed for it."""

    @property
    def id(self) -> int: ...
    @property
    def psn_no(self) -> str: ...
    @property
    def psn_name_sealed(self) -> bytes: ...
    @property
    def psn_cert_type(self) -> str: ...
    @property
    def certno_sealed(self) -> bytes: ...
    @property
    def gend(self) -> str: ...
    @property
    def brdy(self) -> date: ...


@value
class Named:
    """As much of an insured person as is needed to name him at a door."""

    id: int
    psn_no: str
    psn_name_sealed: bytes
    psn_cert_type: str
    certno_sealed: bytes
    gend: str
    brdy: date
