"""What a region can decide, as typed values. Packs hold the data, this module its form.

Every parameter goes back to policy.md §3.3 (its last paragraph), §3.5, §5.2 to §5.4.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Group = Literal[
    "spouse", "parents", "children", "siblings", "paternal_grandparents",
    "maternal_grandparents", "sons_children", "daughters_children", "parents_in_law",
]  # fmt: skip
DonorOrder = Literal["balance_desc", "bind_first", "bind_last", "user_order"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class CredentialRules(Section):
    """医保码 (policy.md §2.5)."""

    ttl_s: int = Field(ge=5, le=600)
    grace_s: int = Field(ge=0, le=600)
    refresh_after_s: int = Field(ge=1, le=600)


class FamilyRules(Section):
    """亲情账户 (policy.md §2.1, §2.2)."""

    relations: tuple[Group, ...]
    max_out: int = Field(ge=1)
    max_in: int = Field(ge=1)
    binds_per_month: int = Field(ge=1)
    consent_age: int = Field(ge=0, le=120)


class AidRules(Section):
    """家庭共济 (policy.md §3.3)."""

    relations: tuple[Group, ...]
    max_out: int | None = Field(ge=1)
    max_in: int | None = Field(ge=1)
    area: Literal["pool", "province", "nation"]
    chain: bool
    fund_source: Literal["all", "carried_over"]
    floor_fen: int = Field(ge=0)
    own_first: Literal["exhaust", "zero_required"]
    donor_order: DonorOrder
    max_donors: int | None = Field(ge=1)
    allow_partial: bool
    who_may_end: Literal["donor", "either"]


class ScopeRules(Section):
    """What an account may pay of the patient's part (policy.md §3.5, §5.4)."""

    fully_selfpaid: bool
    over_limit: bool
    first_share: bool


class DisplayRules(Section):
    """How figures are told on the wire and which names people see (policy.md §0, §5.4)."""

    mulaid_inside_acct_pay: bool
    account_inside_fund_pay: bool
    aid_alias: str


class Rules(Section):
    """All rules in force at a place on a day."""

    credential: CredentialRules
    family: FamilyRules
    aid: AidRules
    scope: ScopeRules
    display: DisplayRules
