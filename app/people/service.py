"""Insured persons: found, opened and shown no more than is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.kit.masking import mask_name, mask_number
from app.kit.reasons import Because, Refusal
from app.kit.sm import Sealer
from app.people import repository
from app.people.errors import PERSON_UNKNOWN
from app.people.models import CatalogueItem, Institution, Person

_TOKEN = re.compile(r"@([0-9]{1,19})(?![0-9])")  # Chinese may follow at once


def name_aad(psn_no: str) -> str:
    """What a sealed name is bound to."""
    return f"person.psn_name:{psn_no}"


def certno_aad(psn_no: str) -> str:
    """What a sealed ID number is bound to."""
    return f"person.certno:{psn_no}"


def secret_aad(fixmedins_code: str) -> str:
    """What an institution's sealed signing secret is bound to."""
    return f"institution.secret:{fixmedins_code}"


def index_certno(sealer: Sealer, cert_type: str, certno: str) -> bytes:
    """The keyed index of an ID number; a final x counts as X."""
    return sealer.index(f"certno:{cert_type}", certno.strip().upper())


def index_name(sealer: Sealer, name: str) -> bytes:
    """The keyed index of a name."""
    return sealer.index("psn_name", name.strip())


@dataclass(frozen=True, slots=True)
class Till:
    """An institution as the tills' door needs it, its key opened."""

    code: str
    name: str
    admdvs: str
    type: str
    level: str
    auth_scheme: str
    secret: str


class People:
    """The registry's service."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer

    async def get(self, person_id: int) -> Person:
        """The person with this id.

        Raises:
            Refusal: PERSON_UNKNOWN.
        """
        person = await repository.by_id(person_id)
        if person is None:
            raise Refusal(PERSON_UNKNOWN)
        return person

    async def by_ids(self, person_ids: Iterable[int]) -> dict[int, Person]:
        """People by id; missing ones are left out."""
        return await repository.by_ids(person_ids)

    async def by_psn_no(self, psn_no: str) -> Person | None:
        """The person with this national number, or None."""
        return await repository.by_psn_no(psn_no)

    async def identify(self, name: str, cert_type: str, certno: str) -> Person:
        """The person with this name and number; which of the two is wrong is not told.

        Raises:
            Refusal: PERSON_UNKNOWN.
        """
        index = index_certno(self.sealer, cert_type, certno)
        person = await repository.by_certificate(cert_type, index)
        if person is None or person.psn_name_index != index_name(self.sealer, name):
            raise Refusal(PERSON_UNKNOWN)
        return person

    def name(self, person: Person) -> str:
        """The full name: only for the person and for the till that serves the person."""
        return self.sealer.open(bytes(person.psn_name_sealed), name_aad(person.psn_no))

    def certno(self, person: Person) -> str:
        """The full ID number: only for the till that serves the person."""
        return self.sealer.open(bytes(person.certno_sealed), certno_aad(person.psn_no))

    def open_name(self, psn_no: str, sealed: bytes) -> str:
        """The full name from its sealed form: only for ordering by it."""
        return self.sealer.open(sealed, name_aad(psn_no))

    def masked_name(self, person: Person) -> str:
        return mask_name(self.name(person))

    async def masked_names(self, person_ids: Iterable[int]) -> dict[int, str]:
        """Masked names by person id."""
        people = await repository.by_ids(set(person_ids))
        return {person_id: self.masked_name(person) for person_id, person in people.items()}

    async def named(self, becauses: Iterable[Because]) -> list[Because]:
        """Reasons with people's tokens (``@<id>``) replaced by masked names."""
        items = list(becauses)
        tokens = {v for item in items for v in item.params.values() if v.startswith("@")}
        if not tokens:
            return items
        people = await repository.by_ids({int(token[1:]) for token in tokens})
        names = {f"@{i}": self.masked_name(person) for i, person in people.items()}
        return [
            Because(item.reason, {k: names.get(v, v) for k, v in item.params.items()})
            for item in items
        ]

    async def fill(self, texts: Sequence[str]) -> list[str]:
        """Texts with people's tokens (``@<id>``) replaced by masked names."""
        ids = {int(found) for text in texts for found in _TOKEN.findall(text)}
        people = await repository.by_ids(ids) if ids else {}
        names = {i: self.masked_name(person) for i, person in people.items()}
        return [
            _TOKEN.sub(lambda found: names.get(int(found[1]), found[0]), text) for text in texts
        ]

    async def named_refusal(self, refusal: Refusal) -> Refusal:
        """The same refusal with masked names in the place of tokens; doors call it."""
        [named] = await self.named([refusal.because()])
        return Refusal(named.reason, **named.params)

    async def till(self, key_id: str) -> Till | None:
        """The institution that owns a signing key, or None."""
        found = await repository.institution_by_key(key_id)
        if found is None:
            return None
        secret = self.sealer.open(bytes(found.secret_sealed), secret_aad(found.fixmedins_code))
        return Till(
            found.fixmedins_code, found.fixmedins_name, found.admdvs, found.fixmedins_type,
            found.hosp_lv, found.auth_scheme, secret,
        )  # fmt: skip

    async def institution(self, code: str) -> Institution | None:
        """The institution with this code, or None."""
        return await repository.institution(code)

    async def find_institutions(self, text: str, place: str, limit: int) -> list[Institution]:
        """Institutions by a part of the name or the beginning of the code; a place's own first."""
        return await repository.find_institutions(text, place, limit)

    async def find_items(self, text: str, limit: int) -> list[CatalogueItem]:
        """Items of the catalogue by a part of the name or the beginning of the code."""
        return await repository.find_items(text, limit)

    async def institution_names(self, codes: Iterable[str]) -> dict[str, str]:
        """Names of institutions by code."""
        return await repository.institution_names(codes)

    def masked_certno(self, person: Person) -> str:
        return mask_number(self.certno(person))
