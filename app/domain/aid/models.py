"""Table of 共济授权."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from app.domain.aid.rules.standing import Standing
from app.regions.periods import COLUMNS, Caps, caps_of


class AidGrant(Model):
    """``donor_id`` lets its personal account pay for ``beneficiary_id``.

    ``confirmed_at``: since when money may flow under it, on the donor's word where the region says
    so; ``agreed_at``: when the beneficiary said yes, before which it is a claim of the donor's
    alone; ``declined_at``: when the beneficiary said no instead.
    ``beneficiary_id``: None where there is nobody of the name and number that the donor has asked
    for, which the donor is not told.
    ``once``: for one bill, or one premium; ``used_at``: when that was paid, if it stands: read from
    the ledger by whoever reads the grant, and no column. ``paused_until``: the day on which it goes
    on by itself.
    ``freed_at``: since when it may be ended whatever its days: the two are divorced.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    donor_id = fields.BigIntField()
    beneficiary_id: int | None = fields.BigIntField(null=True)
    relation = fields.CharField(max_length=30)
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)
    rank = fields.IntField(default=0)
    purposes: list[str] = ArrayField(element_type="varchar(20)", default=["medical"])
    cap_per_use_fen = fields.BigIntField(null=True)
    cap_day_fen = fields.BigIntField(null=True)
    cap_month_fen = fields.BigIntField(null=True)
    cap_year_fen = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)
    frozen_at = fields.DatetimeField(null=True)
    frozen_by = fields.BigIntField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by = fields.BigIntField(null=True)
    end_reason = fields.CharField(max_length=40, null=True)
    cap_week_fen = fields.BigIntField(null=True)
    agreed_at = fields.DatetimeField(null=True)
    declined_at = fields.DatetimeField(null=True)
    rank_wanted = fields.IntField(null=True)
    asked_index = fields.BinaryField(null=True)
    asked_name = fields.CharField(max_length=50, null=True)
    ask_above_fen: int | None = fields.BigIntField(null=True)
    freed_at = fields.DatetimeField(null=True)
    once = fields.BooleanField(default=False)
    paused_at = fields.DatetimeField(null=True)
    paused_until = fields.DateField(null=True)
    used_at: datetime | None = None

    class Meta:
        table = "aid_grant"

    @property
    def caps(self) -> Caps:
        """What the donor has set."""
        return caps_of(getattr(self, column) for column in COLUMNS)

    @property
    def agreed(self) -> bool:
        """Whether the beneficiary has said yes."""
        return self.agreed_at is not None

    @property
    def whose(self) -> int:
        """The beneficiary of a grant that has been agreed to: there is one."""
        assert self.beneficiary_id is not None
        return self.beneficiary_id

    @property
    def standing(self) -> Standing:
        """What the record says just now."""
        return Standing(
            confirmed=self.confirmed_at is not None,
            agreed=self.agreed_at is not None,
            declined=self.declined_at is not None,
            ended=self.ended_at is not None,
            frozen=self.frozen_at is not None,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            spent=self.used_at is not None,
            paused_until=self.paused_until,
        )
