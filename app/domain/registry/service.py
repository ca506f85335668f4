"""Insured persons: found, opened and shown no more than is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import field
from datetime import date, datetime

from app.domain.registry import repository
from app.domain.registry.elsewhere import Elsewhere
from app.domain.registry.errors import PERSON_UNKNOWN, RELATIVE_ELSEWHERE
from app.domain.registry.indexes import certno_indexes, name_indexes
from app.domain.registry.models import CatalogueItem, Institution, Person
from app.domain.registry.named import Identity, Named
from app.domain.registry.naming import filled, tokens_in, tokens_of, with_names
from app.kit.batcher import Batcher
from app.kit.log import logger
from app.kit.reasons import Because, Refusal
from app.kit.sm import Cipher, SealError, one_of
from app.kit.value import value
from app.kit.words.masking import mask_name, mask_number
from app.kit.words.names import name_form, number_form
from app.store.cells.others import CellAway, Others
from app.store.database import Connection, Database, Record

_PACE_S = 0.002
_SECRETS_MAX = 100_000
_NAMESAKES_MAX = 3000
log = logger(__name__)
_NOBODY: Mapping[int, Named] = {}


def name_aad(psn_no: str) -> str:
    """What a sealed name is bound to."""
    return f"person.psn_name:{psn_no}"


def certno_aad(psn_no: str) -> str:
    """What a sealed ID number is bound to."""
    return f"person.certno:{psn_no}"


def secret_aad(fixmedins_code: str) -> str:
    """What an institution's sealed signing secret is bound to."""
    return f"institution.secret:{fixmedins_code}"


async def sealed_before(connection: Connection) -> list[tuple[bytes, str]]:
    """Some of what lies sealed in the registry, each with what it is bound to, to try keys on."""
    return [
        (sealed, name_aad(owner) if kind == "person" else secret_aad(owner))
        for sealed, kind, owner in await repository.sealed_before(connection)
    ]


def name_opener(cipher: Cipher) -> Callable[[str, bytes], str]:
    """Opens a sealed name, given with its owner's psn_no: only for ordering by it."""
    return lambda psn_no, sealed: cipher.open(sealed, name_aad(psn_no))


def certno_opener(cipher: Cipher) -> Callable[[str, bytes], str]:
    """Opens a sealed ID number, given with its owner's psn_no: for whoever outside must be told."""
    return lambda psn_no, sealed: cipher.open(sealed, certno_aad(psn_no))


@value
class SigningKey:
    """One way to sign, the secret opened; it holds until then, or until it is changed."""

    scheme: str
    secret: str = field(repr=False)
    until: datetime | None = None


@value
class InstitutionKey:
    """An institution and how it signs under a key: as it is registered, and for some time as it was
    before; closed: it is let in no more."""

    code: str
    name: str
    admdvs: str
    type: str
    level: str
    keys: tuple[SigningKey, ...]
    closed: bool
    id_number: bool = False
    """Whether it may settle by the number of an identity card."""


@value
class Asked:
    """Whom somebody asks for by name and number.

    ``indexes``: under what the number may lie. ``person``: who that is, or None; nobody is told
    which, nor whether number or name was wrong.
    """

    indexes: tuple[bytes, ...]
    masked_name: str
    person: Person | None

    @property
    def index(self) -> bytes:
        """By what it is noted who was asked for."""
        return self.indexes[0]

    def means(self, person: Person) -> bool:
        """Whether the number is that of a person."""
        same = self.person is not None and self.person.id == person.id
        return same or one_of(bytes(person.certno_index), self.indexes)


