"""Signed papers in a batch: a file of bindings and grants, each row done by itself, as if both
sides' documents lay on the counter. A row that was done on a form is not done on it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.domain.aid.rules.limits import Limits
from app.domain.counter import repository
from app.domain.counter.desk import Desk
from app.domain.counter.grants import GrantsDesk, GrantWish
from app.domain.counter.relatives import RelativesDesk
from app.domain.counter.values import Clerk, Kind, Paper
from app.domain.family.service import BindRequest, ProofKind
from app.domain.registry.errors import PERSON_UNKNOWN
from app.domain.registry.imports.lines import CsvFile, FileRefused
from app.domain.registry.relations import RELATIONS
from app.domain.registry.service import People
from app.kit.money import MoneyError, fen_from_yuan
from app.kit.reasons import INVALID_INPUT, Language, Refusal
from app.kit.words.normal import is_text
from app.regions.periods import DAY, MONTH, USE, YEAR, Period
from app.store.database import Database

COLUMNS = (
    "form_no", "kind", "psn_name", "psn_cert_type", "certno", "other_name", "other_cert_type",
    "other_certno", "relation", "agreed", "reason", "ends_on", "cap_per_use", "cap_day",
    "cap_month", "cap_year", "proof_kind", "proof_no",
)  # fmt: skip
ROWS_MAX = 5000
_CAPS = {"cap_per_use": USE, "cap_day": DAY, "cap_month": MONTH, "cap_year": YEAR}
_FORM = re.compile(r"[A-Za-z0-9/-]{1,30}", re.ASCII)
_DIGITS_MAX = 14
_PROOFS: dict[str, ProofKind] = {
    "household_register": "household_register",
    "birth_certificate": "birth_certificate",
    "notarised": "notarised",
}
_KINDS: dict[str, Kind] = {"bind": "bind", "grant": "grant"}


class Wrong(Exception):
    """What is wrong with a row: the column, and why in both languages, without the value."""

    def __init__(self, column: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.column, self.zh, self.en = column, zh, en


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not done."""

    line: int
    column: str
    zh: str
    en: str

    def why(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(slots=True)
class PapersReport:
    """What became of a file: done, done before, refused."""

    done: int = 0
    known: int = 0
    refused: list[RefusedRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A checked row."""

    kind: Kind
    paper: Paper
    person: tuple[str, str, str]
    other: tuple[str, str, str]
    relation: str
    agreed: bool
    ends_on: date | None
    limits: Limits
    proof: tuple[ProofKind, str] | None


class PapersDesk:
    """Reads such files."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        relatives: RelativesDesk,
        grants: GrantsDesk,
        people: People,
    ) -> None:
        self._database = database
        self._desk = desk
        self._relatives = relatives
        self._grants = grants
        self._people = people

    async def take(self, clerk: Clerk, source: Path | bytes) -> PapersReport:
        """Does what the rows of a file say, in the clerk's name.

        Raises:
            Refusal: INVALID_INPUT: it is no such file, or a too long one.
        """
        try:
            file = CsvFile(source, COLUMNS)
        except FileRefused as error:
            detail = f"表头须为：{','.join(COLUMNS)}，编码须为 UTF-8"
            raise Refusal(INVALID_INPUT, detail=detail, detail_en=str(error)) from None
        lines = list(file.lines())
        if len(lines) > ROWS_MAX:
            zh, en = f"最多{ROWS_MAX}行", f"at most {ROWS_MAX} rows"
            raise Refusal(INVALID_INPUT, detail=zh, detail_en=en)
        report = PapersReport()
        for line in lines:
            try:
                if line.bad is not None:
                    raise Wrong(line.bad.column, "这一行无法读取", line.bad.reason)
                row = read(dict(zip(COLUMNS, line.fields, strict=True)))
                if await self._do(clerk, row):
                    report.done += 1
                else:
                    report.known += 1
            except Wrong as wrong:
                report.refused.append(RefusedRow(line.number, wrong.column, wrong.zh, wrong.en))
        return report

    async def _do(self, clerk: Clerk, row: Row) -> bool:
        """Does a row; False: it was done on this form before."""
        person = await self._find(clerk, row.person, "certno")
        other = await self._find(clerk, row.other, "other_certno")
        if await self._known(row, person, other):
            return False
        name, cert_type, certno = row.other
        try:
            if row.kind == "bind":
                form = row.paper.form_no
                asked = BindRequest(name, cert_type, certno, row.relation, form, row.proof)
                await self._relatives.bind(clerk, person, asked, row.paper, agreed=row.agreed)
            else:
                wish = GrantWish(
                    name, cert_type, certno, row.relation, row.limits, ends_on=row.ends_on
                )
                await self._grants.grant(clerk, person, wish, row.paper, agreed=row.agreed)
        except Refusal as refusal:
            if await self._known(row, person, other):  # by somebody else, meanwhile
                return False
            raise await self._told(refusal, "") from None
        return True

    async def _find(self, clerk: Clerk, document: tuple[str, str, str], column: str) -> int:
        try:
            found = await self._desk.find(clerk, *document)
            return int(found.id)
        except Refusal as refusal:
            at = column if refusal.reason is PERSON_UNKNOWN else ""
            raise await self._told(refusal, at) from None

    async def _told(self, refusal: Refusal, column: str) -> Wrong:
        named = (await self._people.named_refusal(refusal)).because()
        zh, en = (
            f"{named.reason.sentence(one, **named.params)}"
            f"{named.reason.next_step(one, **named.params)}"
            for one in _LANGUAGES
        )
        return Wrong(column, zh, en)

    async def _known(self, row: Row, person: int, other: int) -> bool:
        async with self._database.connection() as connection:
            return await repository.done_on_form(
                connection, row.paper.form_no, row.kind, person, [other]
            )


_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def read(cells: dict[str, str]) -> Row:
    """A row's cells, checked.

    Raises:
        Wrong: what is wrong with it first.
    """
    kind = _KINDS.get(cells["kind"])
    if kind is None:
        raise Wrong("kind", "只能是 bind 或 grant", "must be bind or grant")
    if not _FORM.fullmatch(cells["form_no"]) or _long(cells["form_no"]):
        zh, en = "须为字母、数字、横线，不能是证件号码", "letters and digits, no person's number"
        raise Wrong("form_no", zh, en)
    if not 4 <= len(cells["reason"]) <= 200 or not is_text(cells["reason"]):
        raise Wrong("reason", "须为4至200个字", "takes 4 to 200 characters")
    if cells["relation"] not in RELATIONS or cells["relation"] == "self":
        raise Wrong("relation", "没有这种关系", "there is no such relation")
    if cells["agreed"] not in ("0", "1"):
        raise Wrong("agreed", "须为0或1", "must be 0 or 1")
    return Row(
        kind,
        Paper(cells["form_no"], cells["reason"]),
        _document(cells, "psn_name", "psn_cert_type", "certno"),
        _document(cells, "other_name", "other_cert_type", "other_certno"),
        cells["relation"],
        cells["agreed"] == "1",
        _day(cells, "ends_on"),
        Limits(caps=dict(_caps(cells)), purposes=None),
        _proof(cells),
    )


def _document(cells: dict[str, str], *columns: str) -> tuple[str, str, str]:
    name, kind, number = columns
    for column in (name, number):
        if not 0 < len(cells[column]) <= 50 or not is_text(cells[column]):
            raise Wrong(column, "不能为空，最多50个字", "must hold 1 to 50 characters")
    if not re.fullmatch(r"[0-9]{2,6}", cells[kind] or "01"):
        raise Wrong(kind, "须为证件类型代码，如01", "must be a document's code, such as 01")
    return cells[name], cells[kind] or "01", cells[number]


def _day(cells: dict[str, str], column: str) -> date | None:
    try:
        return date.fromisoformat(cells[column]) if cells[column] else None
    except ValueError:
        raise Wrong(column, "日期须写成2027-12-31", "must be a date such as 2027-12-31") from None


def _caps(cells: dict[str, str]) -> Iterator[tuple[Period, int]]:
    for column, period in _CAPS.items():
        if cells[column]:
            try:
                fen = fen_from_yuan(cells[column])
            except MoneyError:
                fen = 0
            if fen <= 0:
                raise Wrong(column, "须为金额，如200或12.50", "must be a sum such as 200 or 12.50")
            yield period, fen


def _proof(cells: dict[str, str]) -> tuple[ProofKind, str] | None:
    if not cells["proof_kind"]:
        return None
    kind = _PROOFS.get(cells["proof_kind"])
    if kind is None:
        raise Wrong("proof_kind", f"只能是 {'、'.join(_PROOFS)}", f"must be {', '.join(_PROOFS)}")
    if not 0 < len(cells["proof_no"]) <= 200 or not is_text(cells["proof_no"]):
        raise Wrong("proof_no", "不能为空", "must not be empty")
    return kind, cells["proof_no"]


def _long(form_no: str) -> bool:
    return sum(one.isdigit() for one in form_no) > _DIGITS_MAX
