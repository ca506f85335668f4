"""Operators, their roles and their trail: values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Role = Literal["viewer", "auditor", "clerk", "approver"]
ROLES: tuple[Role, ...] = ("viewer", "auditor", "clerk", "approver")
SERVING: tuple[Role, ...] = ("clerk", "approver")
"""Who serves people at the counter, each those who are insured at a place."""
Door = Literal["ops", "counter"]
DOORS: dict[Door, tuple[Role, ...]] = {
    "ops": ("viewer", "auditor"),
    "counter": ("clerk", "approver", "auditor"),
}
"""Who comes in at the night shift's door, and who at the counter's."""
SignIn = Literal["in", "wrong", "unknown", "disabled", "locked", "out", "elsewhere"]
"""What became of a try to sign in; ``out``: the operator signed out, or log-ins were ended, from
where the address tells; ``elsewhere``: the password was right, the door isn't for this role."""
Looked = Literal[
    "story",
    "looks",
    "sign_ins",
    "operators",
    "ended",
    "refused",
    "person",
    "acts",
    "bills",
    "limits",
]
"""At what an operator has looked: a story, ``bills`` that were searched for, the audit of looks or
of sign-ins, who is signed in; ``ended``: whose log-ins it has ended; ``limits``: that it has set
one of the watch; ``refused``: at what the role doesn't let it see; ``person``: a clerk at an
insured person, by name and number; ``acts``: at what clerks did."""
UNSAID = "—"
"""Stands for the reason of a look for which none is asked."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A password's scrypt hash with what it was made with."""

    hash: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    n: int
    r: int
    p: int


@dataclass(frozen=True, slots=True)
class Operator:
    """Who may sign in. A viewer sees figures; an auditor opens stories and the audit too, and reads
    what clerks did. A clerk serves those insured at ``place``; an approver also agrees to what
    needs a second one's yes."""

    id: int
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who calls, from where, under which HTTP call's id, on which ``client``; ``device``: the token
    that its device was given at a sign-in of before, if it brings one."""

    address: str
    request_id: str
    device: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One line of the audit of sign-ins; ``operator`` is None when nobody has the name."""

    id: int
    operator: str | None
    address: str
    result: SignIn
    at: datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look: what kind, at what, whether it was there, whose, and why."""

    what: Looked
    target: str
    found: bool
    person_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which lines of an audit are wanted: below an id; of an operator, of a kind (of looks, or what
    became of sign-ins), at a person, between two moments; empty or None: all."""

    before: int
    operator: str = ""
    kind: str = ""
    person_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LookRow:
    """One line of the audit of looks at people's data, at the audit, and of what was refused."""

    id: int
    operator: str
    what: Looked
    target: str
    found: bool
    reason: str
    at: datetime
    request_id: str
