"""Insured persons: found, opened and shown no more than is needed."""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.masking import mask_name, mask_number
from app.kit.reasons import Refusal
from app.kit.sm import Sealer
from app.people import repository
from app.people.errors import PERSON_UNKNOWN
from app.people.models import Person


def name_aad(psn_no: str) -> str:
    """What a sealed name is bound to."""
    return f"person.psn_name:{psn_no}"


def certno_aad(psn_no: str) -> str:
    """What a sealed ID number is bound to."""
    return f"person.certno:{psn_no}"


def index_certno(sealer: Sealer, cert_type: str, certno: str) -> bytes:
    """The keyed index of an ID number; a final x counts as X."""
    return sealer.index(f"certno:{cert_type}", certno.strip().upper())


def index_name(sealer: Sealer, name: str) -> bytes:
    """The keyed index of a name."""
    return sealer.index("psn_name", name.strip())


@dataclass(frozen=True, slots=True)
class Shown:
    """A person as others may see one."""

    person_id: int
    masked_name: str


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

    def masked_name(self, person: Person) -> str:
        return mask_name(self.name(person))

    def masked_certno(self, person: Person) -> str:
        return mask_number(self.certno(person))