class People:
    """The registry's service."""

    def __init__(self, cipher: Cipher, database: Database, others: Others | None = None) -> None:
        self.cipher = cipher
        self._database = database
        self.elsewhere = None if others is None else Elsewhere(others)
        self.cell = None if others is None else others.mine
        self._reader: Batcher[int, Person | None] = Batcher(self._read, waiting_max=50_000)
        self._keys: Batcher[str, InstitutionKey | None] = Batcher(
            self._read_keys, waiting_max=50_000, pace_s=_PACE_S
        )
        self._secrets: dict[bytes, str] = {}

    async def close(self) -> None:
        """Waits for the look-ups that are under way."""
        await self._reader.close()
        await self._keys.close()

    async def _read(self, person_ids: Sequence[int]) -> Sequence[Person | None]:
        async with self._database.lookup() as connection:
            found = await repository.read(connection, set(person_ids))
        return [found.get(person_id) for person_id in person_ids]

    async def get(self, person_id: int) -> Person:
        """The person with this id, looked up together with all that are asked for meanwhile.

        Raises:
            Refusal: PERSON_UNKNOWN.
        """
        person = await self._reader.put(person_id)
        if person is None:
            person = (await self._elsewhere({person_id})).get(person_id)
        elif self.elsewhere is not None:
            self.elsewhere.is_here(person_id)
        if person is None:
            raise Refusal(PERSON_UNKNOWN)
        return person

    async def _elsewhere(self, missing: Set[int]) -> dict[int, Person]:
        """Who isn't in this cell, of the others; for these nobody but the asker waits.

        Raises:
            CellAway: one isn't found, and a cell doesn't answer.
        """
        if self.elsewhere is None or not missing:
            return {}
        return await self.elsewhere.by_ids(missing)

    async def cell_by_psn_no(self, psn_no: str) -> str | None:
        """The cell of whoever has a national number; None: there is one cell, or nobody has it.

        Raises:
            CellAway: nobody is found, and a cell doesn't answer.
        """
        if self.elsewhere is None:
            return None
        if await repository.is_psn_no(self._database, psn_no):
            return self.cell
        return await self.elsewhere.by_psn_no(psn_no)

    async def sides(
        self, connection: Connection, person_ids: Collection[int]
    ) -> dict[int, tuple[str, bytes]]:
        """Of people, those of other cells too, the sex and the index of the ID number."""
        found = await repository.sides(connection, person_ids)
        there = await self._elsewhere(set(person_ids) - found.keys())
        return found | {one.id: (one.gend, bytes(one.certno_index)) for one in there.values()}

    async def is_activated(self, connection: Connection, person_id: int) -> bool:
        """Whether somebody's 医保码 is opened, as the transaction or the other cell sees it."""
        if await self.cell_of(person_id) != self.cell:
            return (await self.get(person_id)).activated_at is not None
        return await repository.is_activated(connection, person_id)

    async def activate(self, connection: Connection, person_id: int, now: datetime) -> None:
        """Opens a person's 医保码: in the transaction, or in the person's own cell, where it is
        committed at once. Twice is fine.

        Raises:
            CellAway: that cell doesn't answer.
        """
        if self.elsewhere is not None and await self.cell_of(person_id) != self.cell:
            await self.elsewhere.activate(person_id, now)
        else:
            await repository.activate(connection, person_id, now)

    async def cell_of(self, person_id: int) -> str | None:
        """The cell in which somebody is; None: there is one cell.

        Raises:
            Refusal: PERSON_UNKNOWN.
            CellAway: who isn't here may be in one that doesn't answer.
        """
        if self.elsewhere is None:
            return None
        await self.get(person_id)
        return self.elsewhere.cell_of(person_id)

    async def known_now(self, person_id: int) -> Person:
        """The person with this id; of a row that was merged the one that stays.

        Raises:
            Refusal: PERSON_UNKNOWN.
        """
        return await repository.that_stays(await self.get(person_id))

    async def by_ids(self, person_ids: Iterable[int]) -> dict[int, Person]:
        """People by id, those of other cells too; missing ones are left out."""
        wanted = set(person_ids)
        found = await repository.by_ids(wanted)
        return found | await self._elsewhere(wanted - found.keys())

    async def by_psn_no(self, psn_no: str) -> Person | None:
        """The person with this national number, or None; of a row that was merged the one that
        stays."""
        return await repository.by_psn_no(psn_no)

    async def is_of(self, psn_no: str, person: Identity) -> bool:
        """Whether a national number is a person's: the own, or that of a row that was merged."""
        if psn_no == person.psn_no:
            return True
        found = await repository.by_psn_no(psn_no)
        if found is None:
            return False
        mine = (await repository.by_ids([person.id])).get(person.id)
        return mine is not None and found.id == (mine.merged_into or mine.id)

    async def identify(self, name: str, cert_type: str, certno: str) -> Person:
        """The person with this name and number, of a row that was merged the one that stays; which
        of the two is wrong is not told.

        Raises:
            Refusal: PERSON_UNKNOWN.
        """
        for index in dict.fromkeys(certno_indexes(self.cipher, cert_type, certno)):
            person = await repository.by_certificate(cert_type, index)
            if person is not None and name_form(self.name(person)) == name_form(name):
                return await repository.that_stays(person)
        raise Refusal(PERSON_UNKNOWN)

    async def expect_here(self, person: Person) -> None:
        """Goes on where somebody is of this cell.

        Raises:
            Refusal: RELATIVE_ELSEWHERE.
            CellAway: who isn't here may be in one that doesn't answer.
        """
        if await self.cell_of(person.id) != self.cell:
            raise Refusal(RELATIVE_ELSEWHERE, name=self.masked_name(person))

    async def cell_by_certificate(self, cert_type: str, certno: str) -> str | None:
        """The cell of whoever has a number, another or this one; None: there is one cell. Of a
        number that nobody has it is one of them as well, always the same, so that who asks sees no
        difference.

        Raises:
            CellAway: nobody is found, and a cell doesn't answer.
        """
        if self.elsewhere is None:
            return None
        indexes = certno_indexes(self.cipher, cert_type, certno)
        here = [await repository.by_certificate(cert_type, index) for index in indexes]
        try:
            there = await self.elsewhere.by_certificate(cert_type, indexes)
        except CellAway:
            if not any(here):
                raise
            there = None
        if any(here):
            return self.cell
        if there is not None:
            return self.elsewhere.cell_of(there.id)
        names = sorted([*self.elsewhere.others.names, self.elsewhere.others.mine])
        return names[int.from_bytes(indexes[0][:4], "big") % len(names)]

    async def asked(self, asker_id: int, name: str, cert_type: str, certno: str) -> Asked:
        """Whom a name and number mean. The work is the same whether or not there is somebody."""
        indexes = certno_indexes(self.cipher, cert_type, certno)
        names = name_indexes(self.cipher, name)
        found = await repository.by_certificate_or(self._database, cert_type, indexes, asker_id)
        assert found is not None, "the one who asks is there"
        numbered = one_of(bytes(found.certno_index), indexes)
        named = one_of(bytes(found.psn_name_index), names)
        fits = numbered & named & (found.psn_cert_type == cert_type)
        person = await repository.that_stays(found) if fits else None
        if self.elsewhere is not None:  # whether or not the person is here: it takes as long
            person = await self._there(person, cert_type, indexes, names)
        if person is not None and person.id != found.id:  # who was asked before by the other one
            indexes = (*indexes, bytes(person.certno_index))
        return Asked(indexes, mask_name(name.strip()), person)

    async def named_with_end(
        self, name: str, end: str, born: date | None = None
    ) -> list[Person] | None:
        """People of a name whose ID number ends so; None: too many have the name to look at all."""
        indexes = name_indexes(self.cipher, name)
        found = await repository.named(self._database, indexes, born, _NAMESAKES_MAX + 1)
        if len(found) > _NAMESAKES_MAX:
            return None
        ending = await asyncio.to_thread(self._ending_so, found, number_form(end))
        people = [await repository.that_stays(person) for person in ending]
        return list({person.id: person for person in people}.values())

    def _ending_so(self, people: Iterable[Person], end: str) -> list[Person]:
        found = []
        for person in people:
            with suppress(SealError):  # sealed under another key: the others can be found
                if number_form(self.certno(person)).endswith(end):
                    found.append(person)
        return found

    async def _there(
        self, here: Person | None, cert_type: str, indexes: Sequence[bytes], names: Sequence[bytes]
    ) -> Person | None:
        """Whom a name and number mean, of this cell or another one.

        Raises:
            CellAway: nobody here, and a cell doesn't answer.
        """
        assert self.elsewhere is not None
        try:
            found = await self.elsewhere.by_certificate(cert_type, indexes)
        except CellAway:
            if here is None:
                raise
            return here
        if here is None and found is not None and one_of(bytes(found.psn_name_index), names):
            return found
        return here

    def is_named(self, person: Person, name: str, cert_type: str, certno: str) -> bool:
        """Whether these are the person's name and document, however they are written."""
        named = name_form(self.name(person)) == name_form(name)
        same_kind = person.psn_cert_type == cert_type.zfill(2)
        return named & same_kind & self.has_certno(person, certno)

    def has_certno(self, person: Identity, certno: str) -> bool:
        """Whether this is the person's ID number, however it is written."""
        return number_form(self.certno(person)) == number_form(certno)

    def name(self, person: Identity) -> str:
        """The full name: only for the person and for the till that serves the person."""
        return self.cipher.open(bytes(person.psn_name_sealed), name_aad(person.psn_no))

    def certno(self, person: Identity) -> str:
        """The full ID number: only for the till that serves the person."""
        return self.cipher.open(bytes(person.certno_sealed), certno_aad(person.psn_no))

    def masked_name(self, person: Identity) -> str:
        return mask_name(self.name(person))

    async def masked_names(
        self, person_ids: Iterable[int], known: Mapping[int, Named] = _NOBODY
    ) -> dict[int, str]:
        """Masked names by person id; people who are not there are left out.

        Here and below ``known`` are people who need not be looked up.
        """
        wanted = set(person_ids)
        people: list[Identity] = [known[i] for i in wanted if i in known]
        if len(people) < len(wanted):
            read = await self._reader.put_all(wanted - known.keys())
            people += [person for person in read if person is not None]
        missing = wanted - {person.id for person in people}
        people += (await self._elsewhere(missing)).values()
        return {person.id: self.masked_name(person) for person in people}

    async def named(
        self, becauses: Iterable[Because], known: Mapping[int, Named] = _NOBODY
    ) -> list[Because]:
        """Reasons with people's tokens (``@<id>``) replaced by masked names, places by theirs."""
        items = list(becauses)
        ids = tokens_of(items)
        return with_names(items, await self.masked_names(ids, known) if ids else {})

    async def fill(self, texts: Sequence[str], known: Mapping[int, Named] = _NOBODY) -> list[str]:
        """Texts with people's tokens (``@<id>``) replaced by masked names."""
        return filled(texts, await self.masked_names(tokens_in(texts), known))

    async def named_refusal(self, refusal: Refusal) -> Refusal:
        """The same refusal with masked names in the place of tokens; doors call it."""
        [named] = await self.named([refusal.because()])
        return Refusal(named.reason, **named.params)

    async def key_owner(self, key_id: str) -> InstitutionKey | None:
        """The institution that owns a signing key, or None, as it stands now: looked up with each
        message, together with all that come meanwhile, so that who is closed is so at once."""
        return await self._keys.put(key_id)

    async def _read_keys(self, key_ids: Sequence[str]) -> Sequence[InstitutionKey | None]:
        async with self._database.lookup() as connection:
            found = await repository.institutions_by_key(connection, set(key_ids))
        keys = {key_id: self._opened(key_id, row) for key_id, row in found.items()}
        return [keys.get(key_id) for key_id in key_ids]

    def _opened(self, key_id: str, row: Record) -> InstitutionKey:
        code = row["fixmedins_code"]
        return InstitutionKey(
            code,
            row["fixmedins_name"],
            row["admdvs"],
            row["fixmedins_type"],
            row["hosp_lv"],
            tuple(self._keys_of(key_id, row)),
            row["closed_at"] is not None,
            row["id_number"],
        )

    def _keys_of(self, key_id: str, row: Record) -> Iterator[SigningKey]:
        code = row["fixmedins_code"]
        allowed = {"hmac-sm3", "sm2", *(("tif",) if row["tif_allowed"] else ())}
        if row["key_id"] == key_id and row["auth_scheme"] in allowed:
            yield SigningKey(row["auth_scheme"], self._secret(code, row["secret_sealed"]))
        if row["former_key_id"] == key_id and row["former_scheme"] in allowed:
            former = self._secret(code, row["former_secret_sealed"])
            yield SigningKey(row["former_scheme"], former, row["former_until"])

    def _secret(self, code: str, sealed: bytes) -> str:
        """An institution's secret, opened once, not with each message."""
        secret = self._secrets.get(sealed)
        if secret is None:
            secret = self.cipher.open(sealed, secret_aad(code))
            if len(self._secrets) >= _SECRETS_MAX:
                self._secrets.clear()
            self._secrets[sealed] = secret
        return secret

    async def close_institution(self, code: str, at: datetime | None) -> bool:
        """Lets an institution in no more from the next message on, in every process; with None,
        again. False: there is no such."""
        done = await repository.close_institution(self._database, code, at)
        if done:
            log.info("institution_closed" if at else "institution_reopened", institution=code)
        return done

    async def closed_institutions(self) -> list[Institution]:
        """Those that are let in no more."""
        return await repository.closed_institutions()

    async def institution(self, code: str) -> Institution | None:
        """The institution with this code, or None."""
        return await repository.institution(code)

    async def find_institutions(
        self, text: str, place: str, limit: int, *, wallet_within: str | None = None
    ) -> list[Institution]:
        """Institutions by a part of the name or the beginning of the code; a place's own first.
        ``wallet_within``: only those that take the 医保钱包 where places' codes begin so."""
        return await repository.find_institutions(text, place, limit, wallet_within=wallet_within)

    async def find_items(self, text: str, limit: int) -> list[CatalogueItem]:
        """Items of the catalogue by a part of the name or the beginning of the code."""
        return await repository.find_items(text, limit)

    async def institution_names(self, codes: Iterable[str]) -> dict[str, str]:
        """Names of institutions by code."""
        return await repository.institution_names(codes)

    async def institution_places(self, codes: Iterable[str]) -> dict[str, str]:
        """Places of institutions by code."""
        return await repository.institution_places(codes)

    def masked_certno(self, person: Identity) -> str:
        return mask_number(self.certno(person))
