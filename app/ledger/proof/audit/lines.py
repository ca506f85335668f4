"""What is hashed of the audit: its lines as canonical texts, each chained to the one before. Pure.

A text begins with a tag that names its columns. Columns that are added later make a new form with a
tag and a kind of its own; lines that were sealed in the old one stay valid.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.sm import sm3

FEED = "audit"
"""The chain's name among those who read the audit (``feed.name``)."""
BEGINNING = bytes(32)
"""In place of the hash before the first line's."""
_MOMENT = "at"


@dataclass(frozen=True, slots=True)
class Form:
    """How a table's lines are written as text. ``name``: what one is called in a finding."""

    kind: int
    tag: str
    table: str
    name: str
    fields: tuple[str, ...]
    named: bool = True
    """Whether it names the operator by the id alone, so that the name is looked up."""

    @property
    def text(self) -> str:
        """SQL: a row ``r`` of the table as its text. With the operator's id goes the name: nobody
        is given another one afterwards, or all that he has done would be said of somebody else."""
        columns = [
            f"(extract(epoch from r.{field}) * 1000000)::bigint"
            if field == _MOMENT
            else f"r.{field}"
            for field in self.fields
        ]
        if self.named:
            columns.insert(0, "(select o.name from ops_operator o where o.id = r.operator_id)")
        return f"json_build_array('{self.tag}', {', '.join(columns)})::text"


FORMS = (
    Form(1, "I1", "ops_sign_in", "sign-in",
         ("id", "operator_id", "address", "result", "at", "request_id")),
    Form(2, "L1", "ops_look", "look",
         ("id", "operator_id", "what", "target", "found", "person_id", "reason", "at",
          "request_id")),
    Form(3, "C1", "counter_act", "act",
         ("id", "person_id", "other_id", "clerk_id", "clerk", "place", "kind", "ref", "form_no",
          "reason", "second_id", "second", "at", "request_id"), named=False),
)  # fmt: skip
"""The forms in which lines are sealed now."""


@dataclass(frozen=True, slots=True)
class Head:
    """The chain up to a line: how many there are, and the last one's hash."""

    lines: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.lines}:{self.hash.hex()}"


def head_of(text: str) -> Head:
    """A head as it was printed.

    Raises:
        ValueError: it is none.
    """
    lines, _, hash_ = text.strip().partition(":")
    found = Head(int(lines), bytes.fromhex(hash_))
    if found.lines < 1 or len(found.hash) != len(BEGINNING):
        raise ValueError(text)
    return found


def line_hash(previous: bytes, text: str) -> bytes:
    """The hash of one line: its text, and the hash before it."""
    return sm3(b"\x03" + previous + text.encode())
