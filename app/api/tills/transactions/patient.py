"""Who the patient of a message is: by a 医保码, a social-security card, or name and ID number.

Whatever spends asks for it anew (law 4). Undoing (2103, 2103A, 2208, 2601) doesn't: it takes
nothing but what was paid before, often long after the patient has left.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.api.http.counting import count_limit
from app.api.tills.errors import INSUPLC_MISMATCH
from app.api.tills.message import Message
from app.domain.card.errors import (
    CARD_OF_OTHER,
    CARD_UNKNOWN,
    ID_NUMBER_OF_OTHER,
    NAME_NUMBER_MISMATCH,
    READING_TRIES,
)
from app.domain.card.readings import Reading
from app.domain.credential.code import check_pays
from app.domain.credential.errors import CERT_TYPE_UNSUPPORTED, WRONG_HOLDER
from app.domain.credential.service import Token
from app.domain.limit.errors import TOO_OFTEN
from app.domain.limit.service import Keys
from app.domain.limit.values import Limit, Row
from app.kit.reasons import Refusal
from app.kit.value import value
from app.words import CertType

_HOUR, _DAY = 3_600, 86_400
_CALL = "TILL card"
_GUESSED = Row(
    (
        Limit(("institution", "target"), 10, _DAY, "kept", "read at one"),
        Limit(("institution",), 100, _HOUR, "kept", "read"),
    ),
    counts=frozenset(one.code for one in (CARD_UNKNOWN, NAME_NUMBER_MISMATCH)),
    done_counts=False,
)
"""Wrong serials and names an institution may send: of one number, and of all. Kept in the database:
an emptied Redis must not let anybody guess on."""
_OF_OTHER = {
    CertType.CREDENTIAL: WRONG_HOLDER,
    CertType.CARD: CARD_OF_OTHER,
    CertType.ID_NUMBER: ID_NUMBER_OF_OTHER,
}


@value
class Patient:
    """The patient of a message, and what was shown."""

    person_id: int
    psn_no: str
    place: str
    cert_type: CertType
    shown: Token | Reading

    @property
    def credential_id(self) -> int | None:
        """The code that was scanned."""
        return self.shown.credential_id if isinstance(self.shown, Token) else None

    @property
    def card_id(self) -> int | None:
        """The card that was read."""
        return self.shown.card_id if isinstance(self.shown, Reading) else None

    def shown_in_bill(self) -> dict[str, Any]:
        """What a bill keeps of it."""
        return {
            "credential_id": self.credential_id,
            "cert_type": self.cert_type,
            "card_id": self.card_id,
        }

    def of_other(self) -> Refusal:
        """What was shown is somebody else's."""
        return Refusal(_OF_OTHER[self.cert_type])


async def shown_by(message: Message, data: dict[str, Any], *, keep: bool = False) -> Patient:
    """Whose token, card or ID number a message carries; with ``keep`` the number of what was read
    is enough for a while.

    Raises:
        Refusal: CERT_TYPE_UNSUPPORTED, TOKEN_UNKNOWN, BINDING_ENDED; what ``Readings`` refuses,
            READING_TRIES; BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION.
    """
    rooms, number = message.rooms, data["mdtrt_cert_no"]
    cert_type = data["mdtrt_cert_type"].zfill(2)
    if cert_type == CertType.CREDENTIAL:
        token = await rooms.credentials.token(number, message.sender.code)
        place = token.insuplc_admdvs
        return Patient(token.holder_id, token.psn_no, place, CertType.CREDENTIAL, token)
    if cert_type not in (CertType.CARD, CertType.ID_NUMBER):
        raise Refusal(CERT_TYPE_UNSUPPORTED)
    kind = CertType(cert_type)
    reading = await _counted(message, kind, data)
    person = reading.person
    rooms.credentials.check_holder(person)
    if keep:
        await rooms.readings.keep(reading, number, message.sender)
        await rooms.credentials.note_seen(person.id, message.sender.code, reading.until)
    return Patient(person.id, person.psn_no, person.insuplc_admdvs, kind, reading)


async def patient_of(
    message: Message, data: dict[str, Any], pays: Collection[str] | None = None
) -> Patient:
    """The very patient that a message names, insured where it says; with ``pays``: a code was read
    for one of these kinds of business.

    Raises:
        Refusal: what ``shown_by`` refuses; WRONG_HOLDER, CARD_OF_OTHER, ID_NUMBER_OF_OTHER,
            INSUPLC_MISMATCH, CODE_FOR_OTHER.
    """
    patient = await shown_by(message, data)
    if patient.psn_no != data["psn_no"]:
        named = await message.rooms.people.by_psn_no(data["psn_no"])
        if named is None or named.id != patient.person_id:
            raise patient.of_other()
    place = message.envelope.insuplc_admdvs
    if place and place != patient.place:
        raise Refusal(INSUPLC_MISMATCH)
    if pays is not None and isinstance(patient.shown, Token):
        check_pays(patient.shown.business_type, pays)
    return patient


async def spend(message: Message, patient: Patient, fen: int) -> None:
    """Counts a bill to what was shown for it.

    Raises:
        Refusal: TOKEN_SPENT, READING_SPENT.
    """
    msgid = message.envelope.msgid
    if isinstance(patient.shown, Token):
        await message.rooms.credentials.spend(patient.shown, msgid, fen)
    else:
        await message.rooms.readings.spend(patient.shown, msgid)


async def _counted(message: Message, kind: CertType, data: dict[str, Any]) -> Reading:
    """What is read, the wrong ones counted by institution: nobody guesses on for long.

    Raises:
        Refusal: READING_TRIES, and what ``Readings`` refuses.
    """
    rooms, sender, number = message.rooms, message.sender, data["mdtrt_cert_no"]
    proof = data["card_sn"] if kind is CertType.CARD else data["psn_name"]
    read = rooms.readings.card if kind is CertType.CARD else rooms.readings.id_number
    if not proof:  # only what was read here before: there is nothing to guess
        return await read(number, "", sender)
    counts = False
    try:
        keys: Keys = {"institution": sender.code, "target": f"{kind} {number}"}
        uses = await rooms.limits.take(_CALL, _GUESSED, keys)
    except Refusal as refusal:
        if refusal.reason is not TOO_OFTEN:
            raise
        count_limit(_CALL)
        wait = {name: refusal.params[name] for name in ("wait", "wait_en")}
        raise Refusal(READING_TRIES, **wait) from None
    try:
        return await read(number, proof, sender)
    except Refusal as refusal:
        counts = refusal.reason.code in _GUESSED.counts
        raise
    finally:
        if not counts:
            await rooms.limits.give_back(uses)
