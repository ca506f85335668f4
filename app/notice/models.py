"""Table of notices."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Notice(Model):
    """Something a person should know, with ids and sums only."""

    id = fields.BigIntField(primary_key=True, generated=False)
    person_id = fields.BigIntField()
    kind = fields.CharField(max_length=30)
    data = fields.JSONField[dict[str, Any]]()
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
