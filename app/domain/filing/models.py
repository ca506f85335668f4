"""Table of filings."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Filing(Model):
    """异地就医备案: the person has filed for treatment in an area (leading digits of places)."""

    id = fields.BigIntField(primary_key=True, generated=False)
    person_id = fields.BigIntField()
    area = fields.CharField(max_length=6)
    kind = fields.CharField(max_length=20)
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "filing"
